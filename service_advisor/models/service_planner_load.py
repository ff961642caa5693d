from datetime import datetime, time, timedelta

from odoo import fields, models
from odoo.fields import Domain
from pytz import timezone, utc

from ..tools.intervals import Work, to_datetime, to_moment
from ..tools.skill_load import Demand, Person, hours, weigh_skills


class ServicePlanner(models.AbstractModel):
    """What the next working days need of people and places, and what these can give."""

    _inherit = "service.planner"

    def _read_load(self, company, count, warehouse=None):
        """Return what is needed and there in the next ``count`` working days of ``company``, or
        of one ``warehouse`` of it.

        A dict of ``days`` (dates), ``rows`` (:class:`tools.skill_load.Row`, of record ids),
        ``names`` (``{hr.employee id: name}``), ``levels`` (``{(skill id, level): name}``),
        ``ends`` (``{(employee id, skill id, level): date}`` where a skill ends) and ``loads``
        (see :meth:`_list_loads`). The number of queries is constant.
        """
        # Managers see what people are able to do and when they work, not their contracts.
        self = self.sudo().with_company(company)
        now = fields.Datetime.now()
        people = self._find_technicians(company)
        bays = self.env["service.bay"].search([("company_id", "=", company.id)])
        resources = people.resource_id | bays.resource_id
        works, shop = self._get_works(company, resources, now)
        if warehouse:
            self._keep_to_place(works, people, warehouse)
            people = people.filtered(lambda person: works[person.resource_id.id].starts)
        days, edges = self._get_load_days(company, shop, now, count)
        stop = edges[-1][1] if edges else to_moment(now)
        bookings = self._get_bookings(resources, self.env["service.job"], now)
        held = {
            key: [(begin, end) for begin, end, _movable in pairs]
            for key, pairs in bookings.items()
        }
        traits = self._get_skills(people, timezone(self._get_tz(company)))
        crew = [
            Person(
                person.id,
                {key[1]: known for key, known in traits.get(person.resource_id.id, {}).items()},
                works[person.resource_id.id],
                Work(held.get(person.resource_id.id, ())),
            )
            for person in people
        ]
        jobs = self._find_needing(company, to_datetime(stop), warehouse)
        demands, levels = self._list_demands(jobs, now, to_datetime(stop))
        return {
            "days": days,
            "rows": weigh_skills(demands, crew, to_moment(now), stop),
            "names": {person.id: person.name for person in people},
            "levels": levels,
            "ends": self._find_ends(crew, levels, timezone(self._get_tz(company))),
            "loads": self._list_loads(
                [*people, *bays], works, held, edges, people._name_places(now, to_datetime(stop))
            ),
        }

    def _get_load_days(self, company, shop, now, count):
        """Return ``(dates, [(start, stop)])`` of the days, in the time of the workshop, on which
        it works next; where it has no fixed hours, all days are."""
        zone = timezone(self._get_tz(company))
        today = utc.localize(now).astimezone(zone).date()
        days, edges = [], []
        for offset in range(366):
            start, stop = (
                to_moment(
                    zone.localize(datetime.combine(today + timedelta(days=more), time.min))
                    .astimezone(utc).replace(tzinfo=None)
                )
                for more in (offset, offset + 1)
            )
            start = max(start, to_moment(now))
            if not shop.starts or shop.cut(start, stop):
                days.append(today + timedelta(days=offset))
                edges.append((start, stop))
            if len(days) == count:
                break
        return days, edges

    # ---- what is needed -------------------------------------------------------------------

    def _find_needing(self, company, stop, warehouse=None):
        """Return the jobs whose work falls before ``stop``: approved and not over, and those
        that were booked before the answer; those of one ``warehouse``, or of all."""
        planned = Domain("planned_start_at", "<", stop) & Domain(
            "planned_stop_at", ">", fields.Datetime.now()
        )
        unplanned = Domain("planned_start_at", "=", False) & (
            Domain("promised_at", "=", False) | Domain("promised_at", "<", stop)
        )
        return self.env["service.job"].search(
            Domain("company_id", "=", company.id)
            & (Domain("order_id.warehouse_id", "=", warehouse.id) if warehouse else Domain.TRUE)
            & (
                (Domain("state", "in", ("approved", "in_work")) & (planned | unplanned))
                | (Domain("state", "in", ("proposed", "quoted")) & planned)
                | (Domain("state", "=", "in_work"))
            )
        )

    def _list_demands(self, jobs, now, stop):
        """Return ``([tools.skill_load.Demand], {(skill id, level): name})``."""
        included = jobs.operation_id._get_included()
        included.mapped("skill_level_id.level_progress")  # read for all jobs at once
        high_voltage = self.env["hr.employee"]._get_high_voltage_skill()
        booked = self._sum_bookings(jobs, now, stop)
        jobs.mapped("actual_hours")
        demands, levels = [], {}
        for job in jobs:
            asked, needs = job._get_needs(), set()
            if asked["skill"]:
                level = asked["skill_level"]
                key = asked["skill"].id, level.level_progress
                levels[key] = level.name
                needs.add(key)
            if asked["is_high_voltage"] and high_voltage:
                needs.add((high_voltage.id, 0))
            held = booked.get(job.id, 0.0)
            left = 0.0 if held else max(job.allowed_hours - job.actual_hours, 0.0)
            if needs:
                demands.append(Demand(job.id, frozenset(needs), held, left))
        return demands, levels

    def _sum_bookings(self, jobs, now, stop):
        """Return ``{job id: hours}`` of technicians that are booked for ``jobs``."""
        found = {}
        for booking in self.env["service.booking"].search_fetch(
            [
                ("job_id", "in", jobs.ids),
                ("kind", "=", "technician"),
                ("stop_at", ">", now),
                ("start_at", "<", stop),
            ],
            ["job_id", "start_at", "stop_at"],
        ):
            span = min(booking.stop_at, stop) - max(booking.start_at, now)
            found[booking.job_id.id] = (
                found.get(booking.job_id.id, 0.0) + span.total_seconds() / 3600
            )
        return found

    def _find_ends(self, crew, levels, zone):
        """Return ``{(employee id, skill id, level): date}``: the last day of what ends."""
        ends = {}
        for person in crew:
            for skill, known in person.skills.items():
                for level in {level for own, level in levels if own == skill} | {0}:
                    until = [end for have, _since, end in known if have >= level]
                    if until and None not in until:
                        moment = utc.localize(to_datetime(max(until) - 1))
                        ends[person.key, skill, level] = moment.astimezone(zone).date()
        return ends

    # ---- load per day ---------------------------------------------------------------------

    def _list_loads(self, records, works, held, edges, places):
        """Return for each of ``records`` (employees and bays) a dict of ``name``, ``is_bay``,
        ``place`` (text of ``places``, ``{employee id: where}``, or None) and
        ``cells``: per day a dict of ``percent`` (None for a day without working time),
        ``booked`` and ``works`` in hours. What is booked twice at once counts twice."""
        loads = []
        for record in records:
            key = record.resource_id.id
            cells = []
            for start, stop in edges:
                day = Work([(start, stop)])
                there = hours(works[key] & day)
                taken = sum(hours(Work([pair]) & day) for pair in held.get(key, ()))
                cells.append(
                    {
                        "percent": round(100 * taken / there) if there else None,
                        "booked": taken,
                        "works": there,
                    }
                )
            is_bay = record._name == "service.bay"
            place = None if is_bay else places.get(record.id)
            loads.append(
                {"name": record.name, "is_bay": is_bay, "place": place, "cells": cells}
            )
        return loads
