from odoo import models


class ServiceOrder(models.Model):
    """The sensitive changes of an order."""

    _inherit = "service.order"

    def action_view_audit(self):
        """Open the sensitive changes of these orders."""
        return self.env["service.audit"]._view("order_id", self.ids)
