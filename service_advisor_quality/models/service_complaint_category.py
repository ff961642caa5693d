from odoo import fields, models


class ServiceComplaintCategory(models.Model):
    """What a complaint is about."""

    _name = "service.complaint.category"
    _description = "Category of a Complaint"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for the complaints of every company."
    )
