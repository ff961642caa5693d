from odoo import fields, models
from odoo.exceptions import UserError


class ServiceSuggestionWizard(models.TransientModel):
    """Why a recall is not done at this visit."""

    _name = "service.suggestion.wizard"
    _description = "Recall Not Done Here"

    suggestion_id = fields.Many2one(
        "service.suggestion", required=True, readonly=True, ondelete="cascade"
    )
    dismissal = fields.Selection(
        [("refused", "The customer refuses"), ("elsewhere", "It was done elsewhere")],
        "What Happened",
        default="refused",
        required=True,
    )
    reason = fields.Char(
        required=True, help="The customer's words, or where and when it was done."
    )

    def action_confirm(self):
        """Keep the reason and let the car go without this recall."""
        self.ensure_one()
        if not self.reason.strip():
            raise UserError(self.env._("Write down why the recall is not done here."))
        self.suggestion_id._dismiss(self.dismissal, self.reason.strip())
        return {"type": "ir.actions.act_window_close"}
