from odoo import models


class ServiceOrder(models.Model):
    _inherit = "service.order"

    def _check_can_quote(self):
        """Sublet work needs a vendor before the customer is asked: the request for quotation is
        made by the approval, and the customer can do nothing about it."""
        result = super()._check_can_quote()
        jobs = self.job_ids.filtered(lambda job: job.state == "proposed")
        for line in jobs.line_ids:
            if not line._is_sublet():
                continue
            # Advisors do not read all vendors' prices; only whether there is one is asked.
            product = line.product_id.sudo().with_company(line.company_id)
            if not product._select_seller(
                quantity=line.product_uom_qty, uom_id=line.product_uom_id
            ):
                line.service_job_id.order_id._refuse(
                    self.env._(
                        "No vendor does \"%(product)s\" for job \"%(job)s\" in this quantity. The "
                        "buyer enters one on the product (Purchase).",
                        product=line.product_id.display_name,
                        job=line.service_job_id.display_name,
                    )
                )
        return result
