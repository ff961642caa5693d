from odoo import fields, models


class ResCompany(models.Model):
    """What the desk may give, and how often it tries to reach a customer."""

    _inherit = "res.company"

    service_compensation_limit = fields.Monetary(
        "Compensation Limit",
        default=500.0,
        help="What all remedies of one complaint may be worth before a service manager has to "
        "approve them. 0: every compensation is approved.",
    )
    service_confirmation_attempts = fields.Integer(
        "Call-Backs Before Closing",
        default=3,
        help="On so many different days somebody has to try to reach the customer before a "
        "manager may close a complaint without the customer's word.",
    )

    _service_confirmation_attempts_positive = models.Constraint(
        "CHECK(service_confirmation_attempts >= 1)",
        "A complaint is not closed without the customer's word before one attempt to get it.",
    )
    _service_compensation_limit_positive = models.Constraint(
        "CHECK(service_compensation_limit >= 0)", "The compensation limit can not be negative."
    )
