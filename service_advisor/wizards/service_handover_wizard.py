from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.service_vehicle_odometer import ODOMETER_REASONS


class ServiceHandoverWizard(models.TransientModel):
    """The customer signs for the car."""

    _name = "service.handover.wizard"
    _description = "Hand Over"

    order_id = fields.Many2one("service.order", required=True, readonly=True, ondelete="cascade")
    name = fields.Char("Handed Over To", compute="_compute_name", store=True, readonly=False)
    odometer_out = fields.Integer(
        "Odometer Out (km)", compute="_compute_odometer_out", store=True, readonly=False
    )
    vehicle_odometer = fields.Integer(related="order_id.vehicle_odometer")
    odometer_reason = fields.Selection(ODOMETER_REASONS, "Why It Is Lower")
    signature = fields.Image(max_width=1024, max_height=512)

    @api.depends("order_id")
    def _compute_name(self):
        for wizard in self:
            wizard.name = wizard.order_id.partner_id.name

    @api.depends("order_id")
    def _compute_odometer_out(self):
        for wizard in self:
            wizard.odometer_out = wizard.order_id.vehicle_odometer

    def action_confirm(self):
        """Hand over the car against the signature."""
        self.ensure_one()
        if not self.signature:
            raise UserError(
                self.env._("The customer signs for the car: draw the signature in the field.")
            )
        self.order_id._deliver(
            self.name, self.signature, self.odometer_out, self.odometer_reason
        )
        return {"type": "ir.actions.act_window_close"}
