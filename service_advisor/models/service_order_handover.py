from odoo import fields, models


class ServiceOrder(models.Model):
    """Invoices of all payers, and the car back in the hands of the customer."""

    _inherit = "service.order"

    def action_create_invoices(self):
        """Create the draft invoices of these orders, one per payer.

        :raises UserError: naming the order with nothing to invoice.
        """
        for order in self:
            if order.state not in ("ready", "delivered", "closed"):
                order._refuse(self.env._("Invoices are made once the car is ready."))
        estimates = self._get_estimates_to_invoice()
        if not estimates:
            self[:1]._refuse(
                self.env._("Nothing is left to invoice. Issue the parts first, if any are missing.")
            )
        estimates = estimates.with_context(service_invoicing=True)
        estimates = self.env["account.analytic.distribution.model"]._skip_if_none(estimates)
        for _pay_type, same_payers in estimates.grouped("service_pay_type").items():
            same_payers._create_invoices(final=True)
        return self.action_view_invoices()

    def _get_estimates_to_invoice(self):
        """Hook: return the estimates of these orders that are invoiced with the order itself."""
        return self.estimate_ids.filtered(lambda e: e.invoice_status == "to invoice")

    def action_open_handover(self):
        """Open the dialog in which the customer signs for the car."""
        self.ensure_one()
        self._check_can_deliver()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand Over"),
            "res_model": "service.handover.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def _check_can_deliver(self):
        """Hook: raise a UserError where a car must not leave yet."""
        for order in self:
            order._check_state_is(("ready",), self.env._("hand over the car"))
            drafts = order.invoice_ids.filtered(lambda move: move.state == "draft")
            if drafts or not order.is_settled:
                order._refuse(
                    self.env._(
                        "It is not settled. The accountant creates and posts the invoices "
                        "(button \"Create Invoices\")."
                    )
                )

    def _deliver(self, name, signature, odometer_out, odometer_reason=None):
        """Keep the customer's signature and let the cars go.

        :param signature: base64 of the drawn signature.
        :param odometer_reason: why the odometer reads less than before, if it does.
        """
        self._check_can_deliver()
        self._record_odometer_out(odometer_out, odometer_reason)
        self._keep(
            {
                "delivered_at": fields.Datetime.now(),
                "handover_name": name,
                "handover_signature": signature,
                "odometer_out": odometer_out,
            }
        )
        self._after_deliver()

    def _after_deliver(self):
        """Hook: called once the cars have left."""
