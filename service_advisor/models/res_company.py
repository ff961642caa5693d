from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    service_promise_buffer = fields.Float(
        "Promise Buffer",
        default=0.5,
        help="Working hours added to the allowed hours of an order for washing, the final "
        "inspection and the paperwork, before the customer is told a time.",
    )
