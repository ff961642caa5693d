from odoo import models


class SaleOrder(models.Model):
    """An estimate with work that is held up by a technical review goes to nobody."""

    _inherit = "sale.order"

    def write(self, vals):
        if vals.get("state") == "sent":
            jobs = self.filtered("service_order_id").order_line.service_job_id
            for job in jobs.filtered(lambda job: job.state == "proposed")._get_held_up():
                job.order_id._refuse(job._get_hold_up())
        return super().write(vals)
