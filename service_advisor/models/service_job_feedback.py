from odoo import fields, models


class ServiceJob(models.Model):
    """What technicians say of the plan of a job."""

    _inherit = "service.job"

    feedback_ids = fields.One2many("service.plan.feedback", "job_id", "Feedback on the Plan")
    feedback_count = fields.Integer(compute="_compute_feedback_count")

    def _compute_feedback_count(self):
        counts = dict(
            self.env["service.plan.feedback"]._read_group(
                [("job_id", "in", self.ids)], ["job_id"], ["__count"]
            )
        )
        for job in self:
            job.feedback_count = counts.get(job._origin, 0)

    def action_plan_feedback(self):
        """Open the short form in which a technician says that the plan does not work."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor.service_plan_feedback_action_tell"
        )
        return dict(action, context={"default_job_id": self.id})

    def action_view_feedback(self):
        """Open what was said of the plans of these jobs."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor.service_plan_feedback_action"
        )
        return dict(action, domain=[("job_id", "in", self.ids)], context={"create": False})
