from odoo import fields, models


class ServiceComplaintAttempt(models.Model):
    """A call-back that reached nobody. It is no contact; so many of them on different days let a
    manager close a complaint without the customer's word."""

    _name = "service.complaint.attempt"
    _description = "Call-Back That Reached Nobody"
    _order = "complaint_id, at, id"
    _rec_name = "at"

    complaint_id = fields.Many2one(
        "service.complaint", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, precompute=True, index=True
    )
    at = fields.Datetime("On", required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", "By", required=True, default=lambda self: self.env.user
    )
    words = fields.Char("Note")
