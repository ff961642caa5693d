from odoo import api, fields, models

from .service_review_condition import GATES
from .service_technical_review import VERDICTS

INSIDERS = "base.group_user"


class ServiceJob(models.Model):
    """Difficult work, what its technical review says, and the steps it holds up.

    What a plain job needs to know is on the job itself, so that it asks for no review.
    """

    _inherit = "service.job"

    is_difficult = fields.Boolean(
        "Difficult",
        compute="_compute_is_difficult",
        store=True,
        precompute=True,
        copy=False,
        help="Not quoted before a technical review has said go, or its conditions are met.",
    )
    difficult_reason = fields.Char(
        "Difficult Because", readonly=True, copy=False, help="Why it was marked by hand."
    )
    review_ids = fields.Many2many(
        "service.technical.review",
        "service_technical_review_job_rel",
        "job_id",
        "review_id",
        "Technical Reviews",
        readonly=True,
        copy=False,
        groups=INSIDERS,
    )
    review_id = fields.Many2one(
        "service.technical.review",
        "Technical Review",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=INSIDERS,
    )
    review_state = fields.Selection(
        [("waiting", "Waiting for the Verdict"), *VERDICTS],
        "Review",
        readonly=True,
        copy=False,
    )

    @api.depends("operation_id")
    def _compute_is_difficult(self):
        for job in self:
            if job.difficult_reason:
                job.is_difficult = job.is_difficult  # by hand, whatever the operation says
            else:
                included = job.operation_id._get_included()
                job.is_difficult = any(included.mapped("is_difficult"))

    def write(self, vals):
        result = super().write(vals)
        if "operation_id" in vals:
            # A verdict was given on an operation; also where whoever changes it reads no reviews.
            self.filtered(lambda job: job.sudo().review_id)._follow_reviews()
        return result

    # ---- what counts ----------------------------------------------------------------------

    def _follow_reviews(self):
        """Keep on these jobs what their newest review means; take back a question that must not
        be answered now."""
        # Reviews decide what the job says, whoever has asked, decided or changed the operation.
        for job in self.sudo():
            newest = job.review_ids.filtered(lambda review: review.state != "withdrawn")
            newest = newest.sorted("id")[-1:]
            state = newest._get_state_for(job) if newest else False
            if (job.review_id, job.review_state) != (newest, state):
                job.write({"review_id": newest.id, "review_state": state})
        self._withdraw_held()

    def _withdraw_held(self):
        """Take back the question about quoted jobs that must not be answered now; the customer
        goes on being asked about the rest."""
        quoted = self.filtered(lambda job: job.state == "quoted")
        held = quoted and quoted._get_held_up()
        if held:
            # Technicians price nothing; what was asked is taken back by the review.
            held = held.sudo()
            held._withdraw_question(self.env._("technical review"))
            held._leave_estimates()
            held.order_id._propose_rest()

    def _leave_estimates(self):
        """Move the lines of these jobs to drafts of their own: what is not proposed stands on no
        estimate that the customer gets to see."""
        estimates = self.line_ids.order_id.filtered(lambda e: e.state in ("draft", "sent"))
        estimates.with_context(tracking_disable=True)._split_jobs(self, {"state": "draft"})

    def _get_held_up(self):
        """Return those of ``self`` whose price can not be told: no verdict yet, a no-go, or open
        conditions. Known from the jobs themselves, but for the conditions."""
        held = self.filtered(
            lambda job: job.review_state in ("waiting", "no_go")
            or (job.is_difficult and not job.review_state)
        )
        conditional = self.filtered(lambda job: job.review_state == "conditional")
        if conditional:
            held |= self.browse(job.id for job in conditional._get_open_conditions("quote"))
        return held

    def _get_open_conditions(self, gate):
        """Return ``{job: service.review.condition}`` that are open at ``gate``, or were to be met
        at an earlier one; jobs without any are left out."""
        judged = self.filtered(lambda job: job.review_state == "conditional")
        steps = [step for step, _label in GATES]
        steps = steps[: steps.index(gate) + 1]
        # Who is held up by a condition is told of it, customers in other words. Listed, so that
        # those of many jobs are read at once.
        found = {
            job: job.sudo().review_id.condition_ids.filtered(
                lambda condition: not condition.done_at and condition.gate in steps
            )
            for job in judged
        }
        return {
            job: conditions.sorted("due_date") for job, conditions in found.items() if conditions
        }

    def _get_hold_up(self):
        """Return in a sentence why the price of this job can not be told, and what to do."""
        self.ensure_one()
        review = self.sudo().review_id  # its number and who decided are no secret
        names = {"job": self.display_name, "review": review.name}
        if self.review_state == "no_go":
            return self.env._(
                "Technical review %(review)s says no-go for \"%(job)s\" (%(name)s). Choose another "
                "operation, have it done outside (sublet), press \"Give Up\" on the job to have "
                "it declined, or ask for a new review.",
                name=review.decided_by_id.name,
                **names,
            )
        if self.review_state == "waiting":
            return self.env._(
                "\"%(job)s\" waits for the verdict of technical review %(review)s: ask %(name)s.",
                name=review.reviewer_id.name or self.env._("a technical lead"),
                **names,
            )
        conditions = self._get_open_conditions("quote").get(self)
        if conditions:
            return self._describe_conditions(conditions, self.env._("before it is quoted"))
        return self.env._(
            "\"%(job)s\" is difficult: press \"Technical Review\" and let a technical lead look at "
            "it before it is quoted.",
            **names,
        )

    def _describe_conditions(self, conditions, step):
        return self.env._(
            "Technical review %(review)s of \"%(job)s\" has open conditions, to be met %(step)s: "
            "%(conditions)s.",
            review=conditions.review_id.name,
            job=self.display_name,
            step=step,
            conditions="; ".join(condition._describe() for condition in conditions),
        )

    def _get_review_step(self):
        """Return in one sentence who has to do what so that this job can be quoted."""
        self.ensure_one()
        review = self.sudo().review_id  # whoever reads the order may know whom it waits for
        names = {"job": self.display_name, "review": review.name}
        if self.review_state == "waiting":
            return self.env._(
                "Technical Lead: give the verdict on \"%(job)s\" (%(review)s).", **names
            )
        if self.review_state == "no_go":
            return self.env._(
                "Advisor: \"%(job)s\" got a no-go (%(review)s): another operation, sublet, or "
                "give it up.",
                **names,
            )
        conditions = self._get_open_conditions("quote").get(self)
        if conditions:
            return self.env._(
                "%(owner)s: %(condition)s (%(review)s).",
                owner=conditions[0].owner_id.name,
                condition=conditions[0].name,
                review=review.name,
            )
        return self.env._("Advisor: ask for a technical review of \"%(job)s\".", **names)
