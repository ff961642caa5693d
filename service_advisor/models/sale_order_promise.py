from odoo import models


class SaleOrder(models.Model):
    """When the car is ready, as the estimate says it."""

    _inherit = "sale.order"

    def _get_ready_by(self):
        """Return the moment this estimate names: what is promised; where it is an offer of
        additional work, what holds once it is approved; False where nothing is promised."""
        self.ensure_one()
        order = self.service_order_id
        if self.state in ("draft", "sent"):
            return order._get_offered_promise()[0]
        return order.promised_at
