from odoo import models


class SaleAdvancePaymentInv(models.TransientModel):
    """Odoo's dialog for deposits; the final invoice is made once the car is ready."""

    _inherit = "sale.advance.payment.inv"

    def create_invoices(self):
        """Keep to the steps of the service order: deposits before the car is ready, what was
        issued and worked once it is."""
        for wizard in self:
            estimates = wizard.sale_order_ids.filtered("service_order_id")
            if wizard.advance_payment_method == "delivered":
                estimates.service_order_id._check_can_invoice()
            else:
                estimates._check_can_take_deposit()
        return super().create_invoices()
