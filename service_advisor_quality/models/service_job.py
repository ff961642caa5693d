from odoo import models
from odoo.exceptions import UserError

REWORK = "service_advisor_quality.mail_activity_type_rework"


class ServiceJob(models.Model):
    """Finished work waits for its final inspection."""

    _inherit = "service.job"

    def _get_finished_state(self):
        return "qc"

    def write(self, vals):
        if vals.get("state") == "done":
            self._check_passed()
        return super().write(vals)

    def _check_passed(self):
        """Raise where a job would be done although no final inspection passed it."""
        # Whoever writes the state: the evidence decides, also evidence the user may not read.
        finals = self.env["service.inspection"].sudo().search(
            [("job_ids", "in", self.ids), ("kind", "=", "final"), ("state", "=", "done")]
        )
        for job in self:
            last = finals.filtered(lambda final, job=job: job in final.job_ids)[:1]
            if not last or job in last._get_failed_jobs():
                job.order_id._refuse_uninspected(job)

    # ---- inspector and technician ---------------------------------------------------------

    def _check_is_employee(self, inspector):
        """Raise where ``inspector`` is no employee."""
        if not inspector:
            raise UserError(
                self.env._(
                    "%(user)s is no employee, and an inspection is signed by one. Ask the "
                    "manager to link the user to an employee.",
                    user=self.env.user.name,
                )
            )

    def _check_independent(self, inspector):
        """Raise where ``inspector``, or the user who is logged in, did one of these jobs."""
        for job in self:
            workers = job._get_workers()
            same_user = (inspector.user_id | self.env.user) & workers.user_id
            if inspector in workers or same_user:
                job.order_id._refuse(
                    self.env._(
                        "%(inspector)s has worked on job \"%(job)s\" and can not inspect it. "
                        "Somebody else has to: %(others)s.",
                        inspector=inspector.name or self.env.user.name,
                        job=job.display_name,
                        others=job.order_id._get_inspector_names(),
                    )
                )

    # ---- rework ---------------------------------------------------------------------------

    def _rework(self, inspection):
        """Send jobs that failed ``inspection`` back to work and say what to redo."""
        for job in self:
            what = inspection._get_redo_text(job)
            job.message_post(
                body=self.env._(
                    "Failed final inspection %(attempt)s by %(inspector)s. Redo: %(what)s",
                    attempt=inspection.attempt,
                    inspector=inspection.inspector_id.name,
                    what=what,
                )
            )
            job.activity_schedule(
                REWORK,
                user_id=(job.technician_id.user_id or job.order_id.advisor_id).id,
                summary=self.env._("Redo after the final inspection"),
                note=what,
            )
        if self:
            self._send_back_to_work()

    def _after_finish(self):
        result = super()._after_finish()
        self.activity_feedback([REWORK])
        return result
