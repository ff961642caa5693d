from odoo import fields, models


class ServiceVehicle(models.Model):
    """When the customer gives the car back to the lessor, and may need another one."""

    _inherit = "service.vehicle"

    lease_end = fields.Date("Lease Ends", tracking=True)
