from odoo import fields, models


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    service_order_ids = fields.Many2many(
        "service.order",
        string="Service Orders",
        compute="_compute_service_order_ids",
        # Buyers read no estimates, over which the links go.
        compute_sudo=True,
        groups="service_advisor.group_reception,service_advisor.group_seat",
    )
    service_order_count = fields.Integer(
        compute="_compute_service_order_ids",
        compute_sudo=True,
        groups="service_advisor.group_reception,service_advisor.group_seat",
    )

    def _compute_service_order_ids(self):
        for purchase in self:
            lines = purchase.order_line
            orders = (
                purchase._get_sale_orders().service_order_id
                | lines.move_dest_ids.service_job_id.order_id
            )
            purchase.service_order_ids = orders
            purchase.service_order_count = len(orders)

    def action_view_service_orders(self):
        """Open the service orders these purchases are made for."""
        return self.service_order_ids._get_records_action(name=self.env._("Service Orders"))
