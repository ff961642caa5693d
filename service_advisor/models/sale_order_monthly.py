from datetime import datetime, time

import pytz
from odoo import Command, api, models
from odoo.exceptions import LockError
from odoo.fields import Domain

from ..exceptions import BusyError
from .service_claim import ANSWERED_STATES

# States of service orders whose estimates are invoiced.
INVOICED_STATES = ("ready", "delivered", "closed")


class SaleOrder(models.Model):
    """One invoice a month for payers who want it, over all their estimates."""

    _inherit = "sale.order"

    def _get_monthly(self):
        """Return the estimates of these that are invoiced with the month, not with their
        order."""
        return self.filtered(
            lambda estimate: estimate.service_order_id
            and estimate.partner_id.service_monthly_invoice
        )

    @api.model
    def _get_monthly_domain(self, company, period_end, payers):
        """Return the domain of the estimates that a monthly run looks at.

        :param period_end: date; orders that were ready on it, in the user's time zone, count.
        :param payers: ``res.partner``; empty: every payer with a monthly invoice.
        """
        zone = pytz.timezone(self.env.user.tz or "UTC")
        end = zone.localize(datetime.combine(period_end, time.max)).astimezone(pytz.utc)
        domain = (
            Domain("company_id", "=", company.id)
            & Domain("invoice_status", "=", "to invoice")
            & Domain("service_order_id.state", "in", INVOICED_STATES)
            & Domain("service_order_id.ready_at", "<=", end.replace(tzinfo=None))
            & Domain("partner_id.service_monthly_invoice", "=", True)
        )
        if payers:
            domain &= Domain("partner_id", "child_of", payers.ids)
        return domain

    def _get_waiting_claims(self):
        """Return the claims of these estimates that the manufacturer has not answered."""
        lines = self.order_line.filtered(lambda line: line.qty_to_invoice)
        return lines._get_service_claim().filtered(
            lambda claim: claim.state not in ANSWERED_STATES
        )

    def _get_monthly_lines(self):
        """Return the lines of these estimates that a monthly run bills now."""
        lines = self.order_line.filtered(
            lambda line: not line.display_type and line.qty_to_invoice
        )
        return lines._filter_claimed()

    def _create_monthly_invoices(self):
        """Create the draft invoices of these estimates: one per payer, company and currency.

        :return: ``account.move`` records.
        :raises BusyError: where somebody else is invoicing one of them at this moment.
        """
        self._lock_to_invoice()
        due = self.filtered(lambda estimate: estimate.invoice_status == "to invoice")
        # The parts of one order stand together.
        due = due._get_monthly_lines().order_id.sorted(
            lambda estimate: (estimate.service_order_id.id, estimate.id)
        )
        monthly = due.with_context(service_monthly=True, raise_if_nothing_to_invoice=False)
        return monthly._create_invoices(final=True) if due else self.env["account.move"]

    def _lock_to_invoice(self):
        """Let one of two accountants who invoice the same estimates go first."""
        try:
            self.lock_for_update(allow_referencing=True)
            self.order_line.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise BusyError(
                self.env._(
                    "Somebody else is invoicing these service orders at this moment. Wait until "
                    "that run is over, then look again."
                )
            ) from error
        self.invalidate_recordset(["invoice_status"])
        self.order_line.invalidate_recordset(["qty_to_invoice", "qty_invoiced"])

    # ---- Odoo's invoices ------------------------------------------------------------------

    def _get_invoice_grouping_keys(self):
        keys = super()._get_invoice_grouping_keys()
        if self.env.context.get("service_monthly"):
            return [key for key in keys if key not in ("partner_shipping_id", "invoice_origin")]
        return keys

    def _get_invoiceable_lines(self, final=False):
        lines = super()._get_invoiceable_lines(final)
        if not self.env.context.get("service_monthly"):
            return lines
        kept = lines._filter_claimed()
        return kept if any(not line.display_type for line in kept) else kept.browse()

    def _prepare_invoice(self):
        values = super()._prepare_invoice()
        if self.env.context.get("service_monthly"):
            section = {"display_type": "line_section", "name": self._get_monthly_section()}
            values["invoice_line_ids"] = [Command.create(dict(section, sequence=0))]
        return values

    def _get_monthly_section(self):
        """Return the heading of this estimate on a monthly invoice: what the payer needs to
        find the car in the own books."""
        order = self.service_order_id
        parts = [order.name, order.plate, order.vehicle_id.vin]
        claims = self.order_line._filter_claimed()._get_service_claim()
        for claim in claims:
            number = claim.name
            if claim.manufacturer_ref:
                number = f"{number} ({claim.manufacturer_ref})"
            parts.append(self.env._("claim %s", number))
        return ", ".join(part for part in parts if part)

    def _sum_to_bill(self):
        """Return what a monthly run bills of these estimates without taxes, as
        ``[(payer, currency, number of orders, amount)]``."""
        result = []
        for (payer, currency), same in self._get_monthly_lines().grouped(
            lambda line: (line.order_id.partner_invoice_id, line.currency_id)
        ).items():
            amount = sum(
                line.price_subtotal * line.qty_to_invoice / line.product_uom_qty
                for line in same
                if line.product_uom_qty
            )
            orders = same.order_id.service_order_id
            result.append((payer, currency, len(orders), currency.round(amount)))
        return result
