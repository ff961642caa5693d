import pytz
from odoo import fields, models
from odoo.exceptions import AccessError

from ..tools.complaint_rules import count_days
from .service_complaint_handling import FINAL
from .service_complaint_step import VIAS


class ServiceComplaint(models.Model):
    """The end of a complaint is the customer's to say: satisfied, withdrawn, or not yet."""

    _inherit = "service.complaint"

    attempt_ids = fields.One2many("service.complaint.attempt", "complaint_id", "Attempts")
    withdrawn_via = fields.Selection(VIAS, "Withdrawn Through", readonly=True, copy=False)
    withdrawn_words = fields.Text("Withdrawn, in Words", readonly=True, copy=False)
    close_reason = fields.Text(
        "Closed Without the Customer's Word Because", readonly=True, copy=False
    )

    def _prepare_reopen_vals(self):
        names = ("withdrawn_via", "withdrawn_words", "close_reason")
        return super()._prepare_reopen_vals() | dict.fromkeys(names, False)

    def _check_is_resolved(self):
        """Raise where one of these complaints is not resolved yet."""
        for complaint in self:
            if not complaint.resolved_at:
                complaint._refuse(
                    self.env._(
                        "It is not resolved yet. Let the customer get what was agreed, then "
                        "press Resolved."
                    )
                )

    # ---- confirmed ------------------------------------------------------------------------

    def _confirm(self, via, words=False, name=False, signature=False):
        """Keep that the customer says all is well, in answer to what was asked by the link, or
        to a call-back.

        :param via: one of :data:`~.service_complaint_step.VIAS`.
        :raises UserError: where it is not resolved, or the customer has spoken already.
        """
        self.ensure_one()
        self._lock()
        self._check_is_handled()
        self._check_is_resolved()
        question = self._get_confirmation_question(via)
        question._answer("yes", via, words, name, signature)
        # Customers answer by the link, without an account.
        self.sudo()._keep({"confirmed_at": fields.Datetime.now()})
        self._log_step("confirmed", words, via)
        self._after_answer(question)

    def _get_confirmation_question(self, via):
        """Return the open question whether all is well; a call-back asks it by itself."""
        question = self.open_question_id
        if question.kind == "confirmation" or via == "portal":
            return question
        self._replace_open_question()
        # The reception records what customers say, and makes no proposals.
        question = self.env["service.complaint.question"].sudo().create(
            {
                "complaint_id": self.id,
                "kind": "confirmation",
                "sent_at": fields.Datetime.now(),
                "sent_by_id": self.env.uid,
                "sent_via": via,
            }
        )
        return question

    def _log_attempt(self, words):
        """Keep that somebody tried to call the customer back, and reached nobody."""
        self.ensure_one()
        self._check_is_handled()
        # Attempts are written by this step only.
        self.env["service.complaint.attempt"].sudo().create(
            {"complaint_id": self.id, "user_id": self.env.uid, "words": words}
        )

    def _count_attempt_days(self):
        """Return on how many different days, in the time of the company, somebody tried to reach
        the customer since the present round asked for the customer's word."""
        self.ensure_one()
        since = self.resolved_at or self.proposed_at
        moments = self.attempt_ids.filtered(lambda attempt: since and attempt.at >= since)
        aware = [pytz.utc.localize(moment) for moment in moments.mapped("at")]
        return count_days(aware, self._get_tz())

    def _get_tz(self):
        """Return the time zone of the company, in which complaints are told."""
        self.ensure_one()
        # Customers may know where the shop is, not its working hours.
        return self.sudo().company_id.resource_calendar_id.tz or self.env.user.tz or "UTC"

    # ---- closed ---------------------------------------------------------------------------

    def action_close(self):
        """Close complaints whose customers have confirmed that all is well.

        :raises UserError: naming the complaint whose customer has not.
        """
        self._check_may_handle()
        self._lock()
        self._check_can_close()
        self._close()
        return True

    def _check_can_close(self):
        """Hook: raise a UserError where the customer has not had the last word."""
        for complaint in self:
            if complaint.state != "confirmed":
                complaint._refuse(
                    self.env._(
                        "It is %(state)s. A complaint is closed once the customer has confirmed "
                        "that all is well: call back, or ask by e-mail.",
                        state=complaint._get_state_label(),
                    )
                )

    def _close(self, reason=False):
        self._keep({"closed_at": fields.Datetime.now(), "close_reason": reason})
        self._log_step("closed", reason)
        self._end_waiting()
        self._after_close()

    def _after_close(self):
        """Hook: called once these complaints are closed."""

    def action_close_without(self):
        """Open the dialog in which a manager says why a complaint is closed without the
        customer's word.

        :raises UserError: naming how many attempts are missing.
        """
        self._check_can_close_without()
        return self._open_step_dialog("close", self.env._("Close Without the Customer"))

    def _check_can_close_without(self):
        self.ensure_one()
        self._check_is_handled()
        if not self.env.user.has_group("service_advisor.group_manager"):
            raise AccessError(
                self.env._(
                    "%(complaint)s: only a service manager closes a complaint without the "
                    "customer's word.",
                    complaint=self.name,
                )
            )
        if not (self.resolved_at or self.proposed_at):
            self._refuse(self.env._("Nothing was proposed to the customer yet."))
        self._check_tasks_done()
        needed, had = self.company_id.service_confirmation_attempts, self._count_attempt_days()
        if had < needed:
            self._refuse(
                self.env._(
                    "Somebody tried to reach the customer on %(had)s of %(needed)s different "
                    "days. Log each try under Call-Back.",
                    had=had,
                    needed=needed,
                )
            )

    def _close_without(self, reason):
        """Close this complaint without the customer's word.

        :raises UserError: where no reason is given, or too few attempts are on record.
        """
        self._lock()
        self._check_can_close_without()
        self._check_words(reason)
        self._close(reason)

    # ---- withdrawn ------------------------------------------------------------------------

    def action_withdraw(self):
        """Open the dialog that takes down that and how the customer withdraws."""
        self._check_can_withdraw()
        return self._open_step_dialog("withdraw", self.env._("Customer Withdraws"))

    def _check_can_withdraw(self):
        for complaint in self:
            if complaint.state in ("closed", "withdrawn") or complaint.discarded_at:
                complaint._refuse(
                    self.env._(
                        "It is %(state)s, so there is nothing to withdraw.",
                        state=complaint._get_state_label(),
                    )
                )

    def _withdraw(self, via, words):
        """Keep that the customer withdraws the complaint: how, when and in which words.

        :param via: one of :data:`~.service_complaint_step.VIAS`.
        :raises UserError: without words, or where the complaint has ended.
        """
        self.ensure_one()
        self._lock()
        self._check_can_withdraw()
        self._check_words(words)
        # Customers withdraw by the link, without an account.
        self.sudo()._keep(
            {
                "withdrawn_at": fields.Datetime.now(),
                "withdrawn_via": via,
                "withdrawn_words": words,
            }
        )
        self._log_step("withdrawn", words, via)
        self._end_waiting()
        self._after_withdraw()

    def _after_withdraw(self):
        """Hook: called once a complaint is withdrawn; tells the advisor."""
        # See above.
        self.sudo().message_post(
            body=self.env._("The customer has withdrawn: %s", self.withdrawn_words),
            partner_ids=(self.advisor_id - self.env.user).partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )

    def _end_waiting(self):
        """Take what nobody has to do any more from everybody's lists; the records stay."""
        # Activities and questions of others end with the complaint.
        ended = self.sudo()
        ended._replace_open_question()
        ended.task_ids.activity_ids.unlink()
        ended.statement_ids.activity_ids.unlink()
        ended.remedy_ids._hand_on_refunds()

    # ---- reopened -------------------------------------------------------------------------

    def action_reopen(self):
        """Open the dialog that says why the complaint is taken up again."""
        self._check_can_reopen()
        return self._open_step_dialog("reopen", self.env._("Reopen"))

    def _check_can_reopen(self):
        for complaint in self:
            if complaint.state not in (*FINAL, "resolved"):
                complaint._refuse(
                    self.env._(
                        "It is %(state)s: there is nothing to reopen.",
                        state=complaint._get_state_label(),
                    )
                )

    def _reopen_for(self, why, via=False):
        """Take up an ended complaint again.

        :param via: how the customer said so, one of :data:`~.service_complaint_step.VIAS`;
            False where the shop itself does.
        :raises UserError: without a reason, or where the complaint has not ended.
        """
        self.ensure_one()
        self._lock()
        self._check_can_reopen()
        self._check_words(why)
        self._replace_open_question()
        self._log_step("reopened", why, via)
        self._reopen(why)
        if via == "portal":
            self._hear("message", why)  # and waits for an answer of ours
        # What was open when the complaint ended goes on the lists again.
        self.sudo().task_ids.filtered(lambda task: not task.done_at)._hand_out()
