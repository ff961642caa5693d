from odoo import fields, models


class ServiceVehicle(models.Model):
    """Cars that may be there twice."""

    _inherit = "service.vehicle"

    duplicate_count = fields.Integer(
        compute="_compute_duplicate_count", groups="service_advisor.group_advisor"
    )

    def _compute_duplicate_count(self):
        counts = self.env["service.duplicate"]._count_open("vehicle", self)
        for vehicle in self:
            vehicle.duplicate_count = counts[vehicle._origin.id]

    def action_view_duplicates(self):
        """Open the pairs of these cars that may be one."""
        return self.env["service.duplicate"]._open_list("vehicle", self)

    def _before_merge(self, target):
        # Whoever may merge cars answers the pairs of both by it.
        self.env["service.duplicate"].sudo()._follow_merge("vehicle", self, target)
        # What is wrong is found anew on the record that is left.
        findings = self.env["service.data.issue"].sudo()
        findings.search([("vehicle_id", "in", self.ids)]).unlink()
        return super()._before_merge(target)

    def _after_merge(self, merged):
        result = super()._after_merge(merged)
        self.env["service.data.score"]._changed(self)
        return result
