from datetime import datetime, time, timedelta
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL
from pytz import timezone, utc

from ..tools.intervals import Work, to_moment
from ..tools.planner import Planner, Resource

# How far ahead a place is looked for.
LOOK_AHEAD = timedelta(days=60)


class Shop(NamedTuple):
    """What is known of a company when plans are made."""

    planner: Planner
    hours: Work  # when the shop is open
    factors: dict  # {service.operation id: (planned, at worst)} of allowed hours
    placed: frozenset = frozenset()  # kinds of which some are at one workshop only


class ServicePlanner(models.AbstractModel):
    """Looks at the whole workshop of a company at once: who and what works when, and what it is
    held for. Nothing is kept; the rules are those of tools/planner.py."""

    _name = "service.planner"
    _description = "Planner of the Workshop"

    def _get_shop(self, company, jobs, now):
        """Return the :class:`Shop` of ``company`` with a constant number of queries.

        :param jobs: ``service.job`` records that are planned anew: what is booked for those of
            them that nobody has begun counts as free.
        :param now: datetime; nothing is planned before.
        """
        # Who asks for a promise reads neither the skills nor the leaves of the technicians.
        self = self.sudo().with_company(company)
        found = {
            "technician": self._find_technicians(company),
            "bay": self.env["service.bay"].search([("company_id", "=", company.id)]),
            "tool": self.env["service.tool"].search([("company_id", "=", company.id)]),
        }
        resources = self.env["resource.resource"].union(
            *(records.resource_id for records in found.values())
        )
        works, hours = self._get_works(company, resources, now)
        bookings = self._get_bookings(resources, jobs, now)
        traits = self._get_traits(found, timezone(self._get_tz(company)), jobs)
        planner = Planner(
            [
                Resource(
                    record.resource_id.id,
                    kind,
                    works[record.resource_id.id],
                    bookings.get(record.resource_id.id, ()),
                    traits.get(record.resource_id.id),
                    record.name,
                )
                for kind, records in found.items()
                for record in records
            ],
            to_moment(now),
        )
        todo = jobs.order_id._get_jobs_to_do()
        return Shop(
            planner,
            hours,
            self._get_factors(company, (jobs | todo).operation_id),
            frozenset(
                resource.kind
                for resource in planner.resources
                if any(name == "place" for name, _id in resource.traits)
            ),
        )

    def _find_technicians(self, company):
        return self.env["hr.employee"].search_fetch(
            [("is_service_technician", "=", True), ("company_id", "=", company.id)],
            ["name", "resource_id", "company_id", "service_warehouse_id"],
        )

    def _get_tz(self, company):
        """Return the name of the time zone in which the workshop of ``company`` works."""
        return company.resource_calendar_id.tz or self.env.user.tz or "UTC"

    # ---- working time ---------------------------------------------------------------------

    def _get_works(self, company, resources, now):
        """Return ``({resource id: Work}, Work of the company)``: working time less leaves.

        Resources with the same working time share one :class:`Work`.
        """
        start, stop = now - timedelta(days=1), now + LOOK_AHEAD
        works, shared = {}, {}
        for resource, spans in resources._get_work_spans(start, stop).items():
            pairs = tuple(spans)
            if pairs not in shared:
                shared[pairs] = Work((to_moment(begin), to_moment(end)) for begin, end in spans)
            works[resource.id] = shared[pairs]
        calendar, hours = company.resource_calendar_id, Work()
        if calendar:
            open_hours = calendar._work_intervals_batch(utc.localize(start), utc.localize(stop))
            hours = Work(_to_pairs(open_hours[False]))
        return works, hours

    # ---- what resources are fit for -------------------------------------------------------

    def _get_traits(self, found, zone, jobs):
        """Hook: return ``{resource id: {(name, id): [(level, since, until)]}}`` of what is
        ``found``: dict of employees, bays and tools; ``jobs`` are those to plan."""
        return {
            **self._get_skills(found["technician"], zone),
            **{bay.resource_id.id: self._get_bay_traits(bay) for bay in found["bay"]},
            **{tool.resource_id.id: self._get_tool_traits(tool, zone) for tool in found["tool"]},
        }

    def _get_skills(self, employees, zone):
        """Return ``{resource id: {("skill", id): [(level, since, until)]}}``."""
        known = self.env["hr.employee.skill"].search_fetch(
            [("employee_id", "in", employees.ids)],
            ["employee_id", "skill_id", "skill_level_id", "valid_from", "valid_to"],
        )
        traits = {}
        for skill in known:
            own = traits.setdefault(skill.employee_id.resource_id.id, {})
            own.setdefault(("skill", skill.skill_id.id), []).append(
                (
                    skill.skill_level_id.level_progress,
                    _midnight(skill.valid_from, zone),
                    _midnight(skill.valid_to, zone, after=True),
                )
            )
        return traits

    def _get_bay_traits(self, bay):
        return {("bay", kind.id): [(0, None, None)] for kind in bay.kind_ids}

    def _get_tool_traits(self, tool, zone):
        until = _midnight(tool.calibration_due, zone, after=True)
        return {("tool", tool.kind_id.id): [(0, None, until)]}

    # ---- what resources are held for ------------------------------------------------------

    def _get_bookings(self, resources, jobs, now):
        """Return ``{resource id: [(start, stop, movable)]}`` of what is booked from now on.

        A booking is movable while nobody has begun the job, no manager has put it there, and
        the customer does not wait for the car.
        """
        Booking, Job = self.env["service.booking"], self.env["service.job"]
        Booking.flush_model()
        Job.flush_model(["state"])
        self.env["service.order"].flush_model(["is_customer_waiting"])
        freed = jobs.filtered(lambda job: job.state != "in_work").ids
        rows = self.env.execute_query(
            SQL(
                """SELECT booking.resource_id, booking.start_at, booking.stop_at,
                          job.state IN ('proposed', 'quoted', 'approved')
                          AND booking.override_reason IS NULL
                          AND NOT COALESCE(o.is_customer_waiting, FALSE)
                     FROM service_booking booking
                     JOIN service_job job ON job.id = booking.job_id
                     JOIN service_order o ON o.id = job.order_id
                    WHERE booking.resource_id = ANY(%s) AND booking.stop_at > %s
                      AND booking.start_at < %s
                      AND (booking.job_id != ALL(%s) OR booking.override_reason IS NOT NULL)""",
                resources.ids,
                now,
                now + LOOK_AHEAD,
                freed,
            )
        )
        bookings = {}
        for resource_id, start, stop, movable in rows:
            bookings.setdefault(resource_id, []).append(
                (to_moment(start), to_moment(stop), movable)
            )
        return bookings


def _midnight(day, zone, after=False):
    """Return the moment at which ``day`` begins, or ends, in the time zone ``zone``; None for no
    day."""
    if not day:
        return None
    day += timedelta(days=after)
    moment = zone.localize(datetime.combine(day, time.min)).astimezone(utc)
    return to_moment(moment.replace(tzinfo=None))


def _to_pairs(intervals):
    """Return ``[(start, stop)]`` of Odoo's intervals, whose datetimes have a time zone."""
    return [
        tuple(to_moment(edge.astimezone(utc).replace(tzinfo=None)) for edge in (start, stop))
        for start, stop, _records in intervals
    ]
