from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    service_order_id = fields.Many2one(
        "service.order", index="btree_not_null", check_company=True, readonly=True
    )
    # The history of the order tells when its car changed.
    service_vehicle_id = fields.Many2one(
        related="service_order_id.vehicle_id", string="Vehicle", tracking=False
    )

    def action_view_service_order(self):
        """Open the service order these parts are for."""
        self.ensure_one()
        return self.service_order_id._get_records_action()

    def button_validate(self):
        """Parts go into a car in the workshop: nobody is told that a delivery is on its way, nor
        asked whether to tell."""
        issues = self and all(picking.service_order_id for picking in self)
        # The key is that of Odoo's text messages on deliveries, where they are installed.
        pickings = self.with_context(skip_sms=True) if issues else self
        return super(StockPicking, pickings).button_validate()

    def _send_confirmation_email(self):
        """The customer gets the car, not a delivery."""
        retail = self.filtered(lambda picking: not picking.service_order_id)
        return super(StockPicking, retail)._send_confirmation_email()
