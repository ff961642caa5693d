from odoo import models


class StockReturnPicking(models.TransientModel):
    _inherit = "stock.return.picking"

    def _prepare_picking_default_values_based_on(self, picking):
        """Parts go back to the shelf they were taken from: they were received and inspected
        before, however many steps that takes in this warehouse."""
        values = super()._prepare_picking_default_values_based_on(picking)
        if picking.service_order_id and picking.picking_type_code == "outgoing":
            values["location_dest_id"] = picking.location_id.id
        return values
