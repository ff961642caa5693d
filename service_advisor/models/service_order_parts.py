from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .service_parts_mixin import PART_READERS


class ServiceOrder(models.Model):
    """The parts of an order, and what is bought for it."""

    _name = "service.order"
    _inherit = ["service.order", "service.parts.mixin"]
    _parts_path = "service_job_id.order_id"

    part_line_ids = fields.Many2many(
        "sale.order.line",
        compute="_compute_part_line_ids",
        string="Part Lines",
        groups=PART_READERS,
    )
    purchase_count = fields.Integer(
        compute="_compute_purchase_count",
        # Buyers and storekeepers with the read-only seat read no estimates.
        compute_sudo=True,
        groups="purchase.group_purchase_user,stock.group_stock_user,account.group_account_invoice",
    )

    def _get_parts_record(self):
        return SQL("job.order_id")

    def _compute_has_parts(self):
        # An inspector sees that there are parts, and their status, not their prices.
        for order, record in zip(self, self.sudo(), strict=True):
            order.has_parts = bool(record.part_line_ids)

    def _compute_part_line_ids(self):
        Line = self.env["sale.order.line"]
        lines = Line.search_fetch(
            Domain("order_id.service_order_id", "in", self.ids) & Line._get_parts_domain(),
            ["order_id", "service_job_id", "product_id"],
            order="service_job_id, sequence, id",
        )
        by_order = lines.grouped(lambda line: line.order_id.service_order_id.id)
        for order in self:
            order.part_line_ids = by_order.get(order._origin.id, Line)

    def _compute_purchase_count(self):
        for order in self:
            order.purchase_count = len(order._get_purchases())

    def _get_purchases(self):
        """Return the purchase orders made for the parts and the subcontracted work of these
        orders: Odoo's own links, and those of the parts themselves."""
        estimates = self.estimate_ids
        return (
            estimates.order_line.purchase_line_ids.order_id
            | estimates.stock_reference_ids.purchase_ids
            | self.job_ids.move_ids.created_purchase_line_ids.order_id
        )

    def action_view_purchases(self):
        """Open the purchase orders made for these orders."""
        # The links go over estimates, which buyers do not read; purchases are opened as theirs.
        purchases = self.sudo()._get_purchases().with_env(self.env)
        return purchases._get_records_action(name=self.env._("Purchases"))
