from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

KINDS = [
    ("three_day", "After the Visit"),
    ("declined", "Declined Work"),
    ("maintenance", "Maintenance Due"),
    ("recall", "Recall"),
    ("complaint", "Complaint"),
    ("lost", "Lost Customer"),
]
# What the customer said; it stands once the follow-up is over.
ANSWERS = ("csat", "recommend", "is_satisfied", "words", "channel", "call_again_at")
SCORES = [(str(score), str(score)) for score in range(11)]


class ServiceFollowup(models.Model):
    """A customer to be called: why, by whom and when, and what came of it."""

    _name = "service.followup"
    _description = "Follow-Up"
    _inherit = ["service.kept.mixin", "mail.thread"]
    _order = "due_on, id"
    _rec_name = "reason"
    _check_company_auto = True
    _kept_fields = frozenset({"state", "closed_as", "done_at", "done_by_id", "resulting_order_id"})

    kind = fields.Selection(KINDS, required=True, default="three_day", index=True)
    reason = fields.Char(help="What the call is about.")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True)
    partner_phone = fields.Char(related="partner_id.phone", string="Phone")
    vehicle_id = fields.Many2one("service.vehicle", index=True, check_company=True)
    order_id = fields.Many2one(
        "service.order", "Visit", index="btree_not_null", check_company=True
    )
    job_ids = fields.Many2many("service.job", string="Declined Jobs")
    recall_id = fields.Many2one("service.recall", index="btree_not_null", ondelete="cascade")
    user_id = fields.Many2one(
        "res.users",
        "Caller",
        index=True,
        default=lambda self: self.env.user,
        help="Empty: whoever calls next.",
    )
    due_on = fields.Date(
        "Due", required=True, index=True, default=fields.Date.context_today
    )
    call_again_at = fields.Datetime(help="The customer asked to be called then.")
    state = fields.Selection(
        [("open", "To Call"), ("done", "Done"), ("given_up", "Given Up")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
    )
    closed_as = fields.Selection(
        [
            ("answered", "Customer Answered"),
            ("booked", "Appointment Made"),
            ("refused", "Customer Refused"),
            ("not_reached", "Not Reached"),
            ("dropped", "No Longer Needed"),
        ],
        "Ended As",
        readonly=True,
        copy=False,
    )
    script = fields.Text(compute="_compute_script")
    channel = fields.Selection(
        [("call", "Call"), ("mail", "E-mail"), ("message", "Message")],
        required=True,
        default="call",
    )
    attempt_ids = fields.One2many("service.followup.attempt", "followup_id", "Attempts")
    attempt_count = fields.Integer("Tried", compute="_compute_attempt_count")
    csat = fields.Selection(
        SCORES[1:6], "Satisfaction (1-5)", copy=False, help="All in all: 5 is very satisfied."
    )
    recommend = fields.Selection(SCORES, "Recommends Us (0-10)", copy=False)
    is_satisfied = fields.Selection(
        [("yes", "Yes"), ("no", "No")], "Satisfied?", copy=False
    )
    words = fields.Text("Customer's Words", copy=False)
    done_at = fields.Datetime("Done On", readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    resulting_order_id = fields.Many2one(
        "service.order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )

    _open_uniq = models.UniqueIndex(
        "(kind, partner_id, COALESCE(vehicle_id, 0), COALESCE(order_id, 0),"
        " COALESCE(recall_id, 0)) WHERE state = 'open' AND kind != 'complaint'",
        "This customer is on the list for the same call already.",
    )
    # Once per visit, whatever became of it; the other kinds come up again.
    _visit_uniq = models.UniqueIndex(
        "(kind, order_id) WHERE kind IN ('three_day', 'declined') AND order_id IS NOT NULL",
        "This call about the visit is on the list, or was made, already.",
    )
    _work_list_idx = models.Index("(user_id, due_on) WHERE state = 'open'")

    @api.depends("attempt_ids")
    def _compute_attempt_count(self):
        counts = dict(
            self.env["service.followup.attempt"]._read_group(
                [("followup_id", "in", self.ids)], ["followup_id"], ["__count"]
            )
        )
        for followup in self:
            followup.attempt_count = counts.get(followup._origin, 0)

    @api.depends("kind", "partner_id", "vehicle_id", "order_id", "reason", "user_id")
    @api.depends_context("lang", "uid")
    def _compute_script(self):
        scripts = self.env["service.followup.script"].search([("kind", "in", self.mapped("kind"))])
        by_kind = scripts.grouped("kind")
        for followup in self:
            script = by_kind.get(followup.kind, scripts.browse())
            followup.script = script._fill(followup._get_script_values())

    def _get_script_values(self):
        """Hook: return ``{word in braces: text}`` for the script."""
        self.ensure_one()
        order = self.order_id
        day = order.delivered_at and order._get_day(order.delivered_at)
        return {
            "customer": self.partner_id.name,
            "car": self.vehicle_id.display_name,
            "order": order.name,
            "day": day and fields.Date.to_string(day),
            "reason": self.reason,
            "caller": self.env.user.name,
            "company": self.company_id.name,
        }

    @api.depends("kind", "partner_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for followup in self:
            followup.display_name = f"{labels[followup.kind]}: {followup.partner_id.name}"

    @api.onchange("order_id")
    def _onchange_order_id(self):
        """A visit says whom to call about which car."""
        if self.order_id:
            self.partner_id = self.order_id.partner_id
            self.vehicle_id = self.order_id.vehicle_id

    @api.constrains("kind", "partner_id")
    def _check_consent(self):
        for followup in self:
            flag = self._get_refusal_flag_of(followup.kind)
            if flag and followup.partner_id[flag] and followup.state == "open":
                raise ValidationError(
                    self.env._(
                        "%(customer)s does not want such calls. Recalls and the customer's own "
                        "complaints are called about all the same; what else changed is entered "
                        "on the customer.",
                        customer=followup.partner_id.name,
                    )
                )

    # ---- records --------------------------------------------------------------------------

    def write(self, vals):
        if not self.env.su and vals.keys() & {*ANSWERS, "kind"}:
            self._check_open(self.env._("change what the customer said"))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_called(self):
        for followup in self:
            if followup.state != "open" or followup.attempt_count:
                followup._refuse(self.env._("It is kept as evidence. Drop it instead."))

    def _refuse(self, why):
        """Raise the error that names this follow-up and says why and what to do."""
        self.ensure_one()
        raise UserError(
            self.env._("%(followup)s: %(why)s", followup=self.display_name, why=why)
        )

    def _check_open(self, what):
        for followup in self:
            if followup.state != "open":
                followup._refuse(
                    self.env._(
                        "It is over, so you can not %(what)s. Make a new follow-up, if the "
                        "customer is to be called again.",
                        what=what,
                    )
                )

    # ---- the work list --------------------------------------------------------------------

    @api.model
    def _get_due_domain(self):
        """Hook: return the domain of the calls to be made now, whoever makes them."""
        again = Domain("call_again_at", "=", False) | Domain(
            "call_again_at", "<=", fields.Datetime.now()
        )
        due = Domain("due_on", "<=", fields.Date.context_today(self))
        return Domain("state", "=", "open") & due & again

    def action_next_call(self):
        """Open the next call of this user; the list, where none is left."""
        domain = self._get_due_domain() & Domain("user_id", "in", [self.env.uid, False])
        following = self.search(domain & Domain("id", "not in", self.ids), limit=1)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor_quality.service_followup_action"
        )
        if following:
            views = [(False, "form")]
            return dict(action, view_mode="form", views=views, res_id=following.id)
        return action
