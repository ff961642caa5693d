from collections import defaultdict

from odoo import models
from odoo.tools.date_utils import localized
from pytz import utc

from ..tools.spans import join, subtract


def _naive(moment):
    return moment.astimezone(utc).replace(tzinfo=None)


class ResourceResource(models.Model):
    """When a resource of the workshop works, and what stands behind it."""

    _inherit = "resource.resource"

    def _get_equipment(self, model):
        """Return the records of ``model`` behind these resources, archived ones too."""
        # Whatever holds a resource is told apart, also from what the reader may not open.
        equipment = self.env[model].sudo().with_context(active_test=False)
        return equipment.search_fetch([("resource_id", "in", self.ids)])

    def _get_bays(self):
        """Return the bays among these resources."""
        return self._get_equipment("service.bay")

    def _get_tools(self):
        """Return the special tools among these resources."""
        return self._get_equipment("service.tool")

    def _get_people(self):
        """Return the employees among these resources."""
        return self._get_equipment("hr.employee")

    def _get_open_spans(self, start, stop):
        """Return ``{resource: spans}``: the working hours between two moments (UTC), time off
        not taken out. Who has no fixed hours may work at any.

        The queries depend on the number of calendars, not of resources.
        """
        # Working hours are the employer's; whoever plans need only know when somebody works.
        resources = self.sudo()
        flexible = resources.filtered(lambda resource: resource._is_flexible())
        spans = dict.fromkeys(flexible.ids, [(start, stop)])
        for same in (resources - flexible)._group_by_hours(localized(start), localized(stop)):
            spans.update(dict.fromkeys(*same))
        return {resource: spans[resource.id] for resource in self}

    def _group_by_hours(self, start, stop):
        """Return ``[(resource ids, spans)]``: the working hours of these resources, those who
        work the same hours together. Hours are looked up, and their time zone is left behind,
        once for each group: that of a whole workshop is often one.

        :param start, stop: datetimes with a time zone.
        """
        validity = self._get_calendars_validity_within_period(start, stop)
        groups = defaultdict(list)
        for resource in self:
            periods = tuple(
                (calendar, tuple((begin, end) for begin, end, _source in intervals))
                for calendar, intervals in validity[resource.id].items()
            )
            groups[resource.tz, resource.calendar_id, periods].append(resource.id)
        first = self.browse([ids[0] for ids in groups.values()])
        batches = {
            calendar: calendar._work_intervals_batch(
                start, stop, resources=first, compute_leaves=False
            )
            for _tz, _calendar, periods in groups
            for calendar, _edges in periods
            if calendar
        }
        return [
            (ids, join(
                (_naive(begin), _naive(end))
                for calendar, period in validity[ids[0]].items()
                for begin, end, _source in (
                    batches[calendar][ids[0]] & period if calendar else [(start, stop, None)]
                )
            ))
            for ids in groups.values()
        ]

    def _get_absences(self, start, stop):
        """Return ``{resource: resource.calendar.leaves}``: the time off that overlaps the time
        between two moments (UTC), also that of the whole company."""
        # Why somebody is away is private; that the time is not free is not.
        leaves = self.env["resource.calendar.leaves"].sudo().search(
            [
                ("time_type", "=", "leave"),
                ("date_from", "<", stop),
                ("date_to", ">", start),
                ("resource_id", "in", [False, *self.ids]),
            ]
        )
        return {
            resource: leaves.filtered(lambda leave, resource=resource: leave._keeps_away(resource))
            for resource in self
        }

    def _get_work_spans(self, start, stop):
        """Return ``{resource: spans}``: when each works between two moments (UTC)."""
        spans, absences = self._get_open_spans(start, stop), self._get_absences(start, stop)
        return {
            resource: subtract(
                spans[resource], [(leave.date_from, leave.date_to) for leave in absences[resource]]
            ) if absences[resource] else spans[resource]
            for resource in self
        }
