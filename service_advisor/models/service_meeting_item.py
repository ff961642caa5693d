from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceMeetingItem(models.Model):
    """A topic of a technical meeting: a review that waits, or something else."""

    _name = "service.meeting.item"
    _description = "Topic of a Technical Meeting"
    _inherit = ["service.listed.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "event_id desc, sequence, id"
    _listed_by = "event_id"
    _rec_name = "topic"

    event_id = fields.Many2one(
        "calendar.event", "Meeting", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="event_id.service_company_id", store=True, precompute=True, index=True
    )
    sequence = fields.Integer(default=10)
    review_id = fields.Many2one(
        "service.technical.review",
        "Technical Review",
        index=True,
        ondelete="cascade",
        domain="[('company_id', '=?', company_id)]",
    )
    review_state = fields.Selection(related="review_id.state", string="State of the Review")
    verdict = fields.Selection(related="review_id.verdict")
    topic = fields.Char(
        compute="_compute_topic", store=True, readonly=False, precompute=True, required=True
    )
    minutes = fields.Text()
    decision = fields.Char(help="What was decided besides a verdict.")
    task = fields.Char(help="What somebody does next.")
    task_owner_id = fields.Many2one("res.users", "Task Of")
    task_due = fields.Date()

    _event_review_uniq = models.UniqueIndex(
        "(event_id, review_id) WHERE review_id IS NOT NULL",
        "This review is on the agenda already.",
    )

    @api.depends("review_id")
    def _compute_topic(self):
        for item in self:
            review = item.review_id
            words = [review.name, review.order_id.plate, review.question]
            item.topic = " · ".join(filter(None, words)) if review else item.topic

    # ---- records --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items.event_id._check_is_open()
        items._check_same_company()
        return items

    def write(self, vals):
        if self._fields.keys() & vals.keys() - {"message_follower_ids", "activity_ids"}:
            self.event_id._check_is_open()
        result = super().write(vals)
        if "review_id" in vals or "event_id" in vals:
            self._check_same_company()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self.event_id._check_is_open()

    def _check_same_company(self):
        for item in self:
            if item.review_id and item.review_id.company_id != item.company_id:
                raise UserError(
                    self.env._(
                        "%(review)s belongs to %(company)s; its own meeting decides it.",
                        review=item.review_id.name,
                        company=item.review_id.company_id.name,
                    )
                )

    # ---- the meeting ----------------------------------------------------------------------

    def action_open_review(self):
        """Open the review of this topic on top of the meeting, to write it and decide."""
        self.ensure_one()
        if not self.review_id:
            raise UserError(self.env._("This topic is about no technical review."))
        self.event_id._check_is_open()
        self._note_in_review()
        return {
            "type": "ir.actions.act_window",
            "name": self.review_id.display_name,
            "res_model": "service.technical.review",
            "res_id": self.review_id.id,
            "view_mode": "form",
            "target": "new",
            "context": {"from_agenda": True},
        }

    def action_go(self):
        """Decide "Go" on the reviews of these topics, with the minutes as findings where nobody
        has written any.

        :raises UserError: as :meth:`service.technical.review.action_go`.
        """
        self.event_id._check_is_open()
        self._note_in_review()
        return self.review_id.action_go()

    def _note_in_review(self):
        """Take the minutes over as findings of waiting reviews that have none."""
        for item in self:
            review = item.review_id
            if item.minutes and review.state == "waiting" and not (review.findings or "").strip():
                if review.has_access("write"):
                    review.findings = item.minutes

    def _ask_owners(self):
        """Give those who have a task something to do."""
        for item in self:
            if (item.task or "").strip():
                item.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=item.task_due,
                    summary=item.task,
                    note=item.topic,
                    user_id=item.task_owner_id.id,
                )

    def _get_minutes(self):
        """Return what was said and decided, a list of texts in the language of the environment."""
        self.ensure_one()
        said = [self.minutes, self.decision]
        if self.verdict:
            labels = dict(self._fields["verdict"]._description_selection(self.env))
            said.append(self.env._("Verdict: %s", labels[self.verdict]))
        for condition in self.review_id.condition_ids:
            said.append(self.env._("Condition: %s", condition._describe()))
        if (self.task or "").strip():
            said.append(
                self.env._(
                    "Task: %(task)s (%(owner)s, until %(day)s)",
                    task=self.task,
                    owner=self.task_owner_id.name,
                    day=fields.Date.to_string(self.task_due),
                )
            )
        return [text for text in said if text]
