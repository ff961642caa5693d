from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import formatLang

from ..tools.complaint_rules import is_allowed

# What an approval is about: whoever changes it asks anew.
TERMS = frozenset({"kind", "name", "amount", "pay_type"})


class ServiceComplaintRemedy(models.Model):
    """What the shop gives a customer to make good: rework, money, a gift.

    All of a complaint count together against the limit of the desk; above it a manager approves,
    and what changes afterwards is asked about anew.
    """

    _name = "service.complaint.remedy"
    _description = "Remedy of a Complaint"
    _inherit = ["service.kept.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "complaint_id, sequence, id"
    _kept_fields = frozenset(
        {
            "order_id",
            "job_id",
            "approved_at",
            "approved_by_id",
            "approved_value",
            "approval_reason",
            "done_at",
            "done_by_id",
            "dropped_at",
        }
    )
    _check_company_auto = True

    complaint_id = fields.Many2one(
        "service.complaint", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    # For accountants, who see refunds and no complaints.
    complaint_name = fields.Char(related="complaint_id.name", string="Complaint No.")
    customer_name = fields.Char(related="complaint_id.partner_id.name", string="Customer")
    first_order_name = fields.Char(related="complaint_id.order_id.name", string="Order")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("rework", "Rework Free of Charge"),
            ("refund", "Refund by Credit Note"),
            ("gift", "Gift or Voucher"),
            ("other", "Other"),
        ],
        required=True,
        default="rework",
    )
    name = fields.Char("What", required=True, help="As the customer is told.")
    amount = fields.Monetary(
        "Worth", help="What it is worth, taxes included; it counts against the limit of the desk."
    )
    value = fields.Monetary(
        "Counts",
        compute="_compute_value",
        help="The amount, or more where the order or the credit note came to more.",
    )
    pay_type = fields.Selection(
        [
            ("internal", "We"),
            ("goodwill", "Goodwill of the Manufacturer"),
            ("warranty", "Warranty"),
        ],
        "Paid By",
        default="internal",
        required=True,
    )
    order_id = fields.Many2one(
        "service.order", "Rework Order", readonly=True, copy=False, index="btree_not_null"
    )
    job_id = fields.Many2one("service.job", "Rework Job", readonly=True, copy=False)
    credit_note_ids = fields.One2many("account.move", "service_remedy_id", "Credit Notes")
    credit_amount = fields.Monetary("Credited", compute="_compute_credit")
    credit_names = fields.Char("Credit Notes Made", compute="_compute_credit")
    approved_at = fields.Datetime("Approved On", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_value = fields.Monetary("Approved Up To", readonly=True, copy=False)
    approval_reason = fields.Char("Why Approved", readonly=True, copy=False)
    done_at = fields.Datetime("Given On", readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", "Given By", readonly=True, copy=False)
    dropped_at = fields.Datetime("Dropped On", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("to_approve", "Waits for Approval"),
            ("open", "To Give"),
            ("done", "Given"),
            ("dropped", "Dropped"),
        ],
        compute="_compute_state",
    )
    is_to_credit = fields.Boolean(
        "To Credit", compute="_compute_is_to_credit", search="_search_is_to_credit"
    )

    _amount_positive = models.Constraint(
        "CHECK(amount IS NULL OR amount >= 0)", "What a remedy is worth can not be negative."
    )

    # ---- computes -------------------------------------------------------------------------

    @api.depends("credit_note_ids.state", "credit_note_ids.amount_total_signed")
    def _compute_credit(self):
        # How much was credited belongs to the complaint; the books are the accountants'.
        for remedy, known in zip(self, self.sudo(), strict=True):
            notes = known.credit_note_ids.filtered(lambda note: note.state != "cancel")
            remedy.credit_amount = -sum(notes.mapped("amount_total_signed"))
            remedy.credit_names = ", ".join(note.name or note.display_name for note in notes)

    @api.depends("amount", "credit_amount", "order_id", "job_id")
    def _compute_value(self):
        # See above; estimates are read for all rework orders at once.
        lines = self.sudo().job_id.line_ids.filtered(lambda line: line.state != "cancel")
        worth = {}
        today = fields.Date.context_today(self)
        for line in lines:
            total = line.currency_id._convert(
                line.price_total, line.company_id.currency_id, line.company_id, today
            )
            worth[line.service_job_id.id] = worth.get(line.service_job_id.id, 0.0) + total
        for remedy in self:
            known = (remedy.amount, remedy.credit_amount, worth.get(remedy.job_id.id, 0.0))
            remedy.value = max(known)

    @api.depends(
        "value",
        "approved_value",
        "done_at",
        "dropped_at",
        "order_id.state",
        "complaint_id.compensation_total",
    )
    def _compute_state(self):
        for remedy in self:
            if remedy.dropped_at:
                remedy.state = "dropped"
            elif not remedy._is_allowed():
                remedy.state = "to_approve"
            else:
                remedy.state = "done" if remedy._is_done() else "open"

    @api.depends(
        "kind",
        "state",
        "complaint_id.accepted_at",
        "complaint_id.withdrawn_at",
        "complaint_id.closed_at",
    )
    def _compute_is_to_credit(self):
        # See _compute_credit.
        for remedy, known in zip(self, self.sudo(), strict=True):
            complaint = known.complaint_id
            ended = complaint.withdrawn_at or complaint.closed_at
            waits = remedy.kind == "refund" and remedy.state in ("open", "to_approve")
            remedy.is_to_credit = bool(complaint.accepted_at and waits and not ended)

    def _search_is_to_credit(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.AND(
            [
                Domain("kind", "=", "refund"),
                Domain("dropped_at", "=", False),
                # Neither complaints nor their remedies' credit notes are everybody's to read.
                Domain(
                    "complaint_id",
                    "any!",
                    Domain("accepted_at", "!=", False)
                    & Domain("withdrawn_at", "=", False)
                    & Domain("closed_at", "=", False),
                ),
                Domain("credit_note_ids", "not any!", Domain("state", "=", "posted")),
            ]
        )

    def _get_live(self):
        """Return those of these remedies that are not dropped."""
        return self.filtered(lambda remedy: not remedy.dropped_at)

    def _is_allowed(self):
        self.ensure_one()
        # Accountants see refunds, and are told by the whole complaint whether they may be given.
        complaint = self.sudo().complaint_id
        approved = self.approved_value if self.approved_at else None
        return is_allowed(
            self.value,
            approved,
            complaint.compensation_total,
            complaint.company_id.service_compensation_limit,
            self.currency_id.rounding or 0.01,
        )

    def _is_done(self):
        """Hook: tell whether the customer has got this remedy."""
        self.ensure_one()
        if self.kind == "rework":
            # Whoever sees the remedy is told whether the car was handed over.
            return self.sudo().order_id.state in ("delivered", "closed")
        if self.kind == "refund":
            # See _compute_credit.
            return "posted" in self.sudo().credit_note_ids.mapped("state")
        return bool(self.done_at)

    def _describe(self):
        """Return this remedy in a line for the customer, in the language of the environment."""
        self.ensure_one()
        labels = dict(self._fields["kind"]._description_selection(self.env))
        text = f"{labels[self.kind]}: {self.name}"
        if self.amount and self.kind != "rework":
            worth = formatLang(self.env, self.amount, currency_obj=self.currency_id)
            text = f"{text} ({worth})"
        return text

    # ---- records --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        remedies = super().create(vals_list)
        for complaint in remedies.complaint_id:
            complaint._check_is_handled()
        remedies._hand_on_refunds()
        return remedies

    def write(self, vals):
        if "complaint_id" in vals and not self.env.su:
            raise UserError(self.env._("A remedy stays with its complaint. Add another one."))
        changed = self.browse()
        if vals.keys() & TERMS:
            changed = self.filtered(
                lambda remedy: any(remedy[name] != vals[name] for name in TERMS & vals.keys())
            )
            changed._check_can_change()
        result = super().write(vals)
        if changed:
            changed._void_approval()
            changed.complaint_id.remedy_ids._hand_on_refunds()
        return result

    def _check_can_change(self):
        for remedy in self:
            if remedy._is_done() or remedy.dropped_at or remedy.order_id:
                remedy._refuse(
                    self.env._("It is given or under way and stays as it is. Add another one.")
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_known(self):
        for remedy in self:
            # Whoever deletes it is told of what accountants made from it.
            if remedy.approved_at or remedy.done_at or remedy.sudo().credit_note_ids:
                remedy._refuse(
                    self.env._("It belongs to the record of the complaint. Drop it instead.")
                )
            remedy._check_can_change()

    def _refuse(self, why):
        """Raise the error that names this remedy and its complaint, and says why."""
        self.ensure_one()
        raise UserError(
            self.env._(
                "%(complaint)s, \"%(remedy)s\": %(why)s",
                complaint=self.complaint_name,
                remedy=self.name,
                why=why,
            )
        )

    # ---- approval -------------------------------------------------------------------------

    def _approve(self, reason):
        """Keep that the user, a manager, approves these remedies as they are now.

        :raises AccessError: for everybody else.
        """
        if not (self.env.su or self.env.user.has_group("service_advisor.group_manager")):
            raise AccessError(
                self.env._(
                    "Compensation above the limit of the desk is approved by a service manager."
                )
            )
        for value, remedies in self.grouped("value").items():
            # loop: those that are worth the same at once
            remedies._keep(
                {
                    "approved_at": fields.Datetime.now(),
                    "approved_by_id": self.env.uid,
                    "approved_value": value,
                    "approval_reason": reason,
                }
            )

    def _void_approval(self):
        """Forget the approvals of these changed remedies; that there were some is kept."""
        approved = self.filtered("approved_at")
        if not approved:
            return
        for remedy in approved:
            remedy.complaint_id._log_step("voided", words=remedy.name)
        approved._keep(
            {
                "approved_at": False,
                "approved_by_id": False,
                "approved_value": 0.0,
                "approval_reason": False,
            }
        )

    def _check_allowed(self):
        """Raise where one of these remedies needs an approval it does not have."""
        for remedy in self:
            if not remedy._is_allowed():
                company = remedy.company_id
                # See _is_allowed.
                total = remedy.sudo().complaint_id.compensation_total
                remedy._refuse(
                    self.env._(
                        "The remedies of this complaint are worth %(total)s, and the desk may "
                        "give up to %(limit)s. Ask a service manager to press Approve "
                        "Compensation.",
                        total=formatLang(self.env, total, currency_obj=company.currency_id),
                        limit=formatLang(
                            self.env,
                            company.service_compensation_limit,
                            currency_obj=company.currency_id,
                        ),
                    )
                )

    # ---- giving ---------------------------------------------------------------------------

    def action_done(self):
        """Note that the customer has got these gifts.

        :raises UserError: naming the remedy that is not approved, or is given otherwise.
        """
        self.check_access("write")
        self.complaint_id._lock()
        for remedy in self:
            if remedy.kind in ("rework", "refund"):
                remedy._refuse(
                    self.env._(
                        "It is given once its order is handed over, or its credit note posted."
                    )
                )
            if remedy.done_at or remedy.dropped_at:
                remedy._refuse(self.env._("It was given or dropped already."))
            remedy.complaint_id._check_is_handled()
        self._check_allowed()
        self._keep({"done_at": fields.Datetime.now(), "done_by_id": self.env.uid})
        return True

    def action_drop(self):
        """Give up these remedies; they stay on record and count no more.

        :raises UserError: naming the remedy that the customer has got.
        """
        self.check_access("write")
        self._check_can_change()
        self._keep({"dropped_at": fields.Datetime.now()})
        # What is dropped may make room for the others below the limit.
        self.complaint_id.remedy_ids._hand_on_refunds()
        return True
