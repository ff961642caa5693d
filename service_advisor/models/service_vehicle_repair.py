from odoo import fields, models


class ServiceVehicle(models.Model):
    """Work on this car that the shop still answers for."""

    _inherit = "service.vehicle"

    covered_job_ids = fields.Many2many(
        "service.job", compute="_compute_covered_job_ids", string="Work Under Warranty"
    )

    def _compute_covered_job_ids(self):
        today = fields.Date.context_today(self)
        jobs = self.env["service.job"].search_fetch(
            [("order_id.vehicle_id", "in", self.ids), ("warranty_until", ">=", today)],
            order="warranty_until desc, id",
        )
        by_vehicle = jobs.grouped("vehicle_id")
        for vehicle in self:
            own = by_vehicle.get(vehicle._origin, jobs.browse())
            vehicle.covered_job_ids = own.filtered(
                lambda job, vehicle=vehicle: job.warranty_odometer >= vehicle.odometer
            )
