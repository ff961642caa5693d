from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.evidence import blind, fingerprint

# The urgency a finding gives to its job, the most urgent first.
URGENCIES = ("red", "yellow")


class ServiceJob(models.Model):
    """What was shown and agreed about a job.

    Whoever changes its labour, parts or prices afterwards takes the question back, or the
    approval: nobody is held to what they did not see.
    """

    _inherit = "service.job"

    proposal_line_ids = fields.One2many("service.proposal.line", "job_id", "Proposed As")
    finding_ids = fields.One2many("service.inspection.line", "job_id", "Findings")

    # ---- what is shown --------------------------------------------------------------------

    def _get_agreed_facts(self):
        """Return what a payer agrees to, as a list of one dict per labour or part line: record
        ids, quantity, unit price and discount as text."""
        self.ensure_one()
        return [
            {
                "line": line.id,
                "product": line.product_id.id,
                "name": line.name,
                "quantity": f"{line.product_uom_qty:.6f}",
                "unit": line.product_uom_id.id,
                "price": f"{line.price_unit:.6f}",
                "discount": f"{line.discount:.4f}",
                "currency": line.currency_id.id,
                "taxes": sorted(line.tax_ids.ids),
                "origin": line.part_origin or "",
            }
            for line in self._get_priced_lines()
        ]

    def _get_priced_lines(self):
        """Return the labour and parts that a payer agrees to; what a manufacturer does not pay
        of them is no part of that."""
        return self.line_ids.filtered(
            lambda line: not line.display_type and not line.service_claim_id
        ).sorted("id")

    def _get_customer_lines(self):
        """Return the priced lines that the customer of the order pays."""
        self.ensure_one()
        lines, customer = self._get_priced_lines(), self.order_id.partner_id
        if self._has_several_payers():
            return lines.filtered(lambda line: line.order_id.partner_id == customer)
        return lines if self.payer_id == customer else lines.browse()

    def _get_customer_total(self):
        """Return what the customer pays for this job, taxes included, in the currency of the
        customer's estimate."""
        return sum(self._get_customer_lines().mapped("price_total"))

    def _prepare_proposal_line_vals(self):
        """Return the frozen copy of this job that a proposal keeps, in the language of the
        environment.

        ``content`` has ``concern``, ``cause``, ``urgency`` ("red", "yellow" or ""),
        ``findings`` (list of ``id`` and ``text``), ``agreed`` (see :meth:`_get_agreed_facts`;
        of what others pay only the fingerprint of each line), ``lines`` (list of what is
        printed: ``name``, ``quantity``, ``unit``, ``price``, ``discount``, ``amount``,
        ``is_labour``, ``origin``, ``share``), ``untaxed``, ``tax`` and ``total``: what the
        customer pays. Prices of other payers are not the customer's to see.
        """
        self.ensure_one()
        lines = self._get_customer_lines()
        shown = set(lines.ids)
        found = self.finding_ids
        currency = lines.currency_id[:1] or self.currency_id
        untaxed = currency.round(sum(lines.mapped("price_subtotal")))
        total = currency.round(sum(lines.mapped("price_total")))
        content = {
            "concern": self.concern,
            "cause": self.cause or "",
            "urgency": next((u for u in URGENCIES if u in found.mapped("result")), ""),
            "findings": [
                {"id": line.id, "text": f"{line.name}: {line._get_finding()}"} for line in found
            ],
            "agreed": [
                facts if facts["line"] in shown else blind(facts)
                for facts in self._get_agreed_facts()
            ],
            "lines": [line._get_shown() for line in lines],
            "untaxed": untaxed,
            "tax": currency.round(total - untaxed),
            "total": total,
        }
        return {
            "job_id": self.id,
            "sequence": self.sequence,
            "name": self._get_section_name(),
            "payer_id": self.payer_id.id,
            "currency_id": currency.id,
            "amount_total": total if lines else self.amount_total,
            "is_for_customer": bool(lines) or self.payer_id == self.order_id.partner_id,
            "content": content,
            "digest": fingerprint(content),
        }

    # ---- the answer -----------------------------------------------------------------------

    def _write_answer(self, answer, evidence, refusals):
        """Keep on these jobs, of one order, what was answered; see
        :meth:`service.order._record_answer`."""
        self._keep(
            {
                "state": answer,
                "authorised_at": fields.Datetime.now(),
                "authorised_by_id": evidence["authorised_via"] != "portal" and self.env.uid,
                "authorised_via": evidence["authorised_via"],
                "authorised_name": evidence.get("authorised_name")
                or self.order_id.partner_id.name,
                "decline_reason": False,
            }
        )
        for job in self:
            if job in refusals:
                job._keep(refusals[job])

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shown(self):
        """What was shown to a customer stays on record."""
        for job in self:
            if job.proposal_line_ids and not self.env.su:
                job.order_id._refuse(
                    self.env._(
                        "Job \"%(job)s\" was shown to the customer in version %(version)s of the "
                        "proposal. Let the customer decline it instead of deleting it.",
                        job=job.display_name,
                        version=job.proposal_line_ids[0].proposal_id.version,
                    )
                )

    # ---- taking it back -------------------------------------------------------------------

    def action_reopen(self):
        """Take back the approval of these jobs, so that labour and parts can be changed.

        :raises UserError: naming the job that is not approved, or whose work has begun.
        """
        for job in self:
            if job.state != "approved":
                job.order_id._refuse(
                    self.env._(
                        "Job \"%(job)s\" is %(state)s. Only a job that is approved and not begun "
                        "can be reopened.",
                        job=job.display_name,
                        state=job._get_state_label(),
                    )
                )
        self._withdraw_question(self.env._("reopened to be changed"))
        return True

    def _withdraw_question(self, why):
        """Called before labour, parts or prices of these jobs change: whoever was asked about
        them has to be asked again.

        A quoted job goes back to proposed, and its proposal is withdrawn. An approved one
        loses its approval, its parts go back to the shelf, and its lines move to a further
        round. Work that has begun stays as it was agreed.

        :param why: what happened, for the history.
        :raises UserError: where the work has begun, or the user may not take an approval back.
        """
        self._check_can_reprice()
        asked = self.filtered(lambda job: job.state in ("quoted", "approved"))
        if not asked:
            return
        asked._lock()
        approved = asked.filtered(lambda job: job.state == "approved")
        if approved:
            approved._check_can_void()
            approved._void_approval(why)
        (asked - approved).order_id._withdraw_proposals()
        asked._write_if_changed("proposed")
        asked._drop_shares()

    def _check_can_void(self):
        """Raise where an approval can not be taken back, or not by this user."""
        invoiced = self.line_ids.filtered(lambda line: line.qty_invoiced)[:1].service_job_id
        if invoiced:
            invoiced.order_id._refuse(
                self.env._(
                    "Job \"%(job)s\" is on an invoice. The accountant cancels or credits it first.",
                    job=invoiced.display_name,
                )
            )
        if self.env.su or self.env.user.has_group("service_advisor.group_advisor"):
            return
        job = self[:1]
        job.order_id._refuse(
            self.env._(
                "Job \"%(job)s\" was approved by %(name)s. Only a service advisor may change it "
                "and ask again: talk to %(advisor)s.",
                job=job.display_name,
                name=job.authorised_name,
                advisor=job.order_id.advisor_id.name,
            )
        )

    def _void_approval(self, why):
        """Undo what the approval of these jobs set going, and keep that it was given."""
        # Advisors write no evidence and move no stock by hand; taking back an approval does.
        jobs = self.sudo()
        jobs.proposal_line_ids._get_standing()._void(why)
        jobs.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))._action_cancel()
        for estimate, lines in jobs.line_ids.grouped("order_id").items():
            estimate._move_to_new_round(lines)
        for job in self:
            job.order_id._tell_voided(job, why)
        self._keep(
            {
                "authorised_at": False,
                "authorised_by_id": False,
                "authorised_via": False,
                "authorised_name": False,
            }
        )

    def _check_can_reprice(self):
        """Raise where the work has begun: what was agreed stays as it is."""
        for job in self:
            if job.state in ("in_work", "qc", "done"):
                raise UserError(
                    self.env._(
                        "Job \"%(job)s\" of %(order)s was approved by %(name)s and the work has "
                        "begun. What was agreed stays as it is: add a new job for more work and "
                        "ask again.",
                        job=job.display_name,
                        order=job.order_id.name,
                        name=job.authorised_name,
                    )
                )
