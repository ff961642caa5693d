from odoo import models

from .service_technical_review import TECHNICAL


class ServiceJob(models.Model):
    """The steps around the technical review of a job."""

    _inherit = "service.job"

    # ---- the start ------------------------------------------------------------------------

    def _check_can_start(self):
        result = super()._check_can_start()
        self._check_review_at_start()
        return result

    def _check_review_at_start(self):
        """Refuse to begin what a review says no to, or before its conditions are met."""
        for job in self.filtered(lambda job: job.review_state == "no_go"):
            job.order_id._refuse(job._get_hold_up())
        for job, conditions in self._get_open_conditions("start").items():
            job.order_id._refuse(
                job._describe_conditions(conditions, self.env._("before the work starts"))
            )

    # ---- what the plan takes over ---------------------------------------------------------

    def _get_needs(self):
        needs = super()._get_needs()
        if self.review_state not in ("go", "conditional"):
            return needs
        review = self.sudo().review_id  # whoever plans the work may know what it needs
        return dict(
            needs,
            skill=needs["skill"] or review.skill_ids[:1].with_env(self.env),
            tool_kinds=needs["tool_kinds"] | review.tool_kind_ids.with_env(self.env),
        )

    # ---- buttons --------------------------------------------------------------------------

    def action_open_review(self):
        """Open the newest technical review of this job."""
        return self.review_id._get_records_action()

    def action_ask_review(self):
        """Open the dialog in which a technical lead is asked about these jobs of one order."""
        return self.order_id._get_review_dialog(self)

    def action_open_difficult(self):
        """Open the dialog that asks why this job is difficult, or is not."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Difficult Work"),
            "res_model": "service.difficult.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_job_id": self.id},
        }

    def _mark_difficult(self, is_difficult, reason):
        """Keep that these jobs are difficult, or not, and why.

        :raises UserError: without a reason; for users who may not.
        """
        self.check_access("write")
        self.order_id._check_may_ask_review()
        reason = (reason or "").strip()
        for job in self:
            if not reason:
                job.order_id._refuse(self.env._("Say why."))
            if not is_difficult:
                job._check_may_ease()
        self._keep({"is_difficult": is_difficult, "difficult_reason": reason})
        text = self.env._("Difficult: %s") if is_difficult else self.env._("Not difficult: %s")
        self._message_log_batch(bodies=dict.fromkeys(self.ids, text % reason))
        self._withdraw_held()

    def _check_may_ease(self):
        """Whoever sells the work does not take it past the technical lead."""
        if not self.env.su and not self.env.user.has_group(TECHNICAL):
            self.order_id._refuse(
                self.env._(
                    "Only a technical lead says that \"%(job)s\" is not difficult: ask %(people)s.",
                    job=self.display_name,
                    people=self.order_id._get_people(TECHNICAL),
                )
            )

    def action_give_up(self):
        """Have jobs declined that a review says no to: nobody asks the customer about them.

        :raises UserError: for anybody but advisors, and without a no-go.
        """
        self.check_access("write")
        self.order_id._check_may_take_answers()
        for job in self:
            if job.review_state != "no_go" or job.state != "proposed":
                job.order_id._refuse(
                    self.env._(
                        "\"%s\" has no verdict no-go, or is not waiting for a price. What the "
                        "customer was asked, the customer declines.",
                        job.display_name,
                    )
                )
        self._lock()
        estimates = self.line_ids.order_id.filtered(lambda e: e.state in ("draft", "sent"))
        estimates.with_context(tracking_disable=True)._split_jobs(self, {"state": "cancel"})
        for job in self:
            reason = self.env._("Technical review %s: no-go", job.review_id.name)
            job._keep({"state": "declined", "decline_reason": reason})
            job.order_id._message_log(
                body=self.env._(
                    "\"%(job)s\" is given up. %(reason)s", job=job.display_name, reason=reason
                )
            )
        return True
