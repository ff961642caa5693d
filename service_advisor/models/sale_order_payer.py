from odoo import api, fields, models


class SaleOrder(models.Model):
    """An estimate on its way to the payer: deposit, invoice, payment."""

    _inherit = "sale.order"

    service_amount_invoiced = fields.Monetary(
        "Invoiced", compute="_compute_service_amounts", compute_sudo=True
    )
    service_amount_to_invoice = fields.Monetary(
        "Still to Invoice",
        compute="_compute_service_amounts",
        compute_sudo=True,
        help="Sold hours and issued parts that are on no invoice yet, deposits deducted. Below "
        "zero: a credit note is due.",
    )
    service_payment_state = fields.Selection(
        [
            ("draft", "Draft"),
            ("not_paid", "Not Paid"),
            ("partial", "Partly Paid"),
            ("paid", "Paid"),
        ],
        "Payment",
        compute="_compute_service_amounts",
        compute_sudo=True,
    )

    @api.depends(
        "order_line.qty_to_invoice",
        "order_line.invoice_lines.move_id.state",
        "order_line.invoice_lines.move_id.payment_state",
        "service_order_id.state",
    )
    def _compute_service_amounts(self):
        """Add up invoices and what is left, from the lines; the same few queries for any number
        of estimates."""
        for estimate in self:
            lines = estimate.order_line
            _untaxed, total = lines._get_total_to_invoice()
            if not estimate._is_deposit_due():
                # A deposit waits for the final invoice; until then it is no credit note.
                total -= lines._get_open_deposits()._get_total_to_invoice()[1]
            estimate.service_amount_to_invoice = total
            billed = lines.invoice_lines.filtered(lambda line: line.move_id.state != "cancel")
            estimate.service_amount_invoiced = sum(
                line.price_total * -line.move_id.direction_sign for line in billed
            )
            estimate.service_payment_state = billed.move_id._get_service_payment_state()

    # ---- deposits -------------------------------------------------------------------------

    def _is_deposit_due(self):
        """Say whether a deposit on this estimate is now to be deducted or credited."""
        return self.service_order_id.state in ("ready", "delivered", "closed")

    def _has_open_deposit(self):
        """Say whether a deposit on this estimate is invoiced and not yet deducted."""
        return bool(self.order_line._get_open_deposits())

    def _check_no_deposit(self):
        """Refuse to cancel an estimate on which the payer has paid in advance, until what gives
        it back is posted."""
        for estimate in self.filtered("service_order_id"):
            deposits = estimate.order_line._get_kept_deposits()
            posted = deposits.invoice_lines.move_id.filtered(lambda move: move.state == "posted")
            if posted:
                estimate.service_order_id._refuse(
                    self.env._(
                        "%(payer)s has a deposit on invoice %(invoice)s. The accountant gives it "
                        "back first (button \"Return Deposit\" on the order) and posts the credit "
                        "note: ask %(people)s.",
                        payer=estimate.partner_id.name,
                        invoice=posted[0].name,
                        people=estimate.service_order_id._get_accountants(),
                    )
                )

    # ---- a row of the page "Payers" -------------------------------------------------------

    def action_service_deposit(self):
        """Open Odoo's own dialog for an advance payment on this estimate.

        :raises UserError: where the payer has approved nothing yet, or the car is ready.
        """
        self.ensure_one()
        self._check_can_take_deposit()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Deposit"),
            "res_model": "sale.advance.payment.inv",
            "view_mode": "form",
            "target": "new",
            "context": {
                "active_model": "sale.order",
                "active_ids": self.ids,
                "default_advance_payment_method": "percentage",
            },
        }

    def _check_can_take_deposit(self):
        """Hook: raise a UserError where no deposit can be asked for."""
        for estimate in self:
            order = estimate.service_order_id
            if estimate.state != "sale" or not estimate.order_line.service_job_id:
                order._refuse(
                    self.env._(
                        "%(payer)s has not approved estimate %(estimate)s. A deposit is taken on "
                        "approved work.",
                        payer=estimate.partner_id.name,
                        estimate=estimate.name,
                    )
                )
            if order.state not in ("authorised", "in_work", "quality_check"):
                order._refuse(
                    self.env._(
                        "A deposit is taken before the car is ready. Create the invoice instead."
                    )
                )

    def action_service_invoice(self):
        """Invoice everything that is left of this estimate's payer on its order."""
        self.ensure_one()
        order = self.service_order_id
        estimates = order._get_estimates_to_invoice().filtered(
            lambda estimate: estimate.partner_id == self.partner_id
            and estimate.service_pay_type == self.service_pay_type
        )
        return order._create_payer_invoices(estimates)

    def action_service_settlement(self):
        """Print the settlement list of this estimate's payer."""
        self.ensure_one()
        return self.service_order_id._print_settlement(self)
