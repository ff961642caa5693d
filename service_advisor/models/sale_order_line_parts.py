from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

# One word for a part line. "On the Shelf" is said of proposed parts: nothing is reserved yet.
PART_STATES = [
    ("shelf", "On the Shelf"),
    ("short", "Short"),
    ("expected", "On the Way"),
    ("ready", "Put Aside"),
    ("issued", "Issued"),
    ("returned", "Returned"),
]


class SaleOrderLine(models.Model):
    """Where the part of this line is, for the advisor, the technician and the warehouse."""

    _inherit = "sale.order.line"

    part_reserved = fields.Float(
        "Reserved", compute="_compute_parts", compute_sudo=True, digits="Product Unit"
    )
    part_issued = fields.Float(
        "Issued", compute="_compute_parts", compute_sudo=True, digits="Product Unit"
    )
    part_returned = fields.Float(
        "Returned", compute="_compute_parts", compute_sudo=True, digits="Product Unit"
    )
    part_expected_at = fields.Datetime("Expected On", compute="_compute_parts", compute_sudo=True)
    part_state = fields.Selection(
        PART_STATES, "Parts Status", compute="_compute_parts", compute_sudo=True
    )

    is_out = fields.Boolean(compute="_compute_is_out", compute_sudo=True)
    has_substitutes = fields.Boolean(compute="_compute_has_substitutes")

    @api.model
    def _get_parts_domain(self):
        """Return the domain of the lines with parts that come from the shelf."""
        return (
            Domain("service_job_id", "!=", False)
            & Domain("product_id.type", "=", "consu")
            & Domain("part_origin", "!=", "customer")
        )

    def _compute_parts(self):
        """Quantities in the unit of the line, from the moves of all lines at once."""
        moves = self.env["stock.move"]._fetch_parts([("sale_line_id", "in", self.ids)])
        by_line = moves.grouped(lambda move: move.sale_line_id.id)
        nothing = moves.browse()
        proposed = self.filtered(lambda line: line._is_proposed_part())
        outlook = proposed._get_shelf_outlook()
        for line in self:
            status = by_line.get(line._origin.id, nothing)._get_parts_status()
            unit, own = line.product_id.uom_id, line.product_uom_id
            for name in ("reserved", "issued", "returned"):
                amount = unit._compute_quantity(status[name], own) if own else 0.0
                line[f"part_{name}"] = amount
            state = False if status["state"] == "none" else status["state"]
            # Asked again after parts were issued: what is out counts, not the shelf.
            if line in outlook and not state:
                line.part_state, line.part_expected_at = outlook[line]
            else:
                line.part_state = state
                line.part_expected_at = status["expected_at"]

    def _compute_is_out(self):
        """Whether something of the part is in the car or the workshop, and can be returned."""
        for line in self:
            line.is_out = bool(line.move_ids._get_unused())

    def _compute_has_substitutes(self):
        """Whether another part could be offered instead, while the work has not begun."""
        for line in self:
            line.has_substitutes = bool(
                line.service_job_id.state in ("proposed", "quoted", "approved")
                and line.product_id.service_substitute_ids
            )

    def _is_proposed_part(self):
        """Return whether this is a part that nobody has approved yet."""
        return bool(
            self.service_job_id
            and self.state in ("draft", "sent")
            and self.product_id.type == "consu"
            and self.part_origin != "customer"
        )

    def _get_shelf_outlook(self):
        """Return ``{line: (state, datetime)}`` of proposed parts: ``shelf`` where enough is free
        for the whole service order, ``expected`` where a receipt is under way, else ``short``."""
        result = {}
        arrivals = self.env["service.order"]._get_arrivals(self.product_id)
        for warehouse, lines in self.grouped("warehouse_id").items():
            products = lines.product_id.with_context(warehouse_id=warehouse.id)
            free = {product.id: product.free_qty for product in products}
            taken = defaultdict(float)
            for line in lines:
                product = line.product_id
                key = (line.order_id.service_order_id, product)
                taken[key] += line.product_uom_id._compute_quantity(
                    line.product_uom_qty, product.uom_id
                )
                arrival = arrivals.get((warehouse, product), False)
                enough = product.uom_id.compare(free[product.id], taken[key]) >= 0
                if enough or not line.is_storable:
                    result[line] = ("shelf", False)
                else:
                    result[line] = ("expected" if arrival else "short", arrival)
        return result
