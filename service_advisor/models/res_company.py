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
    service_internal_partner_id = fields.Many2one(
        "res.partner",
        "Internal Payer",
        help="Who is billed for internal work. Its receivable account, price list and fiscal "
        "position decide how such work is priced and booked.",
    )
    service_proposal_validity = fields.Integer(
        "Proposal Validity (days)",
        default=7,
        help="Days for which a proposal can be answered at its price. 0: without end.",
    )
    service_reminder_hours = fields.Integer(
        "Reminder (h)",
        default=2,
        help="Hours after which a customer who did not answer is asked once more by e-mail. "
        "0: never.",
    )
    service_escalation_hours = fields.Integer(
        "Escalation (h)",
        default=4,
        help="Hours after which the advisor is told to call a customer who did not answer. "
        "0: never.",
    )
    service_unfitted_days = fields.Integer(
        "Parts Not Fitted (days)",
        default=7,
        help="Days after which a part that was received or put aside for an order and is still "
        "not issued is listed as not fitted.",
    )
    service_request_limit = fields.Integer(
        "Request Limit (min)",
        default=30,
        help="Part requests of the workshop that wait longer than this are shown in red. "
        "0: never.",
    )
    service_kept_part_days = fields.Integer(
        "Warranty Parts Kept (days)",
        default=90,
        help="Days for which parts taken out under warranty are kept for the manufacturer.",
    )
    service_discount_limit = fields.Float(
        "Discount Limit (%)",
        default=10.0,
        digits=(5, 2),
        help="Discounts above this, against the price list, need somebody who may approve "
        "discounts. 0: every discount. 100: no limit.",
    )

    _service_discount_limit_range = models.Constraint(
        "CHECK(service_discount_limit BETWEEN 0 AND 100)",
        "The discount limit lies between 0 % (every discount needs approval) and 100 % (no limit).",
    )
