from odoo import models


class SaleOrder(models.Model):
    """Sublet work of an estimate."""

    _inherit = "sale.order"

    def _activity_cancel_on_purchase(self):
        """Requests for quotation of a cancelled estimate are cancelled; of what was ordered the
        buyer is warned, as Odoo does."""
        estimates = self.filtered("service_order_id")
        if any(line._is_sublet() for line in estimates.order_line):
            estimates.order_line._cancel_sublet()
        return super()._activity_cancel_on_purchase()
