from pytz import utc

from odoo import models
from odoo.tools.date_utils import localized

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
        fixed = resources - flexible
        spans = dict.fromkeys(flexible.ids, [(start, stop)])
        if fixed:
            work, _by_calendar = fixed._get_valid_work_intervals(
                localized(start), localized(stop), compute_leaves=False
            )
            for resource in fixed:
                spans[resource.id] = join(
                    (_naive(begin), _naive(end)) for begin, end, _source in work[resource.id]
                )
        return {resource: spans[resource.id] for resource in self}

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
            )
            for resource in self
        }
