from odoo import api, fields, models
from odoo.fields import Command


class ServiceSubstituteWizard(models.TransientModel):
    """Which part of another origin could do instead: what is there, and what it costs."""

    _name = "service.substitute.wizard"
    _description = "Substitute a Part"

    line_id = fields.Many2one(
        "sale.order.line", "Part", required=True, readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one(related="line_id.product_id", string="Proposed Part")
    substitute_ids = fields.One2many(
        "service.substitute.wizard.line",
        "wizard_id",
        compute="_compute_substitute_ids",
        store=True,
        readonly=False,
    )

    @api.depends("line_id")
    def _compute_substitute_ids(self):
        for wizard in self:
            wizard.substitute_ids = [Command.clear()] + [
                Command.create(vals) for vals in wizard._prepare_substitutes_vals()
            ]

    def _prepare_substitutes_vals(self):
        """Return the values of the substitutes of the part, what is free first."""
        line = self.line_id
        products = line.product_id.service_substitute_ids.with_context(
            warehouse_id=line.warehouse_id.id
        )
        estimate = line.order_id
        prices = estimate.pricelist_id._get_products_price(
            products,
            line.product_uom_qty,
            currency=line.currency_id,
            date=estimate.date_order,
        )
        return [
            {
                "product_id": product.id,
                "origin": product.service_part_origin,
                "free_qty": product.free_qty,
                "price": prices[product.id],
                "currency_id": line.currency_id.id,
            }
            for product in products.sorted("free_qty", reverse=True)
        ]

