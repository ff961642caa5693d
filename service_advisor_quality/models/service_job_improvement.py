from odoo import fields, models


class ServiceJob(models.Model):
    """What is learnt from a comeback."""

    _name = "service.job"
    _inherit = ["service.job", "service.improvable.mixin"]

    improvement_ids = fields.One2many(
        "service.improvement", "job_id", "Improvements",
        groups="service_advisor_quality.group_inspector,service_advisor.group_manager",
    )

    def _after_comeback_found(self):
        result = super()._after_comeback_found()
        self.env["service.improvement"]._reopen_recurred(
            {
                job.comeback_of_id: self.env._(
                    "The fault came back on %(order)s: %(concern)s",
                    order=job.order_id.name,
                    concern=job.concern,
                )
                for job in self
            }
        )
        return result
