from odoo import api, fields, models


class ServiceReleaseWizard(models.TransientModel):
    """The accountant lets a car leave although not everything is paid."""

    _name = "service.release.wizard"
    _description = "Allow to Leave Unpaid"

    order_id = fields.Many2one("service.order", required=True, readonly=True, ondelete="cascade")
    currency_id = fields.Many2one(related="order_id.currency_id")
    amount_owed = fields.Monetary(related="order_id.amount_owed")
    amount = fields.Monetary(
        "Released up to",
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="The car stays where the customer owes more than this.",
    )
    until = fields.Date("Released until", help="Empty: without end.")
    reason = fields.Char(help="Kept on the order.")

    @api.depends("order_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.order_id.amount_owed

    def action_confirm(self):
        """Release the car and keep who did so, and why."""
        self.ensure_one()
        self.order_id._release(self.reason, self.amount, self.until)
        return {"type": "ir.actions.act_window_close"}
