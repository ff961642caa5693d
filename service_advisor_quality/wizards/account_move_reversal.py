from odoo import models


class AccountMoveReversal(models.TransientModel):
    """Credit notes made from the remedy of a complaint stay linked to it."""

    _inherit = "account.move.reversal"

    def _prepare_default_reversal(self, move):
        vals = super()._prepare_default_reversal(move)
        remedy = self._get_service_remedy()
        if remedy and move in remedy._get_invoices_to_credit():
            vals["service_remedy_id"] = remedy.id
        return vals

    def _get_service_remedy(self):
        """Return the remedy this dialog was opened from; what a request says of others is
        checked against the invoice."""
        remedy_id = self.env.context.get("service_remedy_id")
        remedies = self.env["service.complaint.remedy"]
        if not isinstance(remedy_id, int):
            return remedies
        return remedies.browse(remedy_id).exists()._filtered_access("read").filtered(
            lambda remedy: remedy.kind == "refund" and not remedy.dropped_at
        )
