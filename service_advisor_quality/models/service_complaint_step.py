from odoo import fields, models

# How the customer's word came to the shop.
VIAS = [
    ("call", "Phone"),
    ("counter", "Counter"),
    ("portal", "Customer Portal"),
    ("mail", "E-Mail"),
]


class ServiceComplaintStep(models.Model):
    """What was done about a complaint, and when: written by its steps, changed by nobody.

    A complaint that is reopened goes through its steps anew; here the first round stays.
    """

    _name = "service.complaint.step"
    _description = "Step of a Complaint"
    _order = "complaint_id, at, id"
    _rec_name = "kind"

    complaint_id = fields.Many2one(
        "service.complaint", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, precompute=True, index=True
    )
    kind = fields.Selection(
        [
            ("investigated", "Review begun"),
            ("analysed", "Cause found"),
            ("approved", "Compensation approved"),
            ("voided", "Approval void"),
            ("proposed", "Proposed to the customer"),
            ("accepted", "Accepted by the customer"),
            ("refused", "Refused by the customer"),
            ("resolved", "Resolved"),
            ("asked", "Asked to confirm"),
            ("confirmed", "Confirmed by the customer"),
            ("closed", "Closed"),
            ("withdrawn", "Withdrawn by the customer"),
            ("reopened", "Reopened"),
        ],
        "Step",
        required=True,
    )
    at = fields.Datetime("On", required=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", "By", help="Empty: the customer.")
    via = fields.Selection(VIAS, "Through")
    words = fields.Text()
