from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

# So many days a reopened improvement gets.
REOPEN_DAYS = 14


class ServiceImprovement(models.Model):
    """The steps of an improvement: start, actions done, verify, close, reopen."""

    _inherit = "service.improvement"

    check_date = fields.Date(
        "Check On", tracking=True, help="The day on which it is checked whether the actions worked."
    )
    check_user_id = fields.Many2one("res.users", "Checked By", help="Who will check it.")
    check_measure = fields.Char(
        "What Is Measured", help="e.g. first-pass rate of the operation over four weeks"
    )
    check_result = fields.Selection(
        [("passed", "Effective"), ("failed", "Not Effective")],
        "Effectiveness",
        readonly=True,
        copy=False,
        tracking=True,
    )
    check_evidence = fields.Text("Evidence", readonly=True, copy=False)
    checked_at = fields.Datetime("Verified On", readonly=True, copy=False)
    checked_by_id = fields.Many2one("res.users", "Verified By", readonly=True, copy=False)
    reopened_at = fields.Datetime("Reopened On", readonly=True, copy=False)
    reopen_count = fields.Integer("Reopened", readonly=True, copy=False, aggregator="sum")

    # ---- start ----------------------------------------------------------------------------

    def action_start(self):
        """Begin the improvements: whoever owns them answers for their date.

        :raises UserError: naming what is missing.
        """
        self._check_can_start()
        self._keep({"state": "progress", "started_at": fields.Datetime.now()})
        self._after_start()
        return True

    def _check_can_start(self):
        self._check_state_is(("draft",), self.env._("start it"))
        for improvement in self:
            if not (improvement.owner_id and improvement.due_date):
                improvement._refuse(self.env._("Enter its owner and when it is due."))

    def _after_start(self):
        """Hook: called once the improvements are in progress."""
        self.action_ids._assign()

    # ---- actions done ---------------------------------------------------------------------

    def action_actions_done(self):
        """Note that every action is done.

        :raises UserError: naming the action that is not done, or what is missing.
        """
        self._check_actions_done()
        self._keep({"state": "done"})
        return True

    def _check_actions_done(self):
        self._check_state_is(("progress",), self.env._("end the actions"))
        for improvement in self:
            if not improvement.root_cause:
                improvement._refuse(
                    self.env._("Enter the root cause: ask why until the answer can be acted on.")
                )
            open_actions = improvement.action_ids.filtered(lambda action: not action.done_at)
            if open_actions:
                improvement._refuse(
                    self.env._(
                        "Action \"%(action)s\" is not done yet. %(owner)s answers it.",
                        action=open_actions[0].name,
                        owner=open_actions[0].owner_id.name,
                    )
                )
            since = improvement.reopened_at
            if not any(not since or done >= since for done in improvement.action_ids.mapped(
                "done_at"
            )):
                improvement._refuse(
                    self.env._("Add at least one action: what is done differently from now on?")
                )

    # ---- to verify ------------------------------------------------------------------------

    def action_plan_check(self):
        """Wait for the day on which it is checked whether the actions worked.

        :raises UserError: where who checks, when and what is measured is not entered.
        """
        self._check_can_plan_check()
        self._keep({"state": "verify"})
        self._after_check_planned()
        return True

    def _check_can_plan_check(self):
        self._check_state_is(("done",), self.env._("plan the check"))
        for improvement in self:
            if not (
                improvement.check_date and improvement.check_user_id and improvement.check_measure
            ):
                improvement._refuse(
                    self.env._(
                        "Enter who checks whether the actions worked, when, and what is measured."
                    )
                )
            if improvement.check_date <= improvement._get_today():
                improvement._refuse(
                    self.env._(
                        "The check has to be later than today: whether the actions worked shows "
                        "after some time."
                    )
                )

    @api.constrains("check_date", "state")
    def _check_check_date(self):
        """The check is later than the actions, however its date is moved."""
        for improvement in self.filtered(lambda found: found.state == "verify"):
            done = max(improvement.action_ids.mapped("done_at"))
            if not improvement.check_date or improvement.check_date <= done.date():
                improvement._refuse(
                    self.env._("The check has to be on a later day than the last action.")
                )

    def _after_check_planned(self):
        """Hook: called once the checks are planned; the checker gets a reminder."""
        for improvement in self:
            improvement.activity_schedule(
                "service_advisor_quality.mail_activity_type_improvement",
                date_deadline=improvement.check_date,
                user_id=improvement.check_user_id.id,
                summary=self.env._("Check whether it worked: %s", improvement.check_measure),
            )

    def action_open_check(self):
        """Ask for the result of the check and its evidence."""
        return self._open_wizard("check", self.env._("Effectiveness Check"))

    def _record_check(self, result, evidence):
        """Keep the result of the check: effective closes, not effective opens anew.

        :param result: "passed" or "failed".
        :raises UserError: before its day, without evidence, or from whoever does not check it.
        """
        self.ensure_one()
        self._check_can_verify(result, evidence)
        # The checker need not own it; the check above has asked who it is.
        improvement = self.sudo()
        improvement.write(
            {
                "check_result": result,
                "check_evidence": evidence,
                "checked_at": fields.Datetime.now(),
                "checked_by_id": self.env.uid,
            }
        )
        improvement.activity_feedback(
            ["service_advisor_quality.mail_activity_type_improvement"], feedback=evidence
        )
        if result == "passed":
            improvement.write({"state": "closed", "closed_at": fields.Datetime.now()})
            improvement._after_closed()
        else:
            improvement._reopen(self.env._("The check failed: %s", evidence))

    def _check_can_verify(self, result, evidence):
        self._check_state_is(("verify",), self.env._("verify it"))
        if self.env.user != self.check_user_id and not self._is_quality():
            self._refuse(
                self.env._("Its check is done by %s, or by a quality inspector or manager.",
                           self.check_user_id.name)
            )
        if self._get_today() < self.check_date:
            self._refuse(
                self.env._("It is checked on %s, not before.",
                           format_date(self.env, self.check_date))
            )
        if result not in ("passed", "failed"):
            self._refuse(self.env._("Say whether the actions worked."))
        if not (evidence or "").strip():
            self._refuse(self.env._("Enter the evidence: what was measured, and the result."))

    def _is_quality(self):
        """Tell whether the user answers for the quality of everybody's work."""
        user = self.env.user
        return user.has_group("service_advisor_quality.group_inspector") or user.has_group(
            "service_advisor.group_manager"
        )

    def _after_closed(self):
        """Hook: called once improvements are closed."""

    def _reopen(self, why):
        """Put these improvements in progress again, with a new date and a word to the owner.

        The actions done so far did not suffice: at least one more is asked for.
        """
        for improvement in self:
            today = improvement._get_today()
            improvement.write(
                {
                    "state": "progress",
                    "closed_at": False,
                    "reopened_at": fields.Datetime.now(),
                    "reopen_count": improvement.reopen_count + 1,
                    "due_date": today + timedelta(days=REOPEN_DAYS),
                    "check_date": False,
                }
            )
            improvement.message_post(body=self.env._("Opened again. %s", why))
            improvement._remind(improvement.owner_id, self.env._("Opened again"), why)

    def _remind(self, user, summary, note):
        """Give ``user`` a reminder of this improvement for today."""
        self.activity_schedule(
            "service_advisor_quality.mail_activity_type_improvement",
            date_deadline=self._get_today(),
            user_id=user.id,
            summary=summary,
            note=note,
        )

    # ---- cancel ---------------------------------------------------------------------------

    def action_open_cancel(self):
        """Ask why the improvement is given up."""
        return self._open_wizard("cancel", self.env._("Cancel Improvement"))

    def _cancel(self, reason):
        self._check_state_is(("draft", "progress", "done", "verify"), self.env._("cancel it"))
        if not (reason or "").strip():
            self._refuse(self.env._("Say why it is given up."))
        self._keep({"state": "cancelled", "cancel_reason": reason})
        self.activity_unlink(["service_advisor_quality.mail_activity_type_improvement"])

    def _open_wizard(self, step, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "service.improvement.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_improvement_id": self.id, "default_step": step},
        }

    # ---- the fault recurs -----------------------------------------------------------------

    @api.model
    def _reopen_recurred(self, reasons):
        """Open closed improvements again whose fault has come back.

        The fault is the same where the operation and the technician of the improvement, as far
        as it names them, are those of the job; within as many days after closing as the company
        watches. One search, however many jobs there are.

        :param reasons: ``{service.job: what happened, in words}`` of the jobs whose work was bad.
        """
        # Whoever finds the fault need not read what was improved, nor who did the work.
        jobs = self.env["service.job"].union(*reasons).sudo()
        # As above.
        closed = self.sudo().search(
            [
                ("company_id", "in", jobs.company_id.ids),
                ("state", "=", "closed"),
                ("operation_id", "in", [False, *jobs.operation_id.ids]),
                ("technician_id", "in", [False, *jobs.technician_id.ids]),
            ]
        )
        for improvement in closed.filtered(lambda found: found._is_watched()):
            why = next((why for job, why in reasons.items() if improvement._is_about(job)), None)
            if why:
                improvement._reopen(why)

    def _is_watched(self):
        """Tell whether the return of the fault still opens this closed improvement again."""
        days = self.company_id.service_improvement_watch_days
        return self.closed_at + timedelta(days=days) >= fields.Datetime.now()

    def _is_about(self, job):
        """Tell whether bad work on ``job`` is the fault of this improvement once more."""
        self.ensure_one()
        # The technician of a job may be HR's to read.
        job = job.sudo()
        named = self.operation_id or self.technician_id
        return bool(
            named
            and self.operation_id in (job.operation_id, self.operation_id.browse())
            and self.technician_id in (job.technician_id, self.technician_id.browse())
        )
