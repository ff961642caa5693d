from odoo import api, fields, models


class ServiceImprovementAction(models.Model):
    """What somebody does against the fault, its cause, or the next one like it."""

    _name = "service.improvement.action"
    _description = "Action of an Improvement"
    _inherit = "service.kept.mixin"
    _order = "improvement_id, sequence, id"
    _kept_fields = frozenset({"done_at", "done_by_id", "answer"})

    improvement_id = fields.Many2one(
        "service.improvement", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="improvement_id.company_id", store=True, precompute=True, index=True
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("containment", "Containment"),
            ("corrective", "Corrective"),
            ("preventive", "Preventive"),
        ],
        required=True,
        default="corrective",
        help="Containment: at once, for the cars concerned. Corrective: against the cause. "
        "Preventive: so that it can not happen elsewhere.",
    )
    name = fields.Char("Action", required=True)
    owner_id = fields.Many2one(
        "res.users", required=True, index=True, default=lambda self: self.env.user
    )
    due_date = fields.Date("Due", required=True)
    done_at = fields.Datetime("Done On", readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    answer = fields.Char("What Was Done", readonly=True, copy=False)
    is_late = fields.Boolean("Late", compute="_compute_is_late")
    state = fields.Selection(related="improvement_id.state", string="Improvement State")

    @api.depends("due_date", "done_at", "improvement_id.state")
    def _compute_is_late(self):
        for action in self:
            action.is_late = bool(
                action.due_date
                and not action.done_at
                and action.improvement_id.state not in ("closed", "cancelled")
                and action.due_date < action.improvement_id._get_today()
            )

    # ---- records --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        actions = super().create(vals_list)
        actions._check_not_over()
        actions.filtered(lambda action: action.improvement_id.state == "progress")._assign()
        return actions

    def write(self, vals):
        result = super().write(vals)
        # What was done is done; whoever has more to do adds an action.
        self._check_not_over()
        if vals.keys() & {"name", "kind", "owner_id", "due_date"}:
            for action in self.filtered("done_at"):
                action.improvement_id._refuse(
                    self.env._("Action \"%s\" is done and stays as it is.", action.name)
                )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_not_over()
        for action in self.filtered("done_at"):
            action.improvement_id._refuse(
                self.env._("Action \"%s\" is done and stays as it is.", action.name)
            )

    def _check_not_over(self):
        self.improvement_id._check_state_is(
            ("draft", "progress"), self.env._("change its actions")
        )

    def _assign(self):
        """Tell the owners of these actions what they have to do."""
        for action in self.filtered(lambda action: not action.done_at):
            if action.owner_id != self.env.user:
                action.improvement_id.activity_schedule(
                    "service_advisor_quality.mail_activity_type_improvement",
                    date_deadline=action.due_date,
                    user_id=action.owner_id.id,
                    summary=action.name,
                )

    # ---- answer ---------------------------------------------------------------------------

    def action_open_answer(self):
        """Ask what was done."""
        self.ensure_one()
        action = self.improvement_id._open_wizard("answer", self.name)
        action["context"]["default_action_id"] = self.id
        return action

    def _answer(self, answer):
        """Keep that this action is done, and what was done.

        :raises UserError: from whoever it is not for, or without words.
        """
        self.ensure_one()
        improvement = self.improvement_id
        improvement._check_state_is(("progress",), self.env._("answer its actions"))
        mine = self.env.user in (self.owner_id, improvement.owner_id)
        if not (mine or improvement._is_quality()):
            improvement._refuse(
                self.env._("Action \"%(action)s\" is answered by %(owner)s.",
                           action=self.name, owner=self.owner_id.name)
            )
        if not (answer or "").strip():
            improvement._refuse(self.env._("Say what was done."))
        if self.done_at:
            improvement._refuse(self.env._("Action \"%s\" is done already.", self.name))
        # Technicians answer what is theirs; the plan is not theirs to change.
        action = self.sudo()
        action.write(
            {"done_at": fields.Datetime.now(), "done_by_id": self.env.uid, "answer": answer}
        )
        action._after_answered()

    def _after_answered(self):
        """Hook: called once an action is done; the owner of the improvement reads of it."""
        improvement = self.improvement_id
        improvement.activity_ids.filtered(
            lambda activity: activity.user_id == self.owner_id and activity.summary == self.name
        ).action_feedback(feedback=self.answer)
        improvement.message_post(
            body=self.env._("Done: %(action)s. %(answer)s", action=self.name, answer=self.answer),
            author_id=self.env.user.partner_id.id,
            partner_ids=improvement.owner_id.partner_id.ids,
        )
