from odoo import api, fields, models
from odoo.tools import formatLang

from .service_job import PAY_TYPES


class ServiceJobShare(models.Model):
    """A part of a job that somebody else bears, in percent of all labour and parts."""

    _name = "service.job.share"
    _description = "Share of a Job"
    _order = "job_id, id"

    job_id = fields.Many2one("service.job", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="job_id.company_id", store=True, index=True)
    pay_type = fields.Selection(PAY_TYPES, default="goodwill", required=True)
    payer_id = fields.Many2one(
        "res.partner",
        "Borne By",
        compute="_compute_payer_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Proposed from the car and the pay type.",
    )
    percent = fields.Float("Share (%)", digits=(5, 2), required=True)

    _percent_range = models.Constraint(
        "CHECK(percent > 0 AND percent <= 100)",
        "A share is more than 0 and at most 100 percent. Delete the shares that are not wanted.",
    )

    @api.depends("pay_type", "percent", "payer_id")
    def _compute_display_name(self):
        labels = dict(self._fields["pay_type"]._description_selection(self.env))
        for share in self:
            payer = share.payer_id.name or labels[share.pay_type]
            share.display_name = f"{self._format_percent(share.percent)} % {payer}"

    @api.depends("pay_type")
    def _compute_payer_id(self):
        proposals = self.job_id.order_id._propose_payers(set(self.mapped("pay_type")))
        for share in self:
            share.payer_id = proposals.get((share.job_id.order_id, share.pay_type))

    @api.constrains("job_id", "percent")
    def _check_percent(self):
        for job in self.job_id:
            total = round(sum(job.share_ids.mapped("percent")), 2)
            if total > 100:
                job.order_id._refuse(
                    self.env._(
                        "Others would bear %(total)s %% of job \"%(job)s\". Shares make 100 %% at "
                        "most; what they leave is paid by %(payer)s.",
                        total=self._format_percent(total),
                        job=job.display_name,
                        payer=job.payer_id.name or self.env._("the payer of the job"),
                    )
                )

    # ---- records --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # A row that was added before the car was known has nobody yet: propose again.
        vals_list = [
            {name: value for name, value in vals.items() if name != "payer_id" or value}
            for vals in vals_list
        ]
        shares = super().create(vals_list)
        shares.job_id._withdraw_question(self.env._("shares of the payers changed"))
        shares.job_id.filtered(lambda job: not job.is_shared)._keep({"is_shared": True})
        shares.job_id._sync_claims()
        return shares

    def write(self, vals):
        self.job_id._withdraw_question(self.env._("shares of the payers changed"))
        result = super().write(vals)
        if "job_id" in vals:
            self.job_id._refuse_to_move()
        self.job_id._sync_claims()
        return result

    def unlink(self):
        jobs = self.job_id
        jobs._withdraw_question(self.env._("shares of the payers changed"))
        result = super().unlink()
        jobs.filtered(lambda job: not job.share_ids)._keep({"is_shared": False})
        jobs._sync_claims()
        return result

    # ---- texts ----------------------------------------------------------------------------

    @api.model
    def _format_percent(self, percent):
        """Return a percentage without the decimals it does not need, as 40 or 33.33."""
        text = formatLang(self.env, percent, digits=2)
        point = self.env["res.lang"]._get_data(code=self.env.lang or "en_US").decimal_point or "."
        return text.rstrip("0").rstrip(point) if point in text else text

    def _get_line_name(self, work, reader):
        """Return how the share of ``work`` is called on the estimate of ``reader``, in the
        language of that partner. Customers who bear a part of what others pay are not told which
        part: the prices of others could be worked out of it."""
        self.ensure_one()
        share = self.with_context(lang=reader.lang or self.env.lang)
        if share.pay_type == "customer" and reader == share.payer_id:
            return share.env._("Your share of %(work)s", work=work)
        return share.env._(
            "%(percent)s %% of %(work)s, borne by %(payer)s",
            percent=share._format_percent(share.percent),
            work=work,
            payer=share.payer_id.name,
        )
