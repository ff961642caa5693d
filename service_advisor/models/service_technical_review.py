from odoo import api, fields, models
from odoo.exceptions import LockError

from ..exceptions import BusyError

TECHNICAL = "service_advisor.group_technical"

VERDICTS = [("go", "Go"), ("conditional", "Conditional"), ("no_go", "No-Go")]

# What stands in a review that is decided; it does not change any more.
CONTENT = frozenset(
    {
        "findings",
        "standards",
        "standard_url",
        "attachment_ids",
        "skill_ids",
        "tool_kind_ids",
        "part_ids",
        "hours",
        "risk_level",
        "risks",
        "condition_ids",
    }
)


class ServiceTechnicalReview(models.Model):
    """Can this work be done as it is planned? The question of an advisor, a technician or an
    inspector, and the verdict of somebody who answers for it.

    The question is made by a step of the order, the verdict by a step of the review. A decided
    review stays as it is; another one about the same work takes its place.
    """

    _name = "service.technical.review"
    _description = "Technical Review"
    _inherit = ["service.kept.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _rec_names_search = ["name", "order_id.name"]
    _kept_fields = frozenset(
        {
            "name",
            "order_id",
            "job_ids",
            "question",
            "asked_by_id",
            "asked_at",
            "reviewer_id",
            "state",
            "verdict",
            "decided_by_id",
            "decided_at",
            "facts",
        }
    )

    name = fields.Char("Review No.", required=True, readonly=True, index="trigram")
    order_id = fields.Many2one(
        "service.order",
        "Service Order",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, precompute=True, index=True
    )
    vehicle_id = fields.Many2one(related="order_id.vehicle_id", tracking=False)
    advisor_id = fields.Many2one(related="order_id.advisor_id", tracking=False)
    job_ids = fields.Many2many(
        "service.job",
        "service_technical_review_job_rel",
        "review_id",
        "job_id",
        "Jobs",
        required=True,
        readonly=True,
    )
    question = fields.Text(required=True, readonly=True)
    asked_by_id = fields.Many2one("res.users", readonly=True)
    asked_at = fields.Datetime("Asked On", readonly=True, default=fields.Datetime.now)
    reviewer_id = fields.Many2one(
        "res.users", "Asked To", readonly=True, help="Any technical lead may give the verdict."
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting for the Verdict"),
            ("decided", "Decided"),
            ("superseded", "Superseded"),
            ("withdrawn", "Withdrawn"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )

    findings = fields.Text(help="What was found out, and how the work would be done.")
    standards = fields.Text(help="What the manufacturer, the law or the house asks for.")
    standard_url = fields.Char("Link to the Standard")
    attachment_ids = fields.Many2many("ir.attachment", string="Sheets")
    skill_ids = fields.Many2many(
        "hr.skill", string="Needed Skills", help="Besides those that the operations ask for."
    )
    tool_kind_ids = fields.Many2many(
        "service.tool.kind",
        string="Needed Special Tools",
        help="Besides those that the operations ask for.",
    )
    part_ids = fields.Many2many(
        "product.product",
        string="Needed Parts",
        domain=[("type", "=", "consu")],
        help="Besides those that stand on the jobs.",
    )
    hours = fields.Float("Estimated Hours", help="What the work takes, for all jobs together.")
    risk_level = fields.Selection(
        [("low", "Low"), ("medium", "Medium"), ("high", "High")], "Risk"
    )
    risks = fields.Text(help="What can go wrong, and what is done about it.")

    condition_ids = fields.One2many("service.review.condition", "review_id", "Conditions")
    verdict = fields.Selection(VERDICTS, readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime("Decided On", readonly=True)

    _hours_positive = models.Constraint(
        "CHECK(hours >= 0)", "The estimated hours can not be negative."
    )
    _waiting_idx = models.Index("(company_id, id) WHERE state = 'waiting'")

    @api.depends("name", "order_id.name")
    def _compute_display_name(self):
        for review in self:
            review.display_name = f"{review.name} ({review.order_id.name})"

    # ---- records --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        reviews = super().create(vals_list)
        reviews._adopt_sheets()
        return reviews

    def write(self, vals):
        if not CONTENT.isdisjoint(vals):
            self._check_is_open()
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._adopt_sheets()
        return result

    def _check_is_open(self):
        for review in self:
            if review.state != "waiting" and not self.env.su:
                review._refuse(
                    self.env._(
                        "It is %(state)s, so it stays as it is. Press \"Ask Again\" for another "
                        "review of the same work.",
                        state=review._get_label("state"),
                    )
                )

    def _adopt_sheets(self):
        """Let whoever reads a review read its sheets: an upload belongs to nothing at first."""
        for review in self.filtered("attachment_ids"):
            # As its own only; what belongs to another record keeps its readers.
            loose = review.attachment_ids.sudo().filtered(
                lambda sheet: not sheet.res_id and sheet.create_uid == self.env.user
            )
            loose.write({"res_model": review._name, "res_id": review.id})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        for review in self:
            if review.state != "waiting" and not self.env.su:
                review._refuse(self.env._("What was decided stays on record."))

    # ---- errors and words -----------------------------------------------------------------

    def _refuse(self, why):
        """Raise the error that names this review and its order, says why and what to do."""
        self.ensure_one()
        self.order_id._refuse(
            self.env._("Technical review %(review)s: %(why)s", review=self.name, why=why)
        )

    def _get_label(self, name):
        """Return the label of the selection ``name`` of this review, "" without a value."""
        labels = dict(self._fields[name]._description_selection(self.env))
        return labels.get(self[name], "")

    def _lock(self):
        """Let one of two people who decide these reviews at once go first.

        :raises BusyError: for the other, whose request Odoo repeats.
        """
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise BusyError(
                self.env._(
                    "Somebody else is deciding %s at this moment. Reload it and look again.",
                    ", ".join(self.mapped("name")),
                )
            ) from error

    # ---- buttons --------------------------------------------------------------------------

    def action_withdraw(self):
        """Take back a question that needs no verdict any more.

        :raises UserError: for anybody but who has asked and technical leads, or where the review
            is decided.
        """
        self.check_access("read")
        lead = self.env.su or self.env.user.has_group(TECHNICAL)
        for review in self:
            if not lead and review.asked_by_id != self.env.user:
                review._refuse(
                    self.env._(
                        "%s has asked and may take the question back, or a technical lead.",
                        review.asked_by_id.name,
                    )
                )
            if review.state != "waiting":
                review._refuse(self.env._("It is decided; a verdict is not taken back."))
        self._lock()
        # Whoever has asked may take the question back; nobody types the state of a review.
        reviews = self.sudo()
        reviews.write({"state": "withdrawn"})
        reviews.activity_unlink(["service_advisor.mail_activity_type_review"])
        self.job_ids._follow_reviews()
        return True

    def action_ask_again(self):
        """Open the dialog that asks for another review of the same work."""
        self.ensure_one()
        return self.order_id._get_review_dialog(self.job_ids)

    def action_take_hours(self):
        """Plan the jobs of these reviews with the hours that were estimated, shared out as they
        are planned now.

        :raises UserError: naming the review without hours, or the job that is over.
        """
        for review in self:
            jobs = review.job_ids.filtered(lambda job: job.state not in ("declined", "cancelled"))
            review._check_can_take_hours(jobs)
            total = sum(jobs.mapped("allowed_hours"))
            for job in jobs:
                share = job.allowed_hours / total if total else 1 / len(jobs)
                job.allowed_hours = review.hours * share
            jobs._message_log_batch(
                bodies=dict.fromkeys(
                    jobs.ids,
                    self.env._(
                        "Planned hours as estimated by %(name)s in %(review)s.",
                        name=(review.decided_by_id or self.env.user).name,
                        review=review.name,
                    ),
                )
            )
        return True

    def _check_can_take_hours(self, jobs):
        """Hook: raise a UserError where the hours of this review can not be planned."""
        if not self.hours:
            self._refuse(self.env._("Estimate the hours first."))
        if self.state not in ("waiting", "decided") or not jobs:
            self._refuse(self.env._("It does not count any more."))
        for job in jobs:
            if job.state in ("qc", "done"):
                self._refuse(
                    self.env._(
                        "The work on \"%s\" is over; its hours stay.", job.display_name
                    )
                )

    def action_print(self):
        """Print the technical feasibility report of these reviews."""
        return self.env.ref("service_advisor.service_technical_review_report").report_action(
            self, config=False
        )
