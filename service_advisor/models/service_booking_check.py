from collections import defaultdict
from datetime import timedelta
from types import SimpleNamespace

from odoo import models
from odoo.tools import format_date, format_time

from ..tools.spans import covers

# Jobs that time may be held for.
PLANNED_STATES = ("proposed", "quoted", "approved", "in_work")


class ServiceBooking(models.Model):
    """Which bookings are possible, and in words why others are not.

    A manager's reason allows to hold something twice or outside the working time; never what is
    not fit for the job: the wrong bay, a tool past its calibration, an unqualified person.
    """

    _inherit = "service.booking"

    def _check_rows(self, rows, replaced=None):
        """Refuse what can not be booked; the number of queries does not depend on ``rows``.

        :param rows: list of :class:`tools.spans.Row`.
        :param replaced: bookings that are given up for these rows.
        :raises UserError: naming the order, the resource, the time and the way out.
        """
        problems = self._find_problems(rows)
        problems.update(self._find_clashes(rows, replaced or self.browse(), problems))
        for row in rows:
            if row in problems:
                row.job.order_id._refuse(problems[row])

    def _find_problems(self, rows):
        """Return ``{row: text}`` of the rows that are not possible, others' bookings aside."""
        facts = self._read_facts(rows)
        found = {}
        for row in rows:
            problem = self._judge_row(row, facts)
            if problem:
                found[row] = problem
        return found

    def _read_facts(self, rows):
        """Read what the judgement needs, for all rows at once."""
        resources = self.env["resource.resource"].union(*(row.resource for row in rows))
        jobs = self.env["service.job"].union(*(row.job for row in rows))
        needs = {job: job._get_needs() for job in jobs}
        people = resources._get_people()
        high_voltage = people._get_high_voltage_skill()
        skills = high_voltage.union(*(need["skill"] for need in needs.values()))
        start = min((row.start for row in rows), default=None)
        stop = max((row.stop for row in rows), default=None)
        return SimpleNamespace(
            needs=needs,
            bays={bay.resource_id.id: bay for bay in resources._get_bays()},
            tools={tool.resource_id.id: tool for tool in resources._get_tools()},
            people={person.resource_id.id: person for person in people},
            skills=people._fetch_skills(skills) if people else {},
            high_voltage=high_voltage,
            spans=resources._get_open_spans(start, stop) if rows else {},
            absences=resources._get_absences(start, stop) if rows else {},
        )

    def _judge_row(self, row, facts):
        """Hook: return in words why ``row`` is not possible, or None; ``facts`` comes from
        :meth:`_read_facts`."""
        return (
            self._judge_job(row)
            or self._judge_resource(row)
            or self._judge_tool(row, facts)
            or self._judge_bay(row, facts)
            or self._judge_person(row, facts)
            or (not row.is_allowed and self._judge_time(row, facts))
            or None
        )

    def _judge_job(self, row):
        if row.start >= row.stop:
            return self.env._("A booking ends after it starts.")
        if row.job.state in PLANNED_STATES:
            return None
        return self.env._(
            "Job \"%(job)s\" is %(state)s, so nothing can be booked for it.",
            job=row.job.display_name,
            state=row.job._get_state_label(),
        )

    def _judge_resource(self, row):
        # Who may not see another company may still be told that a resource is not the own.
        resource = row.resource.sudo()
        company = row.job.order_id.company_id
        if resource.company_id and resource.company_id != company:
            return self.env._(
                "%(resource)s belongs to %(owner)s and can not be booked for %(company)s.",
                resource=resource.name,
                owner=resource.company_id.name,
                company=company.name,
            )
        if not resource.active:
            return self.env._(
                "%s is archived. Choose another one.", resource.name
            )
        return None

    def _judge_tool(self, row, facts):
        tool = facts.tools.get(row.resource.id)
        if not tool or tool._is_calibrated(max(self._get_days(row))):
            return None
        return self.env._(
            "The calibration of %(tool)s ends on %(day)s. Have it calibrated, or choose another "
            "one.",
            tool=tool.name,
            day=format_date(self.env, tool.calibration_due),
        )

    def _judge_bay(self, row, facts):
        bay, kind = facts.bays.get(row.resource.id), facts.needs[row.job]["bay_kind"]
        if not bay or not kind or kind in bay.kind_ids:
            return None
        return self.env._(
            "%(bay)s is not equipped for job \"%(job)s\", which needs: %(kind)s.",
            bay=bay.name,
            job=row.job.display_name,
            kind=kind.name,
        )

    def _judge_person(self, row, facts):
        person, needs = facts.people.get(row.resource.id), facts.needs[row.job]
        if not person:
            return None
        known = facts.skills.get(person.id, self.env["hr.employee.skill"])
        missing = self._find_missing_skill(known, needs, facts.high_voltage, self._get_days(row))
        return missing and self.env._(
            "%(person)s is not qualified for job \"%(job)s\" on %(day)s: %(missing)s. Choose "
            "somebody who is.",
            person=person.name,
            job=row.job.display_name,
            day=format_date(self.env, min(self._get_days(row))),
            missing=missing,
        )

    def _find_missing_skill(self, known, needs, high_voltage, days):
        """Return the name of what somebody with the skills ``known`` lacks for ``needs`` on
        ``days``, or None; see :meth:`service.job._get_needs`."""
        level = needs["skill_level"]
        if needs["is_high_voltage"] and not known._proves(high_voltage, level.browse(), days):
            return self._name_skill(high_voltage)
        if needs["skill"] and not known._proves(needs["skill"], level, days):
            return self._name_skill(needs["skill"], level)
        return None

    def _name_skill(self, skill, level=None):
        name = skill.name or self.env._("High Voltage")
        return f"{name} ({level.name})" if level else name

    def _judge_time(self, row, facts):
        for leave in facts.absences[row.resource]:
            if leave.date_from < row.stop and row.start < leave.date_to:
                return self._describe_absence(row, leave)
        if covers(facts.spans[row.resource], row.start, row.stop):
            return None
        return self.env._(
            "%(resource)s does not work all of %(time)s. Choose another time.",
            resource=row.resource.name,
            time=self._format_span(row.job, row.start, row.stop),
        )

    def _describe_absence(self, row, leave):
        time = self._format_span(row.job, leave.date_from, leave.date_to)
        if leave.resource_id:
            return self.env._(
                "%(resource)s is away: %(time)s. Choose another time, or somebody else.",
                resource=row.resource.name,
                time=time,
            )
        return self.env._(
            "%(resource)s does not work, the workshop is closed (%(reason)s): %(time)s. Choose "
            "another time.",
            resource=row.resource.name,
            reason=leave.name or self.env._("day off"),
            time=time,
        )

    # ---- others' bookings -----------------------------------------------------------------

    def _find_clashes(self, rows, replaced, skipped):
        """Return ``{row: text}`` of the rows that want what is held already, by a booking or by
        a row before; not looking at ``skipped``."""
        rows = [row for row in rows if row not in skipped and not row.is_allowed]
        held = self._read_held(rows, replaced)
        found = {}
        for row in rows:
            others = held[row.resource.id]
            for other in others:
                if other.start < row.stop and row.start < other.stop:
                    found[row] = self._describe_clash(row, other)
                    break
            others.append(row)
        return found

    def _read_held(self, rows, replaced):
        """Return ``{resource id: [Row]}`` of what is held around ``rows``."""
        held = defaultdict(list)
        if not rows:
            return held
        # A resource may serve several companies; what holds it is known to all.
        bookings = self.sudo().search_fetch(
            [
                ("resource_id", "in", list({row.resource.id for row in rows})),
                ("start_at", "<", max(row.stop for row in rows)),
                ("stop_at", ">", min(row.start for row in rows)),
                ("override_reason", "=", False),
                ("id", "not in", replaced.ids),
            ]
        )
        for booking in bookings:
            held[booking.resource_id.id].append(booking._prepare_row({}))
        return held

    def _describe_clash(self, row, other):
        order = other.job.order_id
        if order.company_id not in self.env.companies:
            return self.env._(
                "%(resource)s is held for another company: %(time)s. Choose another time.",
                resource=row.resource.name,
                time=self._format_span(row.job, other.start, other.stop),
            )
        return self.env._(
            "%(resource)s is held for job \"%(job)s\" of %(order)s (%(vehicle)s): %(time)s. Choose "
            "another time, or ask the manager to overbook with a reason.",
            resource=row.resource.name,
            job=other.job.display_name,
            order=order.name,
            vehicle=order.plate or order.vehicle_id.display_name,
            time=self._format_span(row.job, other.start, other.stop),
        )

    # ---- words ----------------------------------------------------------------------------

    def _get_days(self, row):
        """Return the first and the last day of ``row`` where the shop is."""
        order = row.job.order_id
        return {order._get_day(row.start), order._get_day(row.stop - timedelta(seconds=1))}

    def _format_span(self, job, start, stop):
        """Return a stretch of time as the workshop's clock shows it, in the user's language."""
        order = job.order_id
        if order._get_day(start) == order._get_day(stop):
            end = format_time(self.env, stop, tz=order._get_shop_tz(), time_format="short")
        else:
            end = order._format_shop_time(stop)
        return f"{order._format_shop_time(start)} – {end}"
