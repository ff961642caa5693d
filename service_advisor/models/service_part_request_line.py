from odoo import api, fields, models


class ServicePartRequestLine(models.Model):
    """A part with which the warehouse answers a request."""

    _name = "service.part.request.line"
    _description = "Part of an Answer"
    _check_company_auto = True

    request_id = fields.Many2one(
        "service.part.request", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="request_id.company_id", store=True)
    product_id = fields.Many2one(
        "product.product",
        "Part",
        required=True,
        domain="[('type', '=', 'consu')]",
        check_company=True,
    )
    quantity = fields.Float(digits="Product Unit", default=1.0, required=True)
    free_qty = fields.Float(
        "On the Shelf",
        compute="_compute_free_qty",
        # Technicians read what is there, not the stock records behind it.
        compute_sudo=True,
        digits="Product Unit",
        help="Not reserved yet, in the warehouse of the order.",
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "A part of an answer needs a quantity above 0."
    )

    @api.depends("product_id", "quantity")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.quantity:g} × {line.product_id.display_name}"

    @api.depends("product_id", "request_id.order_id")
    def _compute_free_qty(self):
        for warehouse, lines in self.grouped(
            lambda line: line.request_id.order_id.warehouse_id
        ).items():
            products = lines.product_id.with_context(warehouse_id=warehouse.id)
            free = dict(zip(products.ids, products.mapped("free_qty"), strict=True))
            for line in lines:
                line.free_qty = free.get(line.product_id.id, 0.0)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_request_is_open()
        return lines

    def write(self, vals):
        self._check_request_is_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        self._check_request_is_open()

    def _check_request_is_open(self):
        """What was answered stays on record."""
        if not self.env.su:
            self.request_id._check_is_open()

    def _prepare_sale_line_vals(self):
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": self.quantity,
            "product_uom_id": self.product_id.uom_id.id,
        }
