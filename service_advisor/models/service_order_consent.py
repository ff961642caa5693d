from odoo import models


class ServiceOrder(models.Model):
    """Customers are asked for their consent where they stand: at the check-in."""

    _inherit = "service.order"

    def action_record_consent(self):
        """Open the dialog that records what the customer of this order agrees to."""
        return self.partner_id.action_record_consent()
