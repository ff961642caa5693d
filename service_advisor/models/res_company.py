from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    service_promise_buffer = fields.Float(
        "Promise Buffer",
        default=0.5,
        help="Working hours added to the allowed hours of an order for washing, the final "
        "inspection and the paperwork, before the customer is told a time.",
    )
    service_planned_share = fields.Float(
        "Work Done in the Planned Time (%)",
        default=80.0,
        digits=(5, 2),
        help="Work is planned with so many hours that this share of the finished jobs with the "
        "same operation was done within, as their clocks say.",
    )
    service_safe_share = fields.Float(
        "Work Done in the Promised Time (%)",
        default=98.0,
        digits=(5, 2),
        help="Promises leave so much time for work that takes longer that this share of the "
        "finished jobs was done within. More makes promises later and safer.",
    )
    service_book_approved = fields.Boolean(
        "Book Approved Work",
        default=True,
        help="Work that the customer approves takes its place in the workshop by itself.",
    )
    service_transfer_days = fields.Integer(
        "Transfer Between Branches (days)",
        default=1,
        help="Days until a part that another branch sends is here.",
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
    service_kit_gate = fields.Selection(
        [("block", "Refuse the start"), ("warn", "Only show it")],
        "When Something Is Missing",
        default="block",
        required=True,
        help="What happens when a technician starts a job whose parts, special tools, bay or "
        "skill are missing. Without a high-voltage qualification the start is always refused.",
    )

    service_clock_grace = fields.Float(
        "Forgotten Clock: Grace (h)",
        default=1.0,
        help="Hours after the end of the technician's working day for which a clock may go on. "
        "Then it is stopped, at the end of the working day.",
    )
    service_clock_limit = fields.Float(
        "Forgotten Clock: Limit (h)",
        default=10.0,
        help="Hours after which a clock is stopped that was started outside of working hours, or "
        "by a technician without any. 0: forgotten clocks run on.",
    )

    _service_planned_share_range = models.Constraint(
        "CHECK(service_planned_share BETWEEN 50 AND 99 AND service_safe_share BETWEEN 50 AND 99)",
        "The shares of the work that is done in time lie between 50 % and 99 %.",
    )
    _service_discount_limit_range = models.Constraint(
        "CHECK(service_discount_limit BETWEEN 0 AND 100)",
        "The discount limit lies between 0 % (every discount needs approval) and 100 % (no limit).",
    )
