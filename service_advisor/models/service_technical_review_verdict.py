from odoo import fields, models

from .service_technical_review import TECHNICAL


class ServiceTechnicalReview(models.Model):
    """The verdict: given once, by a technical lead, and kept with the facts it was given on."""

    _inherit = "service.technical.review"

    # As they were when the verdict was given, with the operations it was given on.
    facts = fields.Json("Facts of the Verdict", readonly=True)

    def action_go(self):
        """Decide that the work can be done as it is planned.

        :raises UserError: for anybody but a technical lead, and naming what is missing.
        """
        return self._decide("go")

    def action_conditional(self):
        """Decide that the work can be done once the conditions of the review are met.

        :raises UserError: as :meth:`action_go`, and without a condition.
        """
        return self._decide("conditional")

    def action_no_go(self):
        """Decide that the work can not be done like this.

        :raises UserError: as :meth:`action_go`.
        """
        return self._decide("no_go")

    def _decide(self, verdict):
        self._check_may_decide()
        self._lock()
        self._check_can_decide(verdict)
        for review in self:
            review._keep(review._prepare_verdict_vals(verdict))
        self._after_decide()
        if self.env.context.get("from_agenda"):
            return {"type": "ir.actions.act_window_close"}
        return True

    def _check_may_decide(self):
        """Raise where the user is no technical lead."""
        if not self.env.su and not self.env.user.has_group(TECHNICAL):
            for review in self:
                review._refuse(
                    self.env._(
                        "Only a technical lead gives the verdict: ask %s.",
                        review.order_id._get_people(TECHNICAL),
                    )
                )
        self.check_access("write")

    def _check_can_decide(self, verdict):
        """Hook: raise a UserError where ``verdict`` can not be given on a review of ``self``."""
        for review in self:
            if review.state != "waiting":
                review._refuse(
                    self.env._(
                        "It is %(state)s by now. Press \"Ask Again\" for another review.",
                        state=review._get_label("state"),
                    )
                )
            if not (review.findings or "").strip():
                review._refuse(
                    self.env._("Write down the findings: the verdict rests on them.")
                )
            review._check_conditions(verdict)

    def _check_conditions(self, verdict):
        conditions = self.condition_ids
        if verdict == "conditional" and not conditions:
            self._refuse(
                self.env._(
                    "Add the conditions that have to be met: what, by whom, until when, before "
                    "which step."
                )
            )
        if verdict != "conditional" and conditions:
            self._refuse(
                self.env._(
                    "It has conditions, so the verdict is \"Conditional\". Delete them to decide "
                    "otherwise."
                )
            )
        for condition in conditions:
            # Whether somebody else may read the review is asked for them.
            if not self.with_user(condition.owner_id).has_access("read"):
                self._refuse(
                    self.env._(
                        "%(name)s does not see service orders and can not meet \"%(condition)s\". "
                        "Choose somebody of the department.",
                        name=condition.owner_id.name,
                        condition=condition.name,
                    )
                )

    def _prepare_verdict_vals(self, verdict):
        """Return what is kept with ``verdict``: the facts of this moment as well."""
        return {
            "state": "decided",
            "verdict": verdict,
            "decided_by_id": self.env.uid,
            "decided_at": fields.Datetime.now(),
            "facts": {
                "rows": self._collect_facts(),
                "operations": {str(job.id): job.operation_id.id for job in self.job_ids},
                # Who opens a sheet years later can tell whether it is the same one.
                "sheets": [
                    {"name": sheet.name, "checksum": sheet.checksum}
                    for sheet in self.attachment_ids
                ],
            },
        }

    def _after_decide(self):
        """Hook: called once these reviews are decided."""
        self._supersede_earlier()
        self.job_ids._follow_reviews()
        self.condition_ids._ask_owners()
        for review in self:
            note = review._get_verdict_note()
            review.activity_feedback(
                ["service_advisor.mail_activity_type_review"], feedback=note
            )
            people = review.advisor_id | review.asked_by_id
            review.message_post(body=note, partner_ids=people.partner_id.ids)
            # Technicians read orders; that their work was judged belongs to its history.
            review.order_id.sudo()._message_log(body=note)

    def _get_verdict_note(self):
        """Return the sentence that keeps the verdict in the history."""
        self.ensure_one()
        note = self.env._(
            "Technical review %(review)s of %(jobs)s: %(verdict)s, by %(name)s.",
            review=self.name,
            jobs=", ".join(self.job_ids.mapped("display_name")),
            verdict=self._get_label("verdict"),
            name=self.decided_by_id.name,
        )
        if not self.condition_ids:
            return note
        conditions = "; ".join(self.condition_ids.mapped("name"))
        return self.env._("%(note)s Conditions: %(conditions)s.", note=note, conditions=conditions)

    def _supersede_earlier(self):
        """Mark the earlier verdicts all of whose jobs have a later one."""
        # Also those of jobs that were asked about together with others.
        jobs = self.job_ids.sudo()
        last = {}
        for job in jobs:
            decided = job.review_ids.filtered(lambda review: review.state == "decided")
            last[job] = decided.sorted("id")[-1:]
        for review in jobs.review_ids.filtered(lambda review: review.state == "decided"):
            if all(job in last and last[job].id > review.id for job in review.job_ids):
                review.state = "superseded"
                review.condition_ids._drop_questions()

    # ---- what it means for a job ----------------------------------------------------------

    def _get_state_for(self, job):
        """Return what this review, the newest of ``job``, means for it: "waiting", its verdict,
        or False where the job has another operation than the verdict was given on."""
        self.ensure_one()
        if self.state == "waiting":
            return "waiting"
        operations = (self.facts or {}).get("operations", {})
        return self.verdict if operations.get(str(job.id)) == job.operation_id.id else False
