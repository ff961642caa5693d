from odoo import models


class ServiceVehicle(models.Model):
    _inherit = "service.vehicle"

    def _before_merge(self, target):
        # Whoever may merge cars answers the pairs of both by it.
        self.env["service.duplicate"].sudo()._follow_merge("vehicle", self, target)
        return super()._before_merge(target)
