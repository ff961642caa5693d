from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """Lines that move money from one payer of a job to another.

    They come in pairs of the same quantity and opposite prices: one on the estimate of the job's
    payer, one on that of whoever bears the share. Work and parts themselves stay where they are,
    with their full price, so that stock, costs and revenue by product are right.
    """

    _inherit = "sale.order.line"

    service_share_kind = fields.Selection(
        [("share", "Share"), ("deductible", "Deductible")],
        "Moves Money Between Payers",
        readonly=True,
        copy=False,
        help="Neither labour nor a part: it is made from what the job says about its payers.",
    )
    service_share_of_id = fields.Many2one(
        "sale.order.line",
        "Share Of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        help="The labour or part that is shared: what is delivered of it is delivered of its "
        "shares.",
    )
    service_share_id = fields.Many2one(
        "service.job.share",
        "Made From",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    # Kept on the line, so that the many lines nobody shares need not look for their shares.
    service_has_shares = fields.Boolean("Shared", readonly=True, copy=False)
    qty_delivered_method = fields.Selection(selection_add=[("service_share", "Shared Line")])

    @api.depends("service_share_of_id")
    def _compute_qty_delivered_method(self):
        result = super()._compute_qty_delivered_method()
        for line in self:
            if line.service_share_of_id:
                line.qty_delivered_method = "service_share"
        return result

    def _compute_qty_delivered(self):
        result = super()._compute_qty_delivered()
        self._deliver_shares()
        return result

    def _prepare_qty_delivered(self):
        """What is delivered of the shared line is delivered of its shares."""
        quantities = super()._prepare_qty_delivered()
        for line in self:
            if line.qty_delivered_method == "service_share":
                shared = line.service_share_of_id
                quantities[line] = (
                    shared.qty_delivered_at_date
                    if self._date_in_the_past()
                    else shared.qty_delivered
                )
        return quantities

    def _deliver_shares(self):
        """Let the shares of these lines follow what is delivered of the lines themselves."""
        shared = self.filtered("service_has_shares")
        if not shared:
            return
        # Whoever issues a part or finishes a job need not be allowed to sell.
        shares = self.sudo().search([("service_share_of_id", "in", shared.ids)])
        for share in shares:
            share.qty_delivered = share.service_share_of_id.qty_delivered

    def _check_no_share(self):
        """Refuse to change by hand what the percentages of the job make."""
        for line in self.filtered("service_share_kind")[:1]:
            line.service_job_id.order_id._refuse(
                self.env._(
                    "\"%(line)s\" is made from what job \"%(job)s\" says about its payers. Change "
                    "\"Shared With\" or the deductible on the job instead.",
                    line=line.name,
                    job=line.service_job_id.display_name,
                )
            )

    def _get_work(self):
        """Return the labour and parts that these lines are, or are shares of."""
        shares = self.filtered("service_share_of_id")
        return (self - shares) | shares.service_share_of_id

    def _get_payers(self):
        """Return the partners on whose estimate this line may stand."""
        self.ensure_one()
        job = self.service_job_id
        if not self.service_share_kind:
            return job.payer_id
        return job.payer_id | job.share_ids.payer_id | job.order_id.partner_id
