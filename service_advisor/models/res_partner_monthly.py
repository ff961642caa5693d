from odoo import api, fields, models
from odoo.exceptions import AccessError


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

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("service_monthly_invoice") for vals in vals_list):
            self._check_may_set_monthly()
        return super().create(vals_list)

    def write(self, vals):
        if "service_monthly_invoice" in vals:
            monthly = bool(vals["service_monthly_invoice"])
            if any(partner.service_monthly_invoice != monthly for partner in self):
                self._check_may_set_monthly()
        return super().write(vals)

    @api.model
    def _check_may_set_monthly(self):
        """Refuse whoever is no accountant: cars of a payer with a monthly invoice leave before
        it is made."""
        if self.env.su or self.env.user.has_group("account.group_account_invoice"):
            return
        raise AccessError(
            self.env._(
                "Only an accountant says who gets one invoice a month: the cars of such a "
                "customer leave unpaid. Ask one, or let the invoice be made with the order."
            )
        )
