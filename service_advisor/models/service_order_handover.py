from odoo import fields, models


class ServiceOrder(models.Model):
    """Invoices of all payers, and the car back in the hands of the customer."""

    _inherit = "service.order"

    def action_create_invoices(self):
        """Create the draft invoices of these orders, one per payer.

        :raises UserError: naming the order with nothing to invoice.
        """
        return self._create_payer_invoices(self._get_estimates_to_invoice())

    def _create_payer_invoices(self, estimates):
        """Create the draft invoices, or credit notes, of ``estimates`` of these orders, one per
        payer; deposits are deducted.

        :return: the action that opens them.
        """
        self._check_can_invoice()
        if not estimates:
            self[:1]._refuse(
                self.env._("Nothing is left to invoice. Issue the parts first, if any are missing.")
            )
        estimates = estimates.with_context(service_invoicing=True)
        estimates = self.env["account.analytic.distribution.model"]._skip_if_none(estimates)
        invoices = self.env["account.move"]
        for _pay_type, same_payers in estimates.grouped("service_pay_type").items():
            invoices |= same_payers._create_invoices(final=True)
        return invoices._get_records_action(name=self.env._("Invoices"))

    def _check_can_invoice(self):
        """Hook: raise a UserError where an order can not be invoiced yet."""
        for order in self:
            if order.state not in ("ready", "delivered", "closed"):
                order._refuse(self.env._("Invoices are made once the car is ready."))

    def _get_estimates_to_invoice(self):
        """Hook: return the estimates of these orders that are invoiced with the order itself,
        those whose deposit is left to deduct or to credit among them."""
        return self.estimate_ids.filtered(
            lambda estimate: estimate.invoice_status == "to invoice"
            or (estimate._is_deposit_due() and estimate._has_open_deposit())
        )

    # ---- hand-over ------------------------------------------------------------------------

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
            if not (order.is_settled or order.is_released):
                order._refuse(order._get_unsettled_reason())

    def _get_unsettled_reason(self):
        """Return what keeps the car, and who can let it go."""
        self.ensure_one()
        # Whoever hands over is told why not; the invoices stay with their readers.
        left, drafts, due, _owed = self.sudo()._get_balances()[self.sudo()]
        people = self._get_accountants()
        if left or drafts:
            why = self.env._(
                "It is not settled. The accountant creates and posts the invoices (button "
                "\"Create Invoices\")"
            )
        else:
            why = self.env._(
                "It is not settled: %(amount)s is to be paid. The accountant registers the "
                "payment on the invoice",
                amount=self.currency_id.format(due),
            )
        if self.released_at:
            return self.env._(
                "%(why)s. The release of %(amount)s no longer covers what is owed; %(people)s can "
                "release the car again (button \"Allow to Leave Unpaid\").",
                why=why,
                amount=self.currency_id.format(self.release_amount),
                people=people,
            )
        return self.env._(
            "%(why)s, or allows the car to leave unpaid (button \"Allow to Leave Unpaid\"): ask "
            "%(people)s.",
            why=why,
            people=people,
        )

    def _deliver(self, name, signature, odometer_out, odometer_reason=None, old_parts="none"):
        """Keep the customer's signature and let the cars go.

        :param signature: base64 of the drawn signature.
        :param odometer_reason: why the odometer reads less than before, if it does.
        :param old_parts: what becomes of the parts taken out, a key of ``OLD_PARTS``.
        """
        self._check_can_deliver()
        self._record_odometer_out(odometer_out, odometer_reason)
        self._keep(
            {
                "delivered_at": fields.Datetime.now(),
                "handover_name": name,
                "handover_signature": signature,
                "odometer_out": odometer_out,
                "old_parts": old_parts,
            }
        )
        self.job_ids._start_warranty()
        self._keep_handovers()
        self._after_deliver()

    def _after_deliver(self):
        """Hook: called once the cars have left."""
