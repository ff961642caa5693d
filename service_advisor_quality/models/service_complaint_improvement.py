from odoo import fields, models


class ServiceComplaint(models.Model):
    """What is learnt from a complaint."""

    _name = "service.complaint"
    _inherit = ["service.complaint", "service.improvable.mixin"]

    improvement_ids = fields.One2many(
        "service.improvement", "complaint_id", "Improvements",
        groups="service_advisor_quality.group_inspector,service_advisor.group_manager",
    )
