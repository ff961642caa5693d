from odoo import fields, models


class SaleReport(models.Model):
    """Sales analysis tells retail from service; who may not see estimates counts none."""

    _inherit = "sale.report"

    service_order_id = fields.Many2one("service.order", readonly=True)

    def _select_additional_fields(self):
        return super()._select_additional_fields() | {"service_order_id": "s.service_order_id"}
