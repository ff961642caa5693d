from odoo import api, fields, models

from ..tools.plate import normalise_plate


class ServiceVehiclePlate(models.Model):
    """Which plate a car carried, and when: a former plate still finds the car."""

    _name = "service.vehicle.plate"
    _description = "Plate of a Vehicle"
    _inherit = ["service.vehicle.period.mixin"]
    _rec_name = "plate"

    plate = fields.Char(required=True, readonly=True)
    plate_key = fields.Char(
        compute="_compute_plate_key", store=True, precompute=True, index="trigram"
    )

    _one_open_uniq = models.UniqueIndex(
        "(vehicle_id) WHERE date_to IS NULL",
        "Somebody else has just changed the plate of this vehicle. Reload it and look again.",
    )

    @api.depends("plate")
    def _compute_plate_key(self):
        for row in self:
            row.plate_key = normalise_plate(row.plate)

    def _get_period_key(self):
        return normalise_plate(self.plate)
