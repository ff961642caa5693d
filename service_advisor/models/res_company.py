from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    service_promise_buffer = fields.Float(
        "Promise Buffer",
        default=0.5,
        help="Working hours added to the allowed hours of an order for washing, the final "
        "inspection and the paperwork, before the customer is told a time.",
    )
    service_waiting_limit = fields.Integer(
        "Waiting Limit (min)",
        default=10,
        help="Customers who wait longer than this to be taken in are shown in red at the "
        "reception. 0: never.",
    )
