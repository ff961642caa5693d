from odoo import api, models
from odoo.exceptions import ValidationError


class ServiceOrder(models.Model):
    """No order for the record of a car that was merged into another one."""

    _inherit = "service.order"

    @api.constrains("vehicle_id")
    def _check_vehicle_not_merged(self):
        for order in self:
            # Read along with the rest of the car, which the order needs anyway.
            if order.vehicle_id.merged_into_id:
                raise ValidationError(order.vehicle_id._describe_merged())
