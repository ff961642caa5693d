from odoo import models


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    def _keeps_away(self, resource):
        """Return whether this time off is that of ``resource``, or of everybody who works by
        the same hours in the same company."""
        self.ensure_one()
        if self.resource_id:
            return self.resource_id == resource
        same_company = not self.company_id or self.company_id == resource.company_id
        return same_company and self.calendar_id in (
            self.calendar_id.browse(), resource.calendar_id
        )
