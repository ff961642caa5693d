from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang


class ServiceMonthlyInvoiceWizard(models.TransientModel):
    """One invoice per manufacturer, or other payer with a monthly invoice, over all orders that
    were ready by the end of the period."""

    _name = "service.monthly.invoice.wizard"
    _description = "Monthly Invoices"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    period_end = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self) + relativedelta(day=1, days=-1),
        help="Orders that were ready by the end of this day are invoiced.",
    )
    payer_ids = fields.Many2many(
        "res.partner",
        string="Payers",
        domain=[("service_monthly_invoice", "=", True)],
        help="Empty: every payer with a monthly invoice.",
    )
    estimate_ids = fields.Many2many(
        "sale.order", string="Estimates to Invoice", compute="_compute_preview"
    )
    waiting_claim_ids = fields.Many2many(
        "service.claim", string="Claims Not Answered Yet", compute="_compute_preview"
    )
    summary = fields.Text("Invoices", compute="_compute_preview")

    @api.depends("company_id", "period_end", "payer_ids")
    def _compute_preview(self):
        for wizard in self:
            found = wizard._find_estimates()
            wizard.waiting_claim_ids = found._get_waiting_claims()
            wizard.estimate_ids = found._get_monthly_lines().order_id
            wizard.summary = "\n".join(
                self.env._(
                    "%(payer)s: %(count)s service orders, %(amount)s without taxes",
                    payer=payer.display_name,
                    count=count,
                    amount=formatLang(self.env, amount, currency_obj=currency),
                )
                for payer, currency, count, amount in found._sum_to_bill()
            )

    def _find_estimates(self):
        """Return the estimates that were to be invoiced by the end of the period."""
        Estimate = self.env["sale.order"]
        if not self.period_end:
            return Estimate
        # loop: the preview of the one dialog that is open
        return Estimate.search(
            Estimate._get_monthly_domain(
                self.company_id, self.period_end, self.payer_ids._origin
            )
        )

    def action_create(self):
        """Create the draft invoices and open them.

        :raises UserError: where nothing is left to invoice.
        """
        self.ensure_one()
        moves = self._find_estimates()._create_monthly_invoices()
        if not moves:
            raise UserError(
                self.env._(
                    "Nothing is left to invoice until %(day)s. Orders have to be ready, and "
                    "warranty claims approved by the manufacturer, before they are on a monthly "
                    "invoice.",
                    day=self.period_end,
                )
            )
        moves.invoice_date = self.period_end
        return moves._get_records_action(name=self.env._("Monthly Invoices"))
