from odoo import fields, models


class ServiceOrder(models.Model):
    """Parts the workshop asks for during an order."""

    _inherit = "service.order"

    request_count = fields.Integer(compute="_compute_request_count")
    open_request_count = fields.Integer("Open Requests", compute="_compute_request_count")

    def _compute_request_count(self):
        counts = self.env["service.part.request"]._count_by_state("order_id", self)
        for order in self:
            order.request_count, order.open_request_count = counts[order._origin.id]

    def action_view_requests(self):
        """Open the part requests of these orders."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor.service_part_request_action"
        )
        return dict(action, domain=[("order_id", "in", self.ids)], context={"create": False})
