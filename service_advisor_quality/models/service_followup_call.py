from datetime import timedelta

from odoo import Command, api, fields, models

from .res_partner_consent import SWITCHES

# The purpose of the call that each switch forbids.
PURPOSES = {switch: purpose for purpose, (switch, _refuses) in SWITCHES.items()}


class ServiceFollowup(models.Model):
    """What the caller does with a follow-up: try, answer, book, refuse; then the next one."""

    _inherit = "service.followup"

    # ---- nobody there ---------------------------------------------------------------------

    def action_no_answer(self):
        """Keep that nobody answered: again tomorrow, given up after the company's attempts.

        :raises UserError: naming the follow-up that is over.
        """
        self._check_can_call()
        self._log_attempt("no_answer")
        for followup in self:
            tried = followup.attempt_ids.filtered(lambda attempt: attempt.result != "call_back")
            if len(tried) >= followup.company_id.service_followup_attempts:
                followup._close("given_up", "not_reached")
            else:
                tomorrow = fields.Date.context_today(self) + timedelta(days=1)
                followup.write({"due_on": tomorrow, "call_again_at": False})
        return self.action_next_call()

    def action_call_back(self):
        """Keep that the customer wants to be called at another time, as entered.

        :raises UserError: where no time ahead is entered.
        """
        self._check_can_call()
        for followup in self:
            if not followup.call_again_at or followup.call_again_at <= fields.Datetime.now():
                followup._refuse(
                    self.env._("Enter under \"Call Again At\" when the customer wants the call.")
                )
            again = fields.Datetime.context_timestamp(followup, followup.call_again_at)
            followup.due_on = again.date()
        self._log_attempt("call_back")
        return self.action_next_call()

    # ---- the customer speaks --------------------------------------------------------------

    def action_done(self):
        """Keep what the customer said, and open the next call.

        :raises UserError: naming the follow-up and what was not asked.
        """
        self._check_can_call()
        self._check_answered()
        self._log_attempt("reached")
        booked = self.filtered("resulting_order_id")
        booked._close("done", "booked")
        (self - booked)._close("done", "answered")
        self._after_answer()
        return self.action_next_call()

    def _check_answered(self):
        """Hook: raise a UserError where the question of the call is not answered."""
        for followup in self:
            asked = followup.kind in ("three_day", "complaint")
            if asked and not followup.csat:
                followup._refuse(
                    self.env._(
                        "Enter the satisfaction, 1 to 5. Where the customer gives none, press "
                        "\"Refused\"."
                    )
                )

    def _after_answer(self):
        """Hook: called once the customers have answered."""

    def action_refused(self):
        """Keep that the customer does not want such calls, for this one and those to come."""
        self._check_can_call()
        self._log_attempt("refused")
        self._close("done", "refused")
        for followup in self:
            flag = self._get_refusal_flag_of(followup.kind)
            if flag:
                # Callers may have no right to change customers; this is the customer's will.
                customer = followup.partner_id.sudo()
                customer._record_consent(
                    PURPOSES[flag], "refused", "phone", evidence=followup.words
                )
        return self.action_next_call()

    @api.model
    def _get_refusal_flag_of(self, kind):
        """Hook: return the field of the customer that forbids such calls, None where a call is
        made all the same: a recall is safety, a complaint is the customer's own wish."""
        return {
            "three_day": "service_no_quality_call",
            "declined": "service_no_offer_call",
            "maintenance": "service_no_offer_call",
            "lost": "service_no_offer_call",
        }.get(kind)

    def action_drop(self):
        """Take these follow-ups off the list: the reason for the call is gone."""
        self._check_can_call()
        self._close("given_up", "dropped")
        return True

    # ---- appointment ----------------------------------------------------------------------

    def action_book(self):
        """Make the service order the customer agreed to, and open it for the appointment.

        :raises UserError: naming the follow-up that has no car or an order already.
        """
        self.ensure_one()
        self._check_can_book()
        if not self.resulting_order_id:
            self._book()
        return self.action_view_result()

    def _check_can_book(self):
        self._check_can_call()
        if not self.vehicle_id:
            self._refuse(self.env._("Enter which car is to come."))

    def _book(self):
        order = self.env["service.order"].create(self._prepare_order_vals())
        self._keep({"resulting_order_id": order.id})
        order.message_post(
            body=self.env._("Appointment from the follow-up: %s", self.display_name)
        )

    def _prepare_order_vals(self):
        """Hook: return the values of the service order that comes of the call."""
        concern = self.recall_id.display_name or self.reason or self.display_name
        jobs = [{"concern": concern, "operation_id": self.recall_id.operation_id.id}]
        if self.job_ids:
            jobs = [
                {"concern": job.concern, "operation_id": job.operation_id.id}
                for job in self.job_ids
            ]
        return {
            "vehicle_id": self.vehicle_id.id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "advisor_id": (self.order_id.advisor_id or self.env.user).id,
            "job_ids": [Command.create(job) for job in jobs],
        }

    def action_view_result(self):
        """Open the service order that came of this call."""
        return self.resulting_order_id._get_records_action()

    # ---- parts ----------------------------------------------------------------------------

    def _check_can_call(self):
        self._lock()
        self._check_open(self.env._("work on it"))

    def _log_attempt(self, result):
        # Nobody has the right to write attempts: they are what was done with the button.
        self.env["service.followup.attempt"].sudo().create(
            [
                {
                    "followup_id": followup.id,
                    "user_id": self.env.uid,
                    "channel": followup.channel,
                    "result": result,
                    "words": followup.words,
                }
                for followup in self
            ]
        )

    def _close(self, state, closed_as):
        self._keep(
            {
                "state": state,
                "closed_as": closed_as,
                "done_at": fields.Datetime.now(),
                "done_by_id": self.env.uid,
            }
        )
        # The database must know before the next call of the kind is put on the list.
        self.flush_recordset(["state"])
