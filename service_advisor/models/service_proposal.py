from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import formatLang


class ServiceProposal(models.Model):
    """One version of what was proposed to the customer, and what the customer answered.

    Only the steps of the order write it, nobody has the right to: what was shown, to whom and
    when, is the evidence of every approval. An answer closes it; open jobs go into the next
    version.
    """

    _name = "service.proposal"
    _description = "Service Proposal"
    _inherit = ["portal.mixin", "service.listed.mixin"]
    _order = "order_id desc, version desc"
    _listed_by = "order_id"

    order_id = fields.Many2one(
        "service.order", "Service Order", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, precompute=True, index=True
    )
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True)
    # Whoever has it answers in the customer's name: the desk, and the customer.
    access_token = fields.Char(
        groups="service_advisor.group_reception,base.group_portal,base.group_public"
    )
    lang = fields.Char("Language", required=True, help="The language the customer was asked in.")
    version = fields.Integer(required=True, aggregator=None)
    state = fields.Selection(
        [("open", "Waiting for an Answer"), ("answered", "Answered"), ("replaced", "Replaced")],
        default="open",
        required=True,
    )
    proposed_at = fields.Datetime("Proposed On", required=True)
    proposed_by_id = fields.Many2one("res.users", required=True)
    valid_until = fields.Datetime()
    promised_at = fields.Datetime("Promised")
    promise_limit = fields.Char("Limited By")
    sent_at = fields.Datetime("Sent On")
    remind_at = fields.Datetime("Remind On", help="When the customer is asked once more.")
    escalate_at = fields.Datetime(
        "Escalate On", help="When the advisor is told to call the customer."
    )
    answered_at = fields.Datetime("Answered On")
    answered_by = fields.Char()
    answered_via = fields.Selection(
        [("counter", "Counter"), ("phone", "Phone"), ("portal", "Customer Portal")],
        "Answered Through",
    )
    taken_by_id = fields.Many2one("res.users", "Answer Taken By")
    signature = fields.Image(max_width=1024, max_height=512)
    document_id = fields.Many2one(
        "ir.attachment", "Signed Proposal", help="The PDF that was filed with the answer."
    )
    line_ids = fields.One2many("service.proposal.line", "proposal_id", "Jobs")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    amount_total = fields.Monetary("Customer's Total", compute="_compute_amount_total")
    is_expired = fields.Boolean("Expired", compute="_compute_is_expired")

    _open_uniq = models.UniqueIndex(
        "(order_id) WHERE state = 'open'",
        "Somebody has just proposed a newer version. Reload the order and look again.",
    )
    _remind_idx = models.Index("(remind_at) WHERE state = 'open' AND remind_at IS NOT NULL")
    _escalate_idx = models.Index(
        "(escalate_at) WHERE state = 'open' AND escalate_at IS NOT NULL"
    )
    _unfiled_idx = models.Index("(id) WHERE state = 'answered' AND document_id IS NULL")

    @api.depends("order_id.name", "version")
    def _compute_display_name(self):
        for proposal in self:
            proposal.display_name = self.env._(
                "%(order)s, version %(version)s",
                order=proposal.order_id.name,
                version=proposal.version,
            )

    @api.depends("line_ids.currency_id", "order_id.currency_id")
    def _compute_currency_id(self):
        """That of the customer's price list, which need not be the company's."""
        for proposal in self:
            lines = proposal.line_ids.filtered("is_for_customer")
            proposal.currency_id = lines.currency_id[:1] or proposal.order_id.currency_id

    @api.depends("line_ids.amount_total")
    def _compute_amount_total(self):
        for proposal in self:
            lines = proposal.line_ids.filtered("is_for_customer")
            proposal.amount_total = sum(lines.mapped("amount_total"))

    @api.depends("state", "valid_until")
    def _compute_is_expired(self):
        now = fields.Datetime.now()
        for proposal in self:
            proposal.is_expired = bool(
                proposal.state == "open" and proposal.valid_until and proposal.valid_until < now
            )

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for proposal in self:
            proposal.access_url = f"/my/service-proposals/{proposal.id}"
        return result

    def _get_report_base_filename(self):
        """Return the name of the file the customer downloads."""
        self.ensure_one()
        return self.env._(
            "Proposal %(order)s-%(version)s", order=self.order_id.name, version=self.version
        )

    # ---- a new version --------------------------------------------------------------------

    @api.model
    def _prepare_proposal_vals(self, jobs, version):
        """Return the values of version ``version`` of a proposal of ``jobs``, of one order."""
        order = jobs.order_id
        promised_at, promise_limit = order._get_offered_promise()
        lang = order.partner_id.lang or order.company_id.partner_id.lang or self.env.lang or "en_US"
        return {
            "order_id": order.id,
            "partner_id": order.partner_id.id,
            "lang": lang,
            "version": version,
            "proposed_by_id": self.env.uid,
            "promised_at": promised_at,
            "promise_limit": promise_limit,
            **self._prepare_deadline_vals(order.company_id),
            "line_ids": [
                Command.create(job.with_context(lang=lang)._prepare_proposal_line_vals())
                for job in jobs
            ],
        }

    @api.model
    def _prepare_deadline_vals(self, company):
        """Return when a proposal made now is asked about again, and how long it holds."""
        now = fields.Datetime.now()

        def after(**delay):
            return now + timedelta(**delay) if any(delay.values()) else False

        return {
            "proposed_at": now,
            "valid_until": after(days=company.service_proposal_validity),
            "remind_at": after(hours=company.service_reminder_hours),
            "escalate_at": after(hours=company.service_escalation_hours),
        }

    def _get_note(self):
        """Return the sentence that keeps this version in the order's history."""
        self.ensure_one()
        return self.env._(
            "Proposed, version %(version)s: %(jobs)s. Total %(total)s.",
            version=self.version,
            jobs=", ".join(self.line_ids.mapped("name")),
            total=formatLang(self.env, self.amount_total, currency_obj=self.currency_id),
        )

    # ---- the answer -----------------------------------------------------------------------

    def _close(self, evidence):
        """Keep who answered, when and how. The proposal can not be answered again.

        :param evidence: dict of ``authorised_via``, ``authorised_name`` and ``signature``.
        """
        vals = {
            "state": "answered",
            "answered_at": fields.Datetime.now(),
            "answered_via": evidence["authorised_via"],
            "taken_by_id": evidence["authorised_via"] != "portal" and self.env.uid,
        }
        if evidence.get("signature"):
            vals["signature"] = evidence["signature"]
        for partner, same in self.grouped("partner_id").items():
            same.write(vals | {"answered_by": evidence.get("authorised_name") or partner.name})
        # By its id, which is in memory.
        xmlid = "service_advisor.ir_cron_file_proposals"
        filing = self.env["ir.model.data"]._xmlid_to_res_id(xmlid, raise_if_not_found=True)
        self.env["ir.cron"].browse(filing)._trigger()

    def _answer_on_portal(self, given, name, signature):
        """Keep what the customer answered by the link.

        :param given: ``{service.job: {"answer", "decline_reason", "followup_date"}}``.
        :param signature: base64 of the drawn signature.
        :raises UserError: where there is nothing to answer any more, or nothing was answered.
        """
        self.ensure_one()
        order = self.order_id
        if self.state != "open" or self.is_expired:
            raise UserError(
                self.env._(
                    "This proposal can not be answered any more. Please reload the page, or call "
                    "us."
                )
            )
        answers = {
            answer: order.job_ids.filtered(
                lambda job, wanted=answer: given.get(job, {}).get("answer") == wanted
            )
            for answer in ("approved", "declined")
        }
        if not any(answers.values()):
            raise UserError(self.env._("Please answer at least one job with yes or no."))
        refusals = {
            job: {
                "decline_reason": given[job]["decline_reason"] or self.env._("No reason given"),
                "followup_date": given[job]["followup_date"],
            }
            for job in answers["declined"]
        }
        evidence = {
            "authorised_via": "portal",
            "authorised_name": name,
            "signature": signature,
        }
        order._record_answer(
            {answer: jobs for answer, jobs in answers.items() if jobs},
            evidence,
            seen=self,
            refusals=refusals,
        )
        order._tell_answered(self)

    def action_preview(self):
        """Open the page the customer sees."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "target": "self", "url": self.get_portal_url()}

    # ---- what a customer may see ----------------------------------------------------------

    def _get_printed_link(self):
        """Return the link under which the customer answers, to be printed; False where there is
        nothing to answer, or whoever prints may not answer in the customer's name."""
        self.ensure_one()
        if self.state != "open" or self.is_expired:
            return False
        if not self._has_field_access(self._fields["access_token"], "read"):
            return False
        return self.get_base_url() + self.get_portal_url()

    def _get_newer(self):
        """Return the latest version of this proposal's order, if the same customer was asked."""
        self.ensure_one()
        newest = self.order_id.proposal_ids.sorted("version")[-1:]
        return newest.filtered(
            lambda newer: newer.version > self.version and newer.partner_id == self.partner_id
        )
