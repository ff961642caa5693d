from odoo import fields, models


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
        self.suggestion_id._dismiss(self.dismissal, self.reason)
        return {"type": "ir.actions.act_window_close"}
