from odoo import fields, models


class ProductTemplate(models.Model):
    """Parts of another origin that do the same."""

    _inherit = "product.template"

    service_substitute_ids = fields.Many2many(
        "product.product",
        "service_part_substitute_rel",
        "product_tmpl_id",
        "substitute_id",
        "Substitutes",
        domain="[('type', '=', 'consu'), ('product_tmpl_id', '!=', id)]",
        check_company=True,
        help="Parts of another origin or maker that an advisor may offer instead.",
    )
