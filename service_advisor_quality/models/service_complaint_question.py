from odoo import api, fields, models
from odoo.exceptions import UserError

from .service_complaint_step import VIAS


class ServiceComplaintQuestion(models.Model):
    """What the customer is asked about a complaint: whether our offer is accepted, and in the
    end whether all is well. Each takes one answer, by its link or taken down by the desk.
    """

    _name = "service.complaint.question"
    _description = "Question to a Customer"
    _inherit = ["service.kept.mixin", "portal.mixin"]
    _order = "complaint_id, id desc"
    _kept_fields = frozenset(
        {
            "terms",
            "sent_at",
            "sent_by_id",
            "sent_via",
            "replaced_at",
            "answered_at",
            "answer",
            "answer_words",
            "answered_via",
            "answered_by",
            "taken_by_id",
            "signature",
        }
    )

    complaint_id = fields.Many2one(
        "service.complaint", required=True, index=True, ondelete="cascade"
    )
    # Whoever has it answers in the customer's name: the desk, and the customer.
    access_token = fields.Char(
        groups="service_advisor.group_reception,service_advisor_quality.group_inspector,"
        "base.group_portal,base.group_public"
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, precompute=True, index=True
    )
    partner_id = fields.Many2one(related="complaint_id.partner_id", string="Customer")
    kind = fields.Selection(
        [("offer", "Our Proposal"), ("confirmation", "Is All Well?")],
        required=True,
        default="offer",
    )
    found = fields.Text("What We Found", help="In the language of the customer.")
    offer = fields.Text("What We Offer", help="In the language of the customer.")
    terms = fields.Json(readonly=True, help="The remedies as they were proposed.")
    sent_at = fields.Datetime("Asked On", readonly=True, copy=False)
    sent_by_id = fields.Many2one("res.users", "Asked By", readonly=True, copy=False)
    sent_via = fields.Selection(VIAS, "Asked Through", readonly=True, copy=False)
    replaced_at = fields.Datetime("Replaced On", readonly=True, copy=False)
    answered_at = fields.Datetime("Answered On", readonly=True, copy=False)
    answer = fields.Selection([("yes", "Yes"), ("no", "No")], readonly=True, copy=False)
    answer_words = fields.Text("In the Customer's Words", readonly=True, copy=False)
    answered_via = fields.Selection(VIAS, "Answered Through", readonly=True, copy=False)
    answered_by = fields.Char(readonly=True, copy=False)
    taken_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    signature = fields.Image(max_width=1024, max_height=512, readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Not Sent"),
            ("open", "Waiting for an Answer"),
            ("answered", "Answered"),
            ("replaced", "Replaced"),
        ],
        compute="_compute_state",
    )

    _open_uniq = models.UniqueIndex(
        "(complaint_id) WHERE sent_at IS NOT NULL AND answered_at IS NULL "
        "AND replaced_at IS NULL",
        "Somebody has just asked the customer. Reload the complaint and look again.",
    )

    @api.depends("kind", "complaint_id.name")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for question in self:
            question.display_name = f"{question.complaint_id.name} – {labels[question.kind]}"

    @api.depends("sent_at", "answered_at", "replaced_at")
    def _compute_state(self):
        for question in self:
            if question.answered_at:
                question.state = "answered"
            elif question.replaced_at:
                question.state = "replaced"
            else:
                question.state = "open" if question.sent_at else "draft"

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for question in self:
            question.access_url = f"/my/complaint-questions/{question.id}"
        return result

    def _get_lang(self):
        """Return the language the customer is asked in."""
        self.ensure_one()
        partner, company = self.partner_id, self.company_id.partner_id
        return partner.lang or company.lang or self.env.lang or "en_US"

    # ---- records --------------------------------------------------------------------------

    def write(self, vals):
        if not self.env.su:
            for question in self:
                if question.state != "draft":
                    raise UserError(
                        self.env._(
                            "%(question)s: the customer was asked this and it stays. Make a new "
                            "proposal.",
                            question=question.display_name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for question in self:
            if question.sent_at:
                raise UserError(
                    self.env._(
                        "%(question)s belongs to the record of the complaint.",
                        question=question.display_name,
                    )
                )

    # ---- asking ---------------------------------------------------------------------------

    def action_send(self):
        """Ask the customer by e-mail, with a link that takes the answer.

        :raises UserError: naming what is missing: words, an approval, an address.
        """
        self.ensure_one()
        self._ask("mail")
        return {"type": "ir.actions.act_window_close"}

    def action_told_by_phone(self):
        """Note that the customer was told on the phone, and open the dialog for the answer."""
        self.ensure_one()
        self._ask("call")
        return self.complaint_id.action_record_answer()

    def action_told_at_counter(self):
        """Note that the customer was told at the counter, and open the dialog for the answer."""
        self.ensure_one()
        self._ask("counter")
        return self.complaint_id.action_record_answer()

    def _ask(self, via):
        """Ask the customer through ``via``, one of :data:`~.service_complaint_step.VIAS`."""
        complaint = self.complaint_id
        complaint._lock()
        self._check_can_ask(via)
        complaint._replace_open_question()
        self._keep(
            {
                "sent_at": fields.Datetime.now(),
                "sent_by_id": self.env.uid,
                "sent_via": via,
                "terms": complaint._get_terms(),
            }
        )
        complaint._after_ask(self)

    def _check_can_ask(self, via):
        """Hook: raise a UserError where this can not be asked, or not through ``via``."""
        complaint = self.complaint_id
        if self.state != "draft":
            complaint._refuse(self.env._("The customer was asked this already."))
        complaint._check_can_ask(self.kind)
        if self.kind == "offer" and not ((self.found or "").strip() and (self.offer or "").strip()):
            complaint._refuse(
                self.env._("Write what we found and what we offer, for the customer to read.")
            )
        if via == "mail" and not complaint._get_customer_email():
            complaint._refuse(
                self.env._(
                    "%(customer)s has no e-mail address. Explain it on the phone or at the "
                    "counter.",
                    customer=complaint.partner_id.name or self.env._("The customer"),
                )
            )

    def action_preview(self):
        """Open the page the customer sees."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "target": "self", "url": self.get_portal_url()}

    # ---- the answer -----------------------------------------------------------------------

    def _answer(self, answer, via, words=False, name=False, signature=False):
        """Keep the customer's answer. The caller holds the lock of the complaint.

        :param answer: "yes" or "no".
        :param via: one of :data:`~.service_complaint_step.VIAS`.
        """
        self.ensure_one()
        if self.state != "open":
            self.complaint_id._refuse(
                self.env._("This was answered already, or something newer was asked.")
            )
        # Customers answer without an account; who takes the answer down was checked by the step.
        self.sudo().write(
            {
                "answered_at": fields.Datetime.now(),
                "answer": answer,
                "answer_words": words,
                "answered_via": via,
                "answered_by": name or self.partner_id.name,
                "taken_by_id": via != "portal" and self.env.uid,
                "signature": signature,
            }
        )
