from odoo import fields, models


class ServiceComplaint(models.Model):
    """What is learnt from a complaint."""

    _inherit = "service.complaint"

    improvement_ids = fields.One2many(
        "service.improvement", "complaint_id", "Improvements",
        groups="service_advisor_quality.group_inspector,service_advisor.group_manager",
    )

    def action_improve(self):
        """Open the improvement of this complaint, made where there is none yet."""
        self.ensure_one()
        return self.env["service.improvement"]._improve(self)._get_records_action()
