from odoo import fields, models


class ServiceVehicle(models.Model):
    _inherit = "service.vehicle"

    lead_looked_on = fields.Date(
        readonly=True,
        copy=False,
        index=True,
        help="When the car was last looked at for a proposal to sales.",
    )
