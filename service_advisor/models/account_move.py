from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    service_order_ids = fields.Many2many(
        "service.order",
        string="Service Orders",
        compute="_compute_service_order_ids",
        groups="service_advisor.group_reception,service_advisor.group_seat",
    )
    service_order_count = fields.Integer(
        compute="_compute_service_order_ids",
        groups="service_advisor.group_reception,service_advisor.group_seat",
    )

    def _compute_service_order_ids(self):
        for move in self:
            orders = move.line_ids.sale_line_ids.order_id.service_order_id
            move.service_order_ids = orders
            move.service_order_count = len(orders)

    def _creation_subtype(self):
        """That an invoice was made of a service order is a note of its history: nobody follows
        it yet, so there is nobody to be told."""
        if self.env.context.get("service_invoicing"):
            return self.env["mail.message.subtype"]
        return super()._creation_subtype()

    def action_view_service_orders(self):
        """Open the service orders these invoices come from."""
        return self.service_order_ids._get_records_action(name=self.env._("Service Orders"))

    def _get_service_payment_state(self):
        """Return in one word how far these invoices of one payer are paid: a key of
        ``service_payment_state`` of the estimate, or False where there are none."""
        if not self:
            return False
        if "draft" in self.mapped("state"):
            return "draft"
        open_moves = self.filtered(lambda move: not move._is_service_paid())
        if not open_moves:
            return "paid"
        untouched = open_moves == self and "partial" not in self.mapped("payment_state")
        return "not_paid" if untouched else "partial"

    def _is_service_paid(self):
        """Say whether nothing of this invoice is to be paid any more. A payment that the bank has
        not confirmed yet counts, whether or not it is booked already."""
        self.ensure_one()
        return self.payment_state in ("paid", "in_payment", "reversed")
