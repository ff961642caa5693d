from odoo import api, fields, models


class ServiceOrder(models.Model):
    """What the advisor is told when a car comes back with the fault it left with."""

    _inherit = "service.order"

    comeback_note = fields.Text(
        "Comebacks", compute="_compute_comeback_note", groups="base.group_user"
    )

    @api.depends("job_ids.comeback_of_id", "job_ids.is_comeback_covered", "job_ids.state")
    def _compute_comeback_note(self):
        for order in self:
            jobs = order.job_ids.filtered(
                lambda job: job.comeback_of_id and job.state != "cancelled"
            )
            order.comeback_note = "\n".join(
                f"{job.display_name}: {job.comeback_note}" for job in jobs
            )

    def _after_history_read(self, history):
        result = super()._after_history_read(history)
        # A car that was never here has nothing to come back with.
        if any(history.values()) or any(job.comeback_of_id for job in self.job_ids):
            self.job_ids._look_for_comebacks(history)
        return result
