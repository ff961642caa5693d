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
