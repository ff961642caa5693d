from collections import defaultdict
from datetime import timezone

from odoo import api, fields, models

from ..tools.kpi import BRANCH, COMPANY


class ServiceKpiAttendance(models.AbstractModel):
    """Hours technicians were there for: their working hours without their time off.

    The calendars say so, which every shop has; who came late is known to nobody.
    """

    _name = "service.kpi.attendance"
    _description = "Attended Hours"

    @api.model
    def _get_people(self, company, start, stop):
        """Return the employees whose hours count: the technicians of ``company``, and whoever
        was clocked on a job in the period."""
        # Whoever reads figures need not read the employees; who has left was there then.
        Employee = self.env["hr.employee"].sudo().with_context(active_test=False)
        # As above.
        clocked = self.env["service.clocking"].sudo()._read_group(
            [
                ("company_id", "=", company.id),
                ("start_at", ">=", start),
                ("start_at", "<", stop),
                ("stop_at", "!=", False),
            ],
            [],
            ["employee_id:recordset"],
        )[0][0]
        named = [
            ("company_id", "=", company.id),
            ("is_service_technician", "=", True),
            ("active", "=", True),
        ]
        return Employee.search(named) | Employee.browse(clocked.ids)

    @api.model
    def _get_hours_of_people(self, company, start, stop):
        """Return ``{hr.employee: hours}`` until ``stop`` or now: hours still to come were
        attended by nobody."""
        people = self._get_people(company, start, stop)
        until = min(stop, fields.Datetime.now())
        if until <= start or not people:
            return {}
        intervals, _flexible = people.resource_id._get_valid_work_intervals(
            start.replace(tzinfo=timezone.utc), until.replace(tzinfo=timezone.utc)
        )
        hours = {}
        # Whoever has no working hours would have attended day and night.
        for person in people.filtered("resource_id.calendar_id"):
            spans = intervals.get(person.resource_id.id, ())
            seconds = sum((end - begin).total_seconds() for begin, end, _meta in spans)
            if seconds:
                hours[person] = seconds / 3600
        return hours

    @api.model
    def _get_hours(self, company, start, stop, by):
        """Return ``{subject_id: hours}``; a technician at home in no workshop is of branch
        False."""
        sums = defaultdict(float)
        for person, hours in self._get_hours_of_people(company, start, stop).items():
            if by == COMPANY:
                subject = company.id
            elif by == BRANCH:
                subject = person.service_warehouse_id.id
            else:
                subject = person.id
            sums[subject] += hours
        return dict(sums)
