from odoo import models

from .sale_order_monthly import INVOICED_STATES


class ServiceOrder(models.Model):
    """Payers with a monthly invoice are left out of the invoices of one order."""

    _inherit = "service.order"

    def _get_estimates_to_invoice(self):
        """A deposit that is left alone is given back with its order: no monthly run finds it."""
        estimates = super()._get_estimates_to_invoice()
        return estimates - estimates._get_monthly().filtered(
            lambda estimate: estimate.invoice_status == "to invoice"
        )

    def action_create_invoices(self):
        """Create the draft invoices of these orders, but for payers with a monthly invoice.

        :raises UserError: where nothing else is left to invoice.
        """
        self._check_not_only_monthly()
        return super().action_create_invoices()

    def _check_not_only_monthly(self):
        """Raise where nothing is left to invoice but what goes on a monthly invoice."""
        ready = self.filtered(lambda order: order.state in INVOICED_STATES)
        waiting = ready.estimate_ids.filtered(
            lambda estimate: estimate.invoice_status == "to invoice"
        )._get_monthly()
        if waiting and ready == self and not self._get_estimates_to_invoice():
            waiting[0].service_order_id._refuse(
                self.env._(
                    "Nothing is left to invoice with the order: %(payers)s gets one invoice a "
                    "month. The accountant makes it under Invoicing, Monthly Invoices.",
                    payers=", ".join(waiting.partner_id.mapped("name")),
                )
            )
