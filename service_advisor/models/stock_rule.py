from odoo import models


class StockRule(models.Model):
    _inherit = "stock.rule"

    def _get_custom_move_fields(self):
        return [*super()._get_custom_move_fields(), "service_job_id"]

    def _get_stock_move_values(
        self,
        product_id,
        product_qty,
        product_uom,
        location_dest_id,
        name,
        origin,
        company_id,
        values,
    ):
        """Parts of a service order leave through the workshop, whichever rule found them."""
        move_vals = super()._get_stock_move_values(
            product_id,
            product_qty,
            product_uom,
            location_dest_id,
            name,
            origin,
            company_id,
            values,
        )
        if values.get("service_order_id") and self.location_dest_id.usage == "customer":
            issue_type = self.warehouse_id.workshop_issue_type_id
            move_vals["picking_type_id"] = issue_type.id or move_vals["picking_type_id"]
            # The rule is found; on the move the route would only be searched for push rules.
            move_vals.pop("route_ids")
        return move_vals
