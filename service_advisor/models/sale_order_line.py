from odoo import api, fields, models

from .service_job import AUTHORISED_STATES

# What the payer agreed to; quantities delivered or invoiced are not part of it.
AGREED_FIELDS = {
    "product_id",
    "product_uom_qty",
    "product_uom_id",
    "price_unit",
    "discount",
    "tax_ids",
    "service_job_id",
}


class SaleOrderLine(models.Model):
    """Labour or part of a job."""

    _inherit = "sale.order.line"

    service_job_id = fields.Many2one(
        "service.job", "Job", index="btree_not_null", ondelete="restrict", copy=False
    )

    @api.model_create_multi
    def create(self, vals_list):
        Job = self.env["service.job"]
        for vals in vals_list:
            if vals.get("service_job_id") and not vals.get("order_id"):
                job = Job.browse(vals["service_job_id"])
                job._check_can_reprice()
                vals["order_id"] = job._get_open_estimate().id
                vals.setdefault("sequence", job._get_line_sequence())
        return super().create(vals_list)

    def write(self, vals):
        if AGREED_FIELDS & vals.keys():
            self._check_not_agreed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self._check_not_agreed()

    def _check_not_agreed(self):
        """Approved work is evidence: its lines stay as the payer saw them."""
        jobs = self.service_job_id
        jobs.filtered(lambda job: job.state in AUTHORISED_STATES)._check_can_reprice()

    def _prepare_procurement_values(self):
        values = super()._prepare_procurement_values()
        order = self.order_id.service_order_id
        if order:
            values["service_job_id"] = self.service_job_id.id
            values["service_order_id"] = order.id
            values["date_planned"] = min(values["date_planned"], fields.Datetime.now())
            if not self.route_ids and not self._is_made_to_order():
                values["route_ids"] = self.warehouse_id.workshop_route_id
        return values

    def _is_made_to_order(self):
        """Products made to order keep their own route; only the operation type changes."""
        routes = self.product_id.route_ids | self.product_id.categ_id.total_route_ids
        return bool(routes and routes & self.warehouse_id.mto_pull_id.route_id)
