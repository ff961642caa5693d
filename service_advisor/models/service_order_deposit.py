from odoo import fields, models


class ServiceOrder(models.Model):
    """Deposits: what the customer pays in advance, and gets back where the work is not done."""

    _inherit = "service.order"

    has_deposit = fields.Boolean(compute="_compute_has_deposit", compute_sudo=True)

    def _compute_has_deposit(self):
        """Say where a payer has paid in advance what no invoice has deducted yet."""
        lines = self.env["sale.order.line"].search_fetch(
            [
                ("order_id.service_order_id", "in", self.ids),
                ("is_downpayment", "=", True),
                ("qty_to_invoice", "<", 0),
            ],
            ["order_id"],
        )
        with_deposit = set(lines.order_id.service_order_id.ids)
        for order in self:
            order.has_deposit = order._origin.id in with_deposit

    def action_deposit(self):
        """Ask the customer for a deposit on the approved work, before the car is ready."""
        self.ensure_one()
        own = self._get_own_estimates().filtered(
            lambda estimate: estimate.state == "sale" and estimate.order_line.service_job_id
        )
        if not own:
            self._refuse(
                self.env._(
                    "The customer has approved nothing yet. A deposit is taken on approved work."
                )
            )
        return own[0].action_service_deposit()

    def action_return_deposit(self):
        """Create the credit notes of the deposits of these orders, where the work is not done
        after all. Deposits on work that goes on are deducted from its invoice.

        :raises UserError: naming the order without a deposit, or with work to invoice; for
            users who are no accountants.
        """
        self._check_is_accountant()
        estimates = self.estimate_ids.filtered(lambda estimate: estimate._has_open_deposit())
        for order in self:
            if order not in estimates.service_order_id:
                order._refuse(self.env._("It has no deposit to return."))
        for estimate in estimates:
            if estimate.invoice_status == "to invoice":
                estimate.service_order_id._refuse(
                    self.env._(
                        "Work or parts of estimate %(estimate)s are to be invoiced: mark the car "
                        "ready and create the invoice, which deducts the deposit.",
                        estimate=estimate.name,
                    )
                )
        notes = estimates._create_invoices(final=True)
        return notes._get_records_action(name=self.env._("Credit Notes"))
