from odoo import api, fields, models

from ..models.service_vehicle_odometer import ODOMETER_REASONS


class ServiceOdometerWizard(models.TransientModel):
    """An odometer reading taken outside a visit, or the right one after a wrong one."""

    _name = "service.odometer.wizard"
    _description = "Correct Odometer"

    vehicle_id = fields.Many2one(
        "service.vehicle", required=True, readonly=True, ondelete="cascade"
    )
    odometer = fields.Integer("Last Reading (km)", related="vehicle_id.odometer")
    value = fields.Integer("Right Reading (km)")
    is_lower = fields.Boolean(compute="_compute_is_lower")
    reason = fields.Selection(ODOMETER_REASONS, "Why It Is Lower")
    note = fields.Char()

    @api.depends("value", "vehicle_id.odometer")
    def _compute_is_lower(self):
        for wizard in self:
            wizard.is_lower = wizard.value < wizard.vehicle_id.odometer

    def action_confirm(self):
        """Keep the reading."""
        self.ensure_one()
        self.vehicle_id._record_odometer(
            self.value, "manual", reason=self.reason, note=self.note
        )
        return {"type": "ir.actions.act_window_close"}
