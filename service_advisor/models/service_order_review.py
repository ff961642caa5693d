from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .service_technical_review import TECHNICAL

INSIDERS = "base.group_user"


class ServiceOrder(models.Model):
    """Technical reviews of an order: who asks, and what waits for a verdict.

    Whether a job is held up is known to the job, so that an order without difficult work asks
    for no review.
    """

    _inherit = "service.order"

    review_ids = fields.One2many(
        "service.technical.review", "order_id", "Technical Reviews", groups=INSIDERS
    )
    review_count = fields.Integer(compute="_compute_review_count", groups=INSIDERS)
    needs_review = fields.Boolean(compute="_compute_needs_review")

    def _compute_review_count(self):
        counts = dict(
            self.env["service.technical.review"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["__count"]
            )
        )
        for order in self:
            order.review_count = counts.get(order._origin, 0)

    @api.depends("job_ids.is_difficult", "job_ids.review_state", "job_ids.state")
    def _compute_needs_review(self):
        for order in self:
            order.needs_review = bool(order._get_jobs_to_review())

    def _get_jobs_to_review(self):
        """Return the difficult jobs nobody has asked a technical lead about."""
        return self.job_ids.filtered(
            lambda job: job.is_difficult and job.state == "proposed" and not job.review_state
        )

    def unlink(self):
        # The questions about an order nobody came for go with it, and what is to do about them.
        self.sudo().review_ids.unlink()
        return super().unlink()

    # ---- ask ------------------------------------------------------------------------------

    def action_ask_review(self):
        """Open the dialog in which a technical lead is asked about the work on this order."""
        self.ensure_one()
        jobs = self._get_jobs_to_review() or self._get_open_jobs() or self._get_done_jobs()
        return self._get_review_dialog(jobs)

    def _get_review_dialog(self, jobs):
        """Return the action that opens the dialog to ask about ``jobs`` of this order.

        :raises UserError: for users who may not ask, or without a job.
        """
        self.ensure_one()
        self._check_may_ask_review()
        if not jobs:
            self._refuse(self.env._("There is no work to ask about. Add a job first."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for a Technical Review"),
            "res_model": "service.review.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_order_id": self.id,
                "default_job_ids": [Command.set(jobs.ids)],
                "default_reviewer_id": self.company_id._get_technical_leads()[:1].id,
            },
        }

    @api.model
    def _get_groups_asking_reviews(self):
        """Hook: the XML ids of the groups whose people may ask for a technical review."""
        return ["service_advisor.group_reception", "service_advisor.group_technician"]

    def _check_may_ask_review(self):
        """Raise where the user neither advises nor repairs, and is no group that asks."""
        user = self.env.user
        if self.env.su or any(map(user.has_group, self._get_groups_asking_reviews())):
            return
        for order in self:
            order._refuse(
                self.env._(
                    "Advisors and technicians ask for technical reviews: talk to %s.",
                    order.advisor_id.name,
                )
            )

    def _ask_review(self, jobs, question, reviewer):
        """Ask a technical lead about ``jobs`` of this order.

        A question about a job that waits for the customer's answer takes that proposal back.

        :param question: text.
        :param reviewer: ``res.users`` who gets something to do; anybody with the right decides.
        :return: the ``service.technical.review``.
        :raises UserError: naming what is missing, or the review that waits already.
        """
        self.ensure_one()
        self.check_access("read")
        jobs.check_access("read")
        self._check_can_ask_review(jobs, question, reviewer)
        jobs._lock()
        # Nobody types reviews; the step was checked.
        review = self.env["service.technical.review"].sudo().create(
            self._prepare_review_vals(jobs, question, reviewer)
        )
        jobs._follow_reviews()
        self._after_ask_review(review)
        return review.sudo(False)

    def _check_can_ask_review(self, jobs, question, reviewer):
        """Hook: raise a UserError where ``question`` about ``jobs`` can not be asked."""
        self._check_may_ask_review()
        if not (question or "").strip():
            self._refuse(self.env._("Write down what you want to know."))
        if not jobs or jobs.order_id != self:
            self._refuse(self.env._("Choose the jobs of this order that the question is about."))
        if not reviewer or reviewer not in self.company_id._get_technical_leads():
            self._refuse(
                self.env._(
                    "Choose a technical lead of %(company)s, for instance %(people)s.",
                    company=self.company_id.name,
                    people=self._get_people(TECHNICAL),
                )
            )
        for job in jobs:
            if job.state in ("declined", "cancelled"):
                self._refuse(
                    self.env._(
                        "Job \"%(job)s\" is %(state)s, so nothing is to be decided about it.",
                        job=job.display_name,
                        state=job._get_state_label(),
                    )
                )
            if job.review_state == "waiting":
                self._refuse(
                    self.env._(
                        "\"%(job)s\" waits for the verdict of %(review)s already.",
                        job=job.display_name,
                        # An inspector's own rights do not matter for a number.
                        review=job.sudo().review_id.name,
                    )
                )

    def _prepare_review_vals(self, jobs, question, reviewer):
        return {
            "name": self.company_id._get_next_number("service.technical.review"),
            "order_id": self.id,
            "job_ids": [Command.set(jobs.ids)],
            "question": question.strip(),
            "asked_by_id": self.env.uid,
            "asked_at": fields.Datetime.now(),
            "reviewer_id": reviewer.id,
        }

    def _after_ask_review(self, review):
        """Hook: called once ``review`` is asked, with the rights of the system."""
        review.activity_schedule(
            "service_advisor.mail_activity_type_review",
            user_id=review.reviewer_id.id,
            summary=self.env._("Give the verdict: %s", self.plate or self.name),
            note=review.question,
        )
        # Technicians ask about orders that they only read.
        self.sudo()._message_log(
            body=self.env._(
                "%(name)s asks for technical review %(review)s: %(question)s",
                name=self.env.user.name,
                review=review.name,
                question=review.question,
            )
        )

    # ---- what is held up ------------------------------------------------------------------

    @api.depends("job_ids.review_state", "job_ids.is_difficult")
    def _compute_next_step(self):
        # What is held up is said in the words of the reviews: read for all orders at once.
        reviewed = self.job_ids.filtered("review_state")
        if reviewed:
            # Whoever sees the order may know whom it waits for.
            reviews = reviewed.sudo().review_id
            reviews.mapped("name")
            reviews.condition_ids.mapped("owner_id.name")
        return super()._compute_next_step()

    def _get_next_step(self):
        held = self._get_held_jobs()
        if not held or self.state not in (
            "checked_in", "quoted", "authorised", "in_work", "quality_check"
        ):
            return super()._get_next_step()
        said = [held[0]._get_review_step()]
        # What else there is to do goes on, where it is not about the held work alone.
        if self._get_jobs_to_quote() or self._get_quoted_jobs():
            said.append(super()._get_next_step())
        return " ".join(said)

    def _get_held_jobs(self):
        """Return the proposed jobs of these orders whose price can not be told yet."""
        return self.job_ids.filtered(lambda job: job.state == "proposed")._get_held_up()

    def _get_jobs_to_quote(self):
        jobs = super()._get_jobs_to_quote()
        return jobs - jobs._get_held_up()

    def action_quote(self):
        """As ever for what may be quoted; work that is held up by a technical review stays
        proposed, and an order with nothing else is refused.

        :raises UserError: also naming the job that is held up, why, and who unblocks it.
        """
        held = self._get_held_jobs()
        if not held:
            return super().action_quote()
        free = self._get_jobs_to_quote().order_id
        for order, jobs in held.grouped("order_id").items():
            if order not in free:
                order._refuse(jobs[0]._get_hold_up())
        held._leave_estimates()
        result = super().action_quote()
        held.order_id._message_log_batch(
            bodies={
                order.id: self.env._("Not proposed: %s", " ".join(
                    job._get_hold_up() for job in jobs
                ))
                for order, jobs in held.grouped("order_id").items()
            }
        )
        return result

    def _write_answers(self, answers, evidence, proposals, refusals=None):
        """Nobody agrees to work that is held up, whatever was proposed before."""
        held = answers.get("approved", self.job_ids.browse())._get_held_up()
        for job in held:
            if evidence["authorised_via"] == "portal":
                raise UserError(
                    self.env._(
                        "Our technicians are still looking at \"%s\". Please wait for our call, "
                        "or answer the rest.",
                        job.display_name,
                    )
                )
            job.order_id._refuse(job._get_hold_up())
        return super()._write_answers(answers, evidence, proposals, refusals)

    def _check_can_be_ready(self):
        result = super()._check_can_be_ready()
        agreed = self._get_authorised_jobs()
        for job, conditions in agreed._get_open_conditions("ready").items():
            job.order_id._refuse(
                job._describe_conditions(conditions, self.env._("before the car is ready"))
            )
        return result

    # ---- buttons --------------------------------------------------------------------------

    def action_view_reviews(self):
        """Open the technical reviews of these orders."""
        return self.review_ids._get_records_action(name=self.env._("Technical Reviews"))

    def _get_plan_jobs(self):
        """Return the jobs of the service plan document, in the order of the work."""
        return self.job_ids.filtered(lambda job: job._is_planned_work())
