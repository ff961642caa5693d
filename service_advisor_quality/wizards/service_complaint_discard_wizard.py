from odoo import fields, models
from odoo.exceptions import UserError


class ServiceComplaintDiscardWizard(models.TransientModel):
    """Why something that came in is no complaint."""

    _name = "service.complaint.discard.wizard"
    _description = "Discard Complaints"

    complaint_ids = fields.Many2many(
        "service.complaint", string="Complaints", required=True, readonly=True
    )
    reason = fields.Char(required=True, help="Such as advertising, or sent to us by mistake.")

    def action_confirm(self):
        """Discard the complaints.

        :raises UserError: where the reason is missing.
        """
        for wizard in self:
            if not wizard.reason.strip():
                raise UserError(self.env._("Write down why it is no complaint."))
            wizard.complaint_ids._discard(wizard.reason)
        return {"type": "ir.actions.act_window_close"}
