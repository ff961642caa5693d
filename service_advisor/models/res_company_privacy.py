from odoo import fields, models


class ResCompany(models.Model):
    """How long what must be kept is kept, and how fast a customer is answered."""

    _inherit = "res.company"

    service_privacy_months = fields.Integer(
        "Answer Privacy Requests Within (months)",
        default=1,
        help="Months from a customer's request until the answer is due.",
    )
    service_retention_years = fields.Integer(
        "Keep Orders and Invoices (years)",
        default=10,
        help="Years for which the law of the country makes the shop keep invoices and repair "
        "records; before, a customer who asks to be erased is taken out of them, and the evidence "
        "stays.",
    )

    _service_privacy_positive = models.Constraint(
        "CHECK(service_privacy_months > 0 AND service_retention_years >= 0)",
        "Privacy requests need a month or more to be answered, and years can not be negative.",
    )

    def _get_numbers(self):
        return super()._get_numbers() | {
            "service.privacy.request": ("Privacy Request", "PR", 5),
            "service.erasure": ("Erasure Certificate", "EC", 5),
        }
