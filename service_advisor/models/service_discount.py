from odoo import fields, models


class ServiceDiscount(models.Model):
    """Who allowed which discount on which line: evidence, written by the step only."""

    _name = "service.discount"
    _description = "Allowed Discount"
    _order = "id desc"

    order_id = fields.Many2one("service.order", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    line_id = fields.Many2one("sale.order.line", index="btree_not_null", ondelete="set null")
    name = fields.Char("Labour or Part", required=True)
    percent = fields.Float("Discount %", digits=(5, 2))
    amount = fields.Monetary("Price after Discount")
    currency_id = fields.Many2one("res.currency", required=True)
    allowed_by_id = fields.Many2one("res.users", required=True)
    allowed_at = fields.Datetime("Allowed On", required=True)
