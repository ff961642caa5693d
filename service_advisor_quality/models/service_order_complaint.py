from odoo import api, fields, models

INSIDERS = "base.group_user"


class ServiceOrder(models.Model):
    """What the customer complained about after, or during, this visit."""

    _inherit = "service.order"

    complaint_count = fields.Integer(
        "Complaints", compute="_compute_complaint_count", groups=INSIDERS
    )

    @api.depends_context("uid")
    def _compute_complaint_count(self):
        counts = self.env["service.complaint"]._count_by("order_id", self)
        for order in self:
            order.complaint_count = counts.get(order._origin.id, 0)

    def action_view_complaints(self):
        """Open the complaints about these visits."""
        return self.env["service.complaint"]._open_list([("order_id", "in", self.ids)])

    def action_complain(self):
        """Open the dialog that records a complaint about this visit."""
        self.ensure_one()
        return self.env["service.complaint"]._open_entry({"default_order_id": self.id})
