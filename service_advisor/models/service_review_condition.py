from odoo import api, fields, models

from .service_technical_review import TECHNICAL

# Before which step a condition has to be met; what holds for a step holds for those after it.
GATES = [
    ("quote", "Before Quoting"),
    ("start", "Before the Start"),
    ("ready", "Before Ready"),
]


class ServiceReviewCondition(models.Model):
    """What has to be done before work goes on that was judged conditional."""

    _name = "service.review.condition"
    _description = "Condition of a Technical Review"
    _inherit = ["service.kept.mixin", "service.listed.mixin"]
    _order = "review_id desc, sequence, id"
    _listed_by = "review_id"
    _kept_fields = frozenset({"done_at", "done_by_id", "activity_id"})

    review_id = fields.Many2one(
        "service.technical.review",
        "Technical Review",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="review_id.company_id", store=True, precompute=True, index=True
    )
    order_id = fields.Many2one(related="review_id.order_id")
    review_state = fields.Selection(related="review_id.state", string="State of the Review")
    sequence = fields.Integer(default=10)
    name = fields.Char("Condition", required=True)
    owner_id = fields.Many2one("res.users", "Responsible", required=True, index=True)
    due_date = fields.Date("Due", required=True, default=fields.Date.context_today)
    gate = fields.Selection(GATES, "To Be Met", default="quote", required=True)
    done_at = fields.Datetime("Met On", readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", "Met By", readonly=True, copy=False)
    activity_id = fields.Many2one("mail.activity", readonly=True, copy=False)

    _open_idx = models.Index("(owner_id, due_date) WHERE done_at IS NULL")

    # ---- records --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        conditions = super().create(vals_list)
        conditions.review_id._check_is_open()
        return conditions

    def write(self, vals):
        if not {"name", "gate", "review_id"}.isdisjoint(vals):
            self.review_id._check_is_open()
        result = super().write(vals)
        if not {"owner_id", "due_date"}.isdisjoint(vals):
            self._move_questions()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self.review_id._check_is_open()

    # ---- the owner ------------------------------------------------------------------------

    def _ask_owners(self):
        """Give the owner of each of these conditions something to do."""
        for condition in self:
            activity = condition.review_id.activity_schedule(
                "service_advisor.mail_activity_type_condition",
                date_deadline=condition.due_date,
                summary=condition.name,
                note=condition._get_label("gate"),
                user_id=condition.owner_id.id,
            )
            condition._keep({"activity_id": activity.id})

    def _move_questions(self):
        """Hand open conditions of decided reviews to their owner of now, at their date of now."""
        for condition in self.filtered(lambda one: one.activity_id and not one.done_at):
            # The activity is that of whoever owned the condition before.
            condition.activity_id.sudo().write(
                {"user_id": condition.owner_id.id, "date_deadline": condition.due_date}
            )

    def _drop_questions(self):
        """Ask nobody any more: another review counts."""
        # The activities are those of the owners.
        self.sudo().filtered(lambda one: not one.done_at).activity_id.unlink()

    # ---- met ------------------------------------------------------------------------------

    def action_done(self):
        """Keep that these conditions are met, and by whom.

        :raises UserError: for anybody but the owner and technical leads, naming them.
        """
        self.check_access("read")
        self._check_can_be_done()
        # Owners read reviews; who met a condition is written by this step alone.
        conditions = self.sudo()
        conditions.write({"done_at": fields.Datetime.now(), "done_by_id": self.env.uid})
        conditions._tell_done()
        return True

    def _check_can_be_done(self):
        """Hook: raise a UserError where a condition can not be marked as met."""
        lead = self.env.su or self.env.user.has_group(TECHNICAL)
        for condition in self:
            review = condition.review_id
            if condition.done_at:
                review._refuse(
                    self.env._(
                        "\"%(condition)s\" was met by %(name)s already.",
                        condition=condition.name,
                        name=condition.done_by_id.name,
                    )
                )
            if review.state != "decided":
                review._refuse(self.env._("It waits for its verdict, or does not count any more."))
            if not lead and condition.owner_id != self.env.user:
                review._refuse(
                    self.env._(
                        "\"%(condition)s\" is met by %(owner)s, or by a technical lead.",
                        condition=condition.name,
                        owner=condition.owner_id.name,
                    )
                )

    def _tell_done(self):
        for condition in self:
            note = self.env._(
                "Condition met: %(condition)s (%(gate)s), by %(name)s.",
                condition=condition.name,
                gate=condition._get_label("gate"),
                name=condition.done_by_id.name,
            )
            activity = condition.activity_id
            if activity.active:
                activity.action_feedback(feedback=note)
            else:
                condition.review_id._message_log(body=note)
            condition.order_id._message_log(body=note)

    def _get_label(self, name):
        """Return the label of the selection ``name`` in the user's language."""
        return dict(self._fields[name]._description_selection(self.env))[self[name]]

    def _describe(self):
        """Return this open condition in words: what, by whom, until when."""
        self.ensure_one()
        return self.env._(
            "%(condition)s (%(owner)s, until %(day)s)",
            condition=self.name,
            # Whoever is held up is told whom to ask, by name.
            owner=self.sudo().owner_id.name,
            day=fields.Date.to_string(self.due_date),
        )
