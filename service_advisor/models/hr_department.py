from odoo import fields, models


class HrDepartment(models.Model):
    """A department of the dealership: its service work carries its analytic distribution."""

    _name = "hr.department"
    _inherit = ["hr.department", "analytic.mixin"]

    analytic_distribution = fields.Json(
        help="Estimates and invoices of the jobs of this department are booked on these analytic "
        "accounts. Empty: Odoo's own distribution models decide.",
    )
