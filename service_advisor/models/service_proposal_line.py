from odoo import api, fields, models

from ..tools.evidence import blind, fingerprint


class ServiceProposalLine(models.Model):
    """A job as it was shown to the customer, and the answer on it.

    ``content`` is frozen: the words, quantities and prices of that moment, in the customer's
    language; ``digest`` is its fingerprint. Where the lines of an approved job change later,
    the approval is void and the customer is asked again.
    """

    _name = "service.proposal.line"
    _description = "Proposed Job"
    _inherit = "service.listed.mixin"
    _order = "proposal_id desc, sequence, id"
    _listed_by = "proposal_id"

    proposal_id = fields.Many2one(
        "service.proposal", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="proposal_id.company_id", store=True, precompute=True, index=True
    )
    job_id = fields.Many2one("service.job", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    name = fields.Char("Work", required=True)
    payer_id = fields.Many2one("res.partner")
    currency_id = fields.Many2one("res.currency", required=True)
    amount_total = fields.Monetary("Total", aggregator=None)
    is_for_customer = fields.Boolean("Paid by the Customer")
    content = fields.Json("What Was Shown")
    digest = fields.Char("Fingerprint", help="SHA-256 of what was shown.")
    answer = fields.Selection(
        [("open", "No Answer"), ("approved", "Approved"), ("declined", "Declined")],
        default="open",
        required=True,
    )
    decline_reason = fields.Char("Reason for Declining")
    voided_at = fields.Datetime("Void Since")
    voided_by_id = fields.Many2one("res.users")
    void_reason = fields.Char("Void Because")
    is_intact = fields.Boolean(
        "Unchanged Since",
        compute="_compute_is_intact",
        help="Labour, parts and prices of the job are still those that were shown, and the "
        "record of it still has its fingerprint.",
    )

    @api.depends("content", "digest")
    def _compute_is_intact(self):
        for line in self:
            line.is_intact = line._has_its_fingerprint() and line._matches_job()

    def _has_its_fingerprint(self):
        """Tell whether what was shown is still the text that the fingerprint was taken of."""
        return bool(self.content) and fingerprint(self.content) == self.digest

    def _matches_job(self):
        """Tell whether the job still has the labour, parts and prices that were shown."""
        shown = (self.content or {}).get("agreed") or []
        # What others pay was kept as fingerprints only.
        return [*map(blind, shown)] == [*map(blind, self.job_id._get_agreed_facts())]

    def _keep_answer(self, answer):
        """Keep the answer of the customer on these lines, with the reason given on the job."""
        self.answer = answer
        for reason, lines in self.grouped(lambda line: line.job_id.decline_reason).items():
            if reason:
                lines.decline_reason = reason

    def _get_standing(self):
        """Return the lines whose approval holds."""
        return self.filtered(lambda line: line.answer == "approved" and not line.voided_at)

    def _void(self, reason):
        """Take back these approvals: what was approved is no longer what is going to be done."""
        self.write(
            {
                "voided_at": fields.Datetime.now(),
                "voided_by_id": self.env.uid,
                "void_reason": reason,
            }
        )

    # ---- what is printed ------------------------------------------------------------------

    def _get_photos(self):
        """Return the photos of the findings that were shown, as base64."""
        self.ensure_one()
        ids = [finding["id"] for finding in self.content["findings"]]
        # Customers see the photos of their own car, not the inspections of the workshop.
        findings = self.env["service.inspection.line"].sudo().browse(ids).exists()
        return [finding.photo for finding in findings if finding.photo]

    def _get_origin_label(self, origin):
        """Return the name of a part origin in the language of the environment."""
        selection = self.env["sale.order.line"]._fields["part_origin"]
        return dict(selection._description_selection(self.env)).get(origin, origin)

    def _get_payer_label(self):
        """Return in one word who pays instead of the customer; never a price or a name."""
        selection = self.env["service.job"]._fields["pay_type"]
        return dict(selection._description_selection(self.env))[self.job_id.pay_type]

    def _sum_shown(self, labour):
        """Return the sum without taxes of what was shown as labour, or else as parts; what only
        moves money between the payers is neither."""
        return sum(
            item["amount"]
            for line in self
            for item in line.content["lines"]
            if item["is_labour"] == labour and not item.get("share")
        )

    def _sum_borne(self, by_customer):
        """Return the sum without taxes of what the customer bears for others (a deductible, a
        share of their work), or else of what others bear for the customer (negative)."""
        return sum(
            item["amount"]
            for line in self
            for item in line.content["lines"]
            if item.get("share") and (item["amount"] > 0) == by_customer
        )

    def _is_deductible_only(self):
        """Tell whether the customer pays nothing of this job but the deductible."""
        self.ensure_one()
        shares = {item.get("share") for item in self.content["lines"]}
        return shares == {"deductible"}
