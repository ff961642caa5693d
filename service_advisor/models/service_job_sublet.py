from odoo import api, fields, models


class ServiceJob(models.Model):
    """Work of a job that a vendor does."""

    _inherit = "service.job"

    sublet_status = fields.Selection(
        [
            ("request", "To Order"),
            ("ordered", "Ordered"),
            ("received", "Done by the Vendor"),
        ],
        "Sublet",
        compute="_compute_sublet_status",
        groups="base.group_user",
        help="How far the vendor is with the work that was given out of the house.",
    )

    @api.depends("line_ids.purchase_line_ids.state", "line_ids.purchase_line_ids.qty_received")
    def _compute_sublet_status(self):
        """The purchase line that is the furthest behind decides."""
        steps, found = list(dict(self._fields["sublet_status"].selection)), {}
        # The workshop may know how far the vendor is; the purchase orders stay with the buyers.
        lines = self.env["purchase.order.line"].sudo().search_fetch(
            [("sale_line_id.service_job_id", "in", self.ids), ("state", "!=", "cancel")],
            ["state", "product_qty", "qty_received", "sale_line_id"],
        )
        for line in lines:
            step = "request"
            if line.state == "purchase":
                full = line.qty_received >= line.product_qty
                step = "received" if full else "ordered"
            job = line.sale_line_id.service_job_id.id
            found[job] = min(found.get(job, step), step, key=steps.index)
        for job in self:
            job.sublet_status = found.get(job._origin.id, False)

    def _void_approval(self, why):
        """Nothing is bought on an approval that was taken back."""
        lines = self.line_ids
        if any(line._is_sublet() for line in lines):
            lines._cancel_sublet()
            # Advisors take approvals back; they do not buy.
            lines.sudo()._warn_buyers()
        return super()._void_approval(why)
