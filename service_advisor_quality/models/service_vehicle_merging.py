from odoo import models


class ServiceVehicle(models.Model):
    _inherit = "service.vehicle"

    def _before_merge(self, target):
        # The calls of both are the caller's; whoever merges makes one of two.
        self.env["service.followup"].sudo()._drop_doubled("vehicle_id", self, target)
        return super()._before_merge(target)
