from odoo import api, fields, models

from ..models.service_promise_change import CHANGE_KINDS
from ..tools.promise import round_up

# What people choose; the others are set by what the customer approves.
CHOSEN_KINDS = [kind for kind in CHANGE_KINDS if kind[0] not in ("quoted", "extra_work")]
# What moves a promise, by what endangers it.
KIND_OF_RISK = {"parts": "parts", "customer": "customer", "overrun": "workshop",
                "plan": "workshop", "work": "workshop", "check": "workshop", "tool": "workshop"}


class ServicePromiseMoveWizard(models.TransientModel):
    """The advisor moves a promise: to when, why, and the customer is told."""

    _name = "service.promise.move.wizard"
    _description = "Move the Promise"

    order_id = fields.Many2one("service.order", required=True, readonly=True, ondelete="cascade")
    seen_promised_at = fields.Datetime(
        "Promised Now", compute="_compute_proposal", store=True, precompute=True
    )
    risk_cause = fields.Char(related="order_id.risk_cause")
    promised_at = fields.Datetime(
        "New Promise",
        compute="_compute_proposal",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Proposed from what is expected as things stand.",
    )
    kind = fields.Selection(
        CHOSEN_KINDS,
        "Because of",
        compute="_compute_proposal",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="None of these changes what counts as on time; only additional work that the customer "
        "approves does, by itself.",
    )
    reason = fields.Char(help="For the house; kept on the order.")
    is_told = fields.Boolean(
        "Tell the customer", default=True, help="Opens the prepared message afterwards."
    )

    @api.depends("order_id")
    def _compute_proposal(self):
        now = fields.Datetime.now()
        for wizard in self:
            order = wizard.order_id
            expected = max(order.projected_at or now, order.promised_at or now, now)
            wizard.seen_promised_at = order.promised_at
            wizard.promised_at = round_up(expected)
            wizard.kind = KIND_OF_RISK.get(order.risk_kind, "other")

    def action_confirm(self):
        """Move the promise and open the message to the customer, where wanted."""
        self.ensure_one()
        if not (self.reason or "").strip():
            self.order_id._refuse(self.env._("Say why the promise moves."))
        self.order_id._move_promise(
            self.promised_at, self.reason, self.kind, seen=self.seen_promised_at
        )
        if self.is_told:
            return self.order_id.action_tell_customer()
        return {"type": "ir.actions.act_window_close"}
