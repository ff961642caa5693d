from odoo import api, models


class StockRule(models.Model):
    _inherit = "stock.rule"

    def _get_custom_move_fields(self):
        return [*super()._get_custom_move_fields(), "service_job_id"]

    @api.model
    def _get_rule(self, product_id, location_id, values):
        """Parts of a service order take the one rule of the workshop's route: what Odoo finds
        among the routes of product and warehouse, part by part, would come after it."""
        warehouse, route = values.get("warehouse_id"), values.get("route_ids")
        if values.get("service_order_id") and route and route == warehouse.workshop_route_id:
            rule = route.rule_ids.filtered(
                lambda rule: rule.action == "pull"
                and rule.warehouse_id == warehouse
                and rule.location_dest_id == location_id
            )
            if len(rule) == 1:
                return rule
        return super()._get_rule(product_id, location_id, values)

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
            # One step leads to where the parts are wanted; Odoo would work it out from that.
            move_vals["location_dest_id"] = location_dest_id.id
            # The rule is found; on the move the route would only be searched for push rules.
            move_vals.pop("route_ids")
        return move_vals
