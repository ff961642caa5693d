from odoo import fields, models

CLAIM_READERS = "service_advisor.group_reception,service_advisor.group_seat"


class AccountMove(models.Model):
    """Payments of manufacturers settle their warranty claims."""

    _inherit = "account.move"

    service_claim_count = fields.Integer(
        compute="_compute_service_claim_count", groups=CLAIM_READERS
    )

    def _compute_service_claim_count(self):
        for move in self:
            move.service_claim_count = len(move._get_service_claims())

    def action_view_service_claims(self):
        """Open the warranty claims that are billed on these invoices."""
        return self._get_service_claims()._get_records_action(name=self.env._("Warranty Claims"))

    def _get_service_claims(self):
        """Return the claims of the jobs on these invoices, on the payer of their lines; none
        for who may not read claims."""
        if not self.env["service.claim"].has_access("read"):
            return self.env["service.claim"]
        lines = self.line_ids.sale_line_ids
        return lines._get_service_claim()

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        self._update_service_claims(("approved", "short_paid"))
        return result

    def _update_service_claims(self, states):
        """Set the claims of these moves that are in ``states`` paid, or open again."""
        moves = self.filtered(lambda move: move.is_sale_document())
        if moves:
            # Whoever reconciles a payment need not have the right to claim.
            self.env["service.claim"].sudo().search(
                [
                    ("state", "in", states),
                    ("job_id.line_ids.invoice_lines.move_id", "in", moves.ids),
                ]
            )._update_paid()
