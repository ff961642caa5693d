from odoo import api, fields, models


class ServiceVehicle(models.Model):
    _inherit = "service.vehicle"

    complaint_count = fields.Integer("Complaints", compute="_compute_complaint_count")

    @api.depends_context("uid")
    def _compute_complaint_count(self):
        counts = self.env["service.complaint"]._count_by("vehicle_id", self)
        for vehicle in self:
            vehicle.complaint_count = counts.get(vehicle._origin.id, 0)

    def action_view_complaints(self):
        """Open the complaints about these cars."""
        return self.env["service.complaint"]._open_list([("vehicle_id", "in", self.ids)])
