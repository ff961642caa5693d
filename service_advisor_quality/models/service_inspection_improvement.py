from odoo import fields, models


class ServiceInspection(models.Model):
    """What is learnt from a failed inspection."""

    _name = "service.inspection"
    _inherit = ["service.inspection", "service.improvable.mixin"]

    improvement_ids = fields.One2many(
        "service.improvement", "inspection_id", "Improvements",
        groups="service_advisor_quality.group_inspector,service_advisor.group_manager",
    )

    def _after_inspection_done(self):
        result = super()._after_inspection_done()
        reasons = {
            job: self.env._(
                "Failed again on %(order)s: %(what)s",
                order=inspection.order_id.name,
                what=inspection._get_redo_text(job),
            )
            for inspection in self
            if inspection.result == "red" and inspection.job_ids
            for job in inspection._get_failed_jobs()
        }
        if reasons:
            self.env["service.improvement"]._reopen_recurred(reasons)
        return result
