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
    service_refund_user_id = fields.Many2one(
        "res.users",
        "Refunds Credited By",
        domain=[("share", "=", False)],
        help="Who is told to make the credit note once a customer has accepted a refund. Empty: "
        "the first user of the company who may invoice.",
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

    def _get_refund_user(self):
        """Return the user who makes the credit notes of this company, else nobody."""
        self.ensure_one()
        if self.service_refund_user_id.active:
            return self.service_refund_user_id
        return self._get_first_user("account.group_account_invoice")
