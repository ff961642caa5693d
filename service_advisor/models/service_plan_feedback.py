from odoo import api, fields, models

# What does not work about a plan.
KINDS = [
    ("hours", "Hours Too Short"),
    ("equipment", "Wrong Tool or Bay"),
    ("skill", "Skill Missing"),
    ("part", "Part Wrong"),
    ("sequence", "Wrong Sequence"),
    ("safety", "Safety"),
    ("other", "Other"),
]
# What those who answer write by hand; all else is told once, or kept by the steps.
ANSWERED_BY_HAND = {"answer", "agreed_hours"}


class ServicePlanFeedback(models.Model):
    """A technician says that the plan of a job does not work, and is told what came of it."""

    _name = "service.plan.feedback"
    _description = "Feedback on a Plan"
    _inherit = ["service.kept.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _kept_fields = frozenset(
        {
            "planned_hours", "reported_by_id", "state", "outcome", "old_hours", "new_hours",
            "answered_by_id", "answered_at", "order_id", "company_id", "operation_id",
        }
    )
    _check_company_auto = True

    job_id = fields.Many2one(
        "service.job", required=True, index=True, ondelete="cascade", check_company=True
    )
    order_id = fields.Many2one(
        related="job_id.order_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="job_id.company_id", store=True, precompute=True, index=True
    )
    # Stored as it was: the pivot shows whose hours are wrong.
    operation_id = fields.Many2one(
        "service.operation", compute="_compute_of_job", store=True, precompute=True, index=True
    )
    vehicle_id = fields.Many2one(related="job_id.vehicle_id")
    kind = fields.Selection(KINDS, "What Does Not Work", required=True, default="hours")
    description = fields.Text("In Your Words", required=True)
    suggested_hours = fields.Float(help="How long the work takes, as the technician sees it.")
    planned_hours = fields.Float(
        compute="_compute_of_job", store=True, precompute=True,
        help="The hours of the job when this was reported.",
    )
    hours_gap = fields.Float(
        "Hours Short", compute="_compute_hours_gap", store=True, precompute=True
    )
    reported_by_id = fields.Many2one(
        "res.users", readonly=True, default=lambda self: self.env.user
    )
    state = fields.Selection(
        [("open", "Open"), ("done", "Done"), ("rejected", "Rejected")],
        default="open", required=True, readonly=True, index=True, copy=False,
    )
    answer = fields.Text(
        copy=False, help="What was done, or why nothing is; the technician reads it."
    )
    agreed_hours = fields.Float(
        compute="_compute_agreed_hours", store=True, readonly=False, precompute=True,
        help="The hours that are right. Proposed as the technician suggests.",
    )
    outcome = fields.Selection(
        [
            ("plan", "Plan Changed"),
            ("job_hours", "Hours of the Job Changed"),
            ("catalogue_hours", "Hours of the Catalogue Changed"),
            ("rejected", "Rejected"),
        ],
        readonly=True, copy=False,
    )
    old_hours = fields.Float("Hours Before", readonly=True, copy=False)
    new_hours = fields.Float("Hours Now", readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    answered_at = fields.Datetime("Answered On", readonly=True, copy=False)

    _hours_positive = models.Constraint(
        "CHECK(suggested_hours >= 0 AND agreed_hours >= 0)", "Hours can not be negative."
    )

    @api.depends("job_id")
    def _compute_of_job(self):
        for feedback in self:
            feedback.operation_id = feedback.job_id.operation_id
            feedback.planned_hours = feedback.job_id.allowed_hours

    @api.depends("suggested_hours", "planned_hours")
    def _compute_hours_gap(self):
        for feedback in self:
            suggested = feedback.suggested_hours
            feedback.hours_gap = suggested and suggested - feedback.planned_hours

    @api.depends("suggested_hours")
    def _compute_agreed_hours(self):
        for feedback in self:
            feedback.agreed_hours = feedback.suggested_hours

    @api.depends("job_id", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for feedback in self:
            kind = labels.get(feedback.kind, "")
            feedback.display_name = f"{kind}: {feedback.job_id.display_name or ''}"

    # ---- records --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # Who tells does not answer.
        self._check_not_kept({"answer"} if any(v.get("answer") for v in vals_list) else ())
        feedbacks = super().create(vals_list)
        feedbacks._check_can_report()
        feedbacks._after_report()
        return feedbacks

    def write(self, vals):
        """What was said stays as it was said; who answers writes the answer, once."""
        self._check_not_kept(vals.keys() & self._get_evidence())
        if not self.env.su and not ANSWERED_BY_HAND.isdisjoint(vals):
            self._check_open()
        return super().write(vals)

    @api.model
    def _get_evidence(self):
        """Return the names of the fields that nobody changes once they are reported."""
        return {"job_id", "kind", "description", "suggested_hours"}

    def _check_can_report(self):
        """Hook: raise a UserError where this is no feedback on a plan."""
        for feedback in self:
            order = feedback.order_id
            if not feedback.description.strip():
                order._refuse(self.env._("Say in a few words what does not work."))
            if feedback.kind == "hours" and not feedback.suggested_hours:
                order._refuse(self.env._("Say how many hours the work takes."))
            if feedback.job_id.state in ("declined", "cancelled"):
                order._refuse(
                    self.env._(
                        "Job \"%(job)s\" is %(state)s: there is no plan to change.",
                        job=feedback.job_id.display_name,
                        state=feedback.job_id._get_state_label(),
                    )
                )

    def _after_report(self):
        """Hook: called once feedback is reported; tells those who can change the plan."""
        for feedback in self:
            for user in feedback._get_users_to_tell():
                own = feedback.with_context(lang=user.lang or self.env.lang)
                # Technicians plan nothing for others; this tells them.
                own.sudo().activity_schedule(
                    "service_advisor.mail_activity_type_feedback",
                    user_id=user.id,
                    summary=own.display_name,
                    note=own.description,
                )

    def _get_users_to_tell(self):
        """Return the advisor of the order and the manager of who reports, each once."""
        self.ensure_one()
        # Who is whose manager is HR's; whom to tell follows from it.
        manager = self.reported_by_id.sudo().employee_id.parent_id.user_id
        return (self.order_id.advisor_id | manager).sudo(False) - self.reported_by_id

    def _check_open(self):
        for feedback in self:
            if feedback.state != "open":
                feedback.order_id._refuse(
                    self.env._(
                        "%(name)s has answered \"%(feedback)s\" already. Reload and read the "
                        "answer.",
                        name=feedback.answered_by_id.name,
                        feedback=feedback.display_name,
                    )
                )
