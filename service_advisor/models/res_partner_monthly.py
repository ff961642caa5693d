from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Not per company: it is read with the partner on every invoice, and a manufacturer who
    # wants one invoice a month wants it of every shop.
    service_monthly_invoice = fields.Boolean(
        "Monthly Invoice for Service Orders",
        help="Service orders are not invoiced one by one to this payer, but together once a "
        "month: Service, Invoicing, Monthly Invoices.",
    )

    @api.model
    def _commercial_fields(self):
        return [*super()._commercial_fields(), "service_monthly_invoice"]
