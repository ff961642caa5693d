from odoo import fields, models
from odoo.exceptions import UserError


class ServiceCheckinCorrectionWizard(models.TransientModel):
    """Why a signed check-in has to be corrected."""

    _name = "service.checkin.correction.wizard"
    _description = "Correct Check-in"

    order_id = fields.Many2one("service.order", required=True, readonly=True, ondelete="cascade")
    reason = fields.Text(required=True)

    def action_confirm(self):
        """Open the check-in for managers; the chatter keeps the reason."""
        self.ensure_one()
        if not self.reason.strip():
            raise UserError(self.env._("Write down why the check-in has to be corrected."))
        self.order_id._reopen_checkin(self.reason.strip())
        return {"type": "ir.actions.act_window_close"}
