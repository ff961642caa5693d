from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # Work in progress asks which of all the lines there ever were are not invoiced: few.
    _service_open_idx = models.Index(
        "(order_id) WHERE service_job_id IS NOT NULL AND untaxed_amount_to_invoice != 0"
    )
