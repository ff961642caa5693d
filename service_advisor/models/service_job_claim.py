from odoo import fields, models


class ServiceJob(models.Model):
    """The claim on the manufacturer behind a warranty job."""

    _inherit = "service.job"

    # Customers read jobs in the portal, and never what the manufacturer pays.
    claim_ids = fields.One2many(
        "service.claim",
        "job_id",
        "Warranty Claims",
        groups="service_advisor.group_reception,service_advisor.group_technician,"
        "account.group_account_invoice",
    )
    claim_count = fields.Integer(
        compute="_compute_claim_count",
        groups="service_advisor.group_reception,service_advisor.group_technician,"
        "account.group_account_invoice",
    )

    def _compute_claim_count(self):
        counts = dict(
            self.env["service.claim"]._read_group(
                [("job_id", "in", self.ids)], ["job_id"], ["__count"]
            )
        )
        for job in self:
            job.claim_count = counts.get(job._origin, 0)

    def write(self, vals):
        """A draft claim follows the payer of its job, and ends with the warranty or the work."""
        changed = self.browse()
        if "pay_type" in vals or "payer_id" in vals or vals.get("state") in (
            "declined",
            "cancelled",
        ):
            changed = self.filtered(lambda job: job._get_warranty_payers())
        result = super().write(vals)
        changed._sync_claims()
        return result

    def _get_warranty_payers(self):
        """Hook: return the partners on whom this job is claimed under warranty: who pays it, and
        who bears a share of it."""
        self.ensure_one()
        payers = self.env["res.partner"]
        if self.state in ("declined", "cancelled"):
            return payers
        if self.pay_type == "warranty":
            payers = self.payer_id
        if self.is_shared:
            shares = self.share_ids.filtered(lambda share: share.pay_type == "warranty")
            payers |= shares.payer_id
        return payers

    def _ensure_claims(self):
        """Return the claims of these jobs, made where there is none: one per job and payer
        under warranty."""
        # Who marks a car ready, or reads a claim, need not have the right to claim.
        Claim = self.env["service.claim"].sudo()
        claims = Claim.search([("job_id", "in", self.ids)])
        known = {(claim.job_id.id, claim.manufacturer_id.id) for claim in claims}
        new = Claim.create(
            [
                job._prepare_claim_vals(payer)
                for job in self
                for payer in job._get_warranty_payers()
                if (job.id, payer.id) not in known
            ]
        )
        # Parts may have been issued while somebody else was to pay.
        new.job_id.filtered(lambda job: job.pay_type == "warranty").move_ids._tag_late()
        return (claims | new).sudo(False)

    def _prepare_claim_vals(self, payer):
        """Return the values of the claim of this job on ``payer``."""
        self.ensure_one()
        lines = self.line_ids.filtered(
            lambda line: line.order_id.partner_id == payer and not line.display_type
        )
        return {
            "job_id": self.id,
            "manufacturer_id": payer.id,
            "currency_id": (lines.currency_id[:1] or self.currency_id).id,
        }

    def _sync_claims(self):
        """Bring the draft claims of these jobs in line with who pays them now."""
        if not self:
            return
        over = self.filtered(lambda job: not job._get_warranty_payers())
        if over:
            # No manufacturer asks for these old parts any more. Advisors make no tags by hand.
            self.env["service.warranty.part"].sudo().search(
                [("job_id", "in", over.ids), ("state", "=", "kept")]
            ).unlink()
        # Advisors who change a payer need not have the right to delete claims.
        drafts = self.env["service.claim"].sudo().search(
            [("job_id", "in", self.ids), ("state", "=", "draft")]
        )
        for claim in drafts:
            payers = claim.job_id._get_warranty_payers()
            if claim.manufacturer_id in payers:
                continue
            free = payers - claim.job_id.claim_ids.manufacturer_id
            if free:
                claim._keep(claim.job_id._prepare_claim_vals(free[0]))
            else:
                claim.order_id._message_log(
                    body=self.env._(
                        "Warranty claim %(claim)s is off: \"%(job)s\" is no warranty job any more.",
                        claim=claim.name,
                        job=claim.job_id.display_name,
                    )
                )
                claim.unlink()

    def action_claim(self):
        """Open the warranty claims of these jobs, made where there is none yet.

        :raises UserError: naming the job that no manufacturer pays.
        """
        for job in self:
            if not job._get_warranty_payers():
                job.order_id._refuse(
                    self.env._(
                        "Job \"%(job)s\" is not paid under warranty, so there is nothing to "
                        "claim. Set its pay type and payer first.",
                        job=job.display_name,
                    )
                )
        self.env["service.claim"].check_access("read")
        return self._ensure_claims()._get_records_action(name=self.env._("Warranty Claims"))
