from odoo import api, fields, models

from ..models.service_claim import CLAIM_ANSWERS


class ServiceClaimAnswerWizard(models.TransientModel):
    """What the manufacturer answered on one claim, or the same on many."""

    _name = "service.claim.answer.wizard"
    _description = "Manufacturer's Answer"

    claim_ids = fields.Many2many("service.claim", required=True, readonly=True)
    claim_count = fields.Integer(compute="_compute_claims")
    currency_id = fields.Many2one("res.currency", compute="_compute_claims")
    claimed_amount = fields.Monetary("Claimed", compute="_compute_claims")
    answer = fields.Selection(CLAIM_ANSWERS, default="approved", required=True)
    approved_amount = fields.Monetary(help="Without taxes.")
    shortfall_amount = fields.Monetary(
        "Not Paid",
        compute="_compute_shortfall_amount",
        help="Taken off what the manufacturer is billed, or credited where it is on an invoice.",
    )
    reason = fields.Char(help="In the manufacturer's words.")
    manufacturer_ref = fields.Char("Manufacturer's Reference")
    answered_on = fields.Date(default=fields.Date.context_today, required=True)

    @api.depends("claim_ids")
    def _compute_claims(self):
        for wizard in self:
            claims = wizard.claim_ids
            wizard.claim_count = len(claims)
            wizard.currency_id = claims.currency_id[:1]
            wizard.claimed_amount = sum(claims.mapped("claimed_amount"))

    @api.depends("claimed_amount", "answer", "approved_amount")
    def _compute_shortfall_amount(self):
        for wizard in self:
            paid = {"approved": wizard.claimed_amount, "rejected": 0.0}.get(
                wizard.answer, wizard.approved_amount
            )
            wizard.shortfall_amount = wizard.claimed_amount - paid

    def action_confirm(self):
        """Keep the answer on the claims."""
        self.ensure_one()
        self.claim_ids._record_answer(
            self.answer,
            approved=self.approved_amount,
            reason=self.reason,
            reference=self.manufacturer_ref,
            day=self.answered_on,
        )
        return {"type": "ir.actions.act_window_close"}
