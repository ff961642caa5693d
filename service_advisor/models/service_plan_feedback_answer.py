from odoo import fields, models
from odoo.exceptions import LockError

from ..exceptions import BusyError
from .service_booking_check import PLANNED_STATES

FEEDBACK_ACTIVITY = "service_advisor.mail_activity_type_feedback"


class ServicePlanFeedback(models.Model):
    """What came of feedback on a plan; both hours are kept where hours were changed."""

    _inherit = "service.plan.feedback"

    # ---- steps ----------------------------------------------------------------------------

    def action_plan_changed(self):
        """Answer that the plan was changed; the words say how.

        :raises UserError: where nothing is written, or somebody was faster.
        """
        self._check_can_answer()
        self._check_answer(self.env._("Write what was changed, so that the technician knows."))
        return self._close("done", "plan")

    def action_reject(self):
        """Answer that the plan stays, and why.

        :raises UserError: where the reason is missing, or somebody was faster.
        """
        self._check_can_answer()
        self._check_answer(self.env._("Write why the plan stays, so that the technician knows."))
        return self._close("rejected", "rejected")

    def action_change_job_hours(self):
        """Give these jobs the agreed hours; what the customer agreed to pay stays.

        :raises UserError: where the user is no manager, the hours are missing, the work is over
            or somebody was faster.
        """
        self._check_can_answer()
        self._check_may_change_hours()
        for feedback in self:
            job = feedback.job_id
            if job.state not in PLANNED_STATES:
                feedback.order_id._refuse(
                    self.env._(
                        "Job \"%(job)s\" is %(state)s: its hours are history. Change the hours of "
                        "the catalogue for the next one.",
                        job=job.display_name,
                        state=job._get_state_label(),
                    )
                )
        for feedback in self:
            feedback._keep(feedback._prepare_hours_vals(feedback.job_id))
            feedback.job_id.allowed_hours = feedback.agreed_hours
        return self._close("done", "job_hours")

    def action_change_catalogue_hours(self):
        """Give the operations of the catalogue the agreed hours, from the next job on.

        :raises UserError: where the user is no manager, the job has no operation with hours of
            its own, the hours are missing or somebody was faster.
        """
        self._check_can_answer()
        self._check_may_change_hours()
        for feedback in self:
            feedback._check_has_operation()
        for feedback in self:
            feedback._keep(feedback._prepare_hours_vals(feedback.operation_id))
            feedback.operation_id.allowed_hours = feedback.agreed_hours
        return self._close("done", "catalogue_hours")

    def action_plan_job(self):
        """Open the dialog in which the job is planned by hand."""
        self.ensure_one()
        return self.job_id.action_open_plan()

    # ---- checks ---------------------------------------------------------------------------

    def _check_can_answer(self):
        """Hook: raise where these can not be answered by this user, or not any more."""
        self.check_access("write")
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise BusyError(
                self.env._("Somebody else is answering this at this moment. Reload and read it.")
            ) from error
        self.invalidate_recordset(["state"])
        self._check_open()

    def _check_answer(self, missing):
        for feedback in self:
            if not (feedback.answer or "").strip():
                feedback.order_id._refuse(missing)

    def _check_may_change_hours(self):
        for feedback in self:
            if not (self.env.su or self.env.user.has_group("service_advisor.group_manager")):
                feedback.order_id._refuse(
                    self.env._("Only the service manager changes hours: ask for it.")
                )
            if feedback.agreed_hours <= 0:
                feedback.order_id._refuse(self.env._("Enter the hours that are right."))

    def _check_has_operation(self):
        operation = self.operation_id
        if not operation:
            self.order_id._refuse(
                self.env._(
                    "Job \"%(job)s\" comes from no operation of the catalogue. Change the hours of "
                    "the job.",
                    job=self.job_id.display_name,
                )
            )
        if operation.is_package and not operation.allowed_hours:
            self.order_id._refuse(
                self.env._(
                    "%(operation)s is a package: its hours are those of what it includes. Change "
                    "the operation there.",
                    operation=operation.display_name,
                )
            )

    # ---- keeping --------------------------------------------------------------------------

    def _prepare_hours_vals(self, record):
        return {"old_hours": record.allowed_hours, "new_hours": self.agreed_hours}

    def _close(self, state, outcome):
        self._keep(
            {
                "state": state,
                "outcome": outcome,
                "answered_by_id": self.env.uid,
                "answered_at": fields.Datetime.now(),
            }
        )
        self._after_answer()
        return True

    def _after_answer(self):
        """Hook: called once feedback is answered; tells who reported it."""
        # Others were told as well; with the answer it is settled for all.
        self.sudo().activity_feedback([FEEDBACK_ACTIVITY])
        for user, own in self.grouped("reported_by_id").items():
            if user != self.env.user:
                user._bus_send("simple_notification", own._prepare_notification(user))
        # The history of the job tells what came of it.
        self.job_id.sudo()._message_log_batch(
            bodies={
                job.id: "; ".join(own._get_outcomes())
                for job, own in self.grouped("job_id").items()
            }
        )

    def _prepare_notification(self, user):
        """Return the note that appears at once on the screen of ``user``, who reported."""
        told = self.with_context(lang=user.lang or self.env.lang)
        return {
            "type": "warning" if "rejected" in self.mapped("state") else "success",
            "title": ", ".join(self.order_id.mapped("name")),
            "message": "; ".join(told._get_outcomes()),
            "sticky": True,
        }

    def _get_outcomes(self):
        """Return a sentence per answered feedback, in the language of the environment."""
        labels = dict(self._fields["outcome"]._description_selection(self.env))
        sentences = []
        for feedback in self:
            said = f"{feedback.display_name} – {labels[feedback.outcome]}"
            if feedback.new_hours:
                old, new = f"{feedback.old_hours:g}", f"{feedback.new_hours:g}"
                said = self.env._(
                    "%(said)s: %(old)s h before, %(new)s h now", said=said, old=old, new=new
                )
            sentences.append(f"{said}. {feedback.answer or ''}".strip())
        return sentences
