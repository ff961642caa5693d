from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import float_repr

# Whoever types one of these moves the price away from what Odoo computed.
PRICE_FIELDS = {"price_unit", "discount"}
# What Odoo computes a price from.
PRICED_BY_FIELDS = {"product_id", "product_uom_id", "product_uom_qty"}


class SaleOrderLine(models.Model):
    """What a line would cost by the price list, where somebody typed another price, and which
    department it is booked on."""

    _inherit = "sale.order.line"

    service_list_price = fields.Float(
        "Price by Price List",
        readonly=True,
        copy=False,
        digits="Product Price",
        help="What Odoo computed, price list discounts included, when a price or a discount was "
        "typed. 0: nobody typed one.",
    )

    # ---- analytic accounts ----------------------------------------------------------------

    @api.depends("service_job_id.department_id")
    def _compute_analytic_distribution(self):
        """The department of the job comes first, then Odoo's distribution models."""
        booked = self.filtered(
            lambda line: not line.display_type
            and line.service_job_id.department_id.analytic_distribution
        )
        for line in booked:
            line.analytic_distribution = line.service_job_id.department_id.analytic_distribution
        return super(SaleOrderLine, self - booked)._compute_analytic_distribution()

    # ---- typed prices ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_list_price_untyped(vals)
        lines = super().create(vals_list)
        typed = lines.browse(
            [
                line.id
                for line, vals in zip(lines, vals_list, strict=True)
                if PRICE_FIELDS & vals.keys() and line.service_job_id
            ]
        )
        typed._keep_list_price()
        return lines

    def write(self, vals):
        self._check_list_price_untyped(vals)
        if "product_id" in vals:
            self._drop_allowed_discounts(vals["product_id"])
        result = super().write(vals)
        if PRICE_FIELDS & vals.keys():
            self.filtered("service_job_id")._keep_list_price()
        elif PRICED_BY_FIELDS & vals.keys():
            self.filtered("service_list_price")._keep_list_price()
        return result

    @api.model
    def _check_list_price_untyped(self, vals):
        if "service_list_price" in vals and not self.env.su:
            raise AccessError(
                self.env._("The price by the price list is computed, it can not be typed in.")
            )

    def _keep_list_price(self):
        """Keep on these lines what Odoo computes as their price at this moment."""
        priced = self.filtered(
            lambda line: line.product_id and not line.service_share_kind
        )
        for price, lines in priced.grouped(lambda line: line._get_list_price()).items():
            # Nobody types it in; what Odoo computes is kept beside what was typed.
            lines.sudo().write({"service_list_price": price})

    def _get_list_price(self):
        """Return the unit price that Odoo computes for this line, discounts of the price list
        taken off, in the line's currency."""
        self.ensure_one()
        line = self.with_company(self.company_id)
        return line.product_id._get_tax_included_unit_price_from_price(
            line._get_pricelist_price(),
            product_taxes=line.product_id.taxes_id._filter_taxes_by_company(line.company_id),
            fiscal_position=line.order_id.fiscal_position_id,
        )

    def _get_discount_percent(self):
        """Return how far below the price list this line is sold, in %. Parts that the customer
        brings cost nothing and are no discount; what a manufacturer pays under warranty is set by
        it, and what moves money between payers or months takes nothing off a price."""
        self.ensure_one()
        deposit = self.is_downpayment and not self.service_job_id
        moved = self.service_share_kind or self.service_claim_id or deposit
        if self.display_type or self.part_origin == "customer" or moved:
            return 0.0
        if self.service_job_id.pay_type == "warranty" and not self._is_paid_by_customer():
            return 0.0
        net = self.price_unit * (1 - self.discount / 100)
        if self.service_list_price > 0:
            return max(round((1 - net / self.service_list_price) * 100, 2), 0.0)
        return 100.0 if net < 0 else 0.0

    def _is_paid_by_customer(self):
        """Tell whether this line stands on an estimate of the customer of its service order."""
        customer = self.service_job_id.order_id.partner_id
        return self.order_id.partner_id.commercial_partner_id == customer.commercial_partner_id

    def _drop_allowed_discounts(self, product_id):
        """A discount was allowed on one product; who allowed it has not seen the one with
        ``product_id``, so what was allowed stays as a record and covers this line no longer."""
        swapped = self.filtered(
            lambda line: line.service_job_id and line.product_id.id != product_id
        )
        if swapped:
            # Nobody may write evidence; it is only taken off the line that is another one now.
            allowed = self.env["service.discount"].sudo().search([("line_id", "in", swapped.ids)])
            allowed.line_id = False

    def _get_unallowed_discounts(self):
        """Return the lines with a discount above the company's limit that nobody allowed, or
        only a lower one."""
        above = self.filtered(
            lambda line: (percent := line._get_discount_percent())
            and percent > line.company_id.service_discount_limit
        )
        if not above:
            return above
        allowed = defaultdict(float)
        # What was allowed counts, whoever looks.
        for line, percent in self.env["service.discount"].sudo()._read_group(
            [("line_id", "in", above.ids)], ["line_id"], ["percent:max"]
        ):
            allowed[line.id] = percent
        return above.filtered(
            lambda line: line._get_discount_percent() > round(allowed[line.id], 2)
        )

    def _describe_discounts(self):
        """Return these lines and their discounts in one text."""
        return ", ".join(
            self.env._(
                "%(line)s (job \"%(job)s\") %(percent)s %%",
                line=line.product_id.display_name or line.name,
                job=line.service_job_id.display_name,
                percent=float_repr(line._get_discount_percent(), 1),
            )
            for line in self
        )

    # ---- what is billed -------------------------------------------------------------------

    def _get_billed_quantity(self):
        """Return the quantity that is invoiced or left to invoice."""
        return self.qty_invoiced + self.qty_to_invoice

    def _get_billed(self):
        """Return what a settlement list shows of this line, see
        :meth:`service.order._get_settlements`; ``discount_amount`` is without taxes."""
        self.ensure_one()
        quantity = self._get_billed_quantity()
        amount = sum(
            line.price_subtotal * -line.move_id.direction_sign
            for line in self.invoice_lines
            if line.move_id.state != "cancel"
        )
        if self.product_uom_qty:
            amount += self.price_subtotal * self.qty_to_invoice / self.product_uom_qty
        shown = self._get_shown()
        is_labour, name = shown["is_labour"], shown["name"]
        is_borne = bool(self.service_share_kind or self.service_claim_id)
        if is_labour or is_borne:
            name = self.name if is_borne else self.service_job_id.display_name
        origins = dict(self._fields["part_origin"]._description_selection(self.env))
        return shown | {
            "name": name,
            "is_borne": is_borne,
            "code": "" if is_labour else self.product_id.default_code or "",
            "origin": origins.get(shown["origin"], ""),
            "quantity": quantity,
            "amount": self.currency_id.round(amount),
            "discount_amount": self.currency_id.round(
                quantity * self.price_unit * self.discount / 100
            ),
        }

    # ---- what is left to invoice ----------------------------------------------------------

    def _get_open_deposits(self):
        """Return the deposit lines that are invoiced and not yet deducted or credited."""
        return self.filtered(
            lambda line: line.is_downpayment and not line.display_type and line.qty_to_invoice < 0
        )

    def _get_kept_deposits(self):
        """Return the deposit lines whose money the shop has: a draft that deducts or credits
        them gives nothing back yet."""
        return self.filtered(
            lambda line: line.is_downpayment
            and not line.display_type
            and (line.qty_to_invoice < 0 or line.qty_invoiced_posted > 0)
        )

    def _get_total_to_invoice(self):
        """Return untaxed amount and total, taxes included, of what is left to invoice of these
        lines of one company and currency; credits and open deposits count negative."""
        AccountTax = self.env["account.tax"]
        base_lines = []
        for line in self:
            if line.display_type or not line.qty_to_invoice:
                continue
            vals = {"quantity": line.qty_to_invoice}
            if line.is_downpayment:
                vals["extra_tax_data"] = AccountTax._reverse_quantity_base_line_extra_tax_data(
                    line.extra_tax_data
                )
            base_lines.append(line._prepare_base_line_for_taxes_computation(**vals))
        if not base_lines:
            return 0.0, 0.0
        company = self.company_id[:1]
        AccountTax._add_tax_details_in_base_lines(base_lines, company)
        AccountTax._round_base_lines_tax_details(base_lines, company)
        totals = AccountTax._get_tax_totals_summary(base_lines, self.currency_id[:1], company)
        return totals["base_amount_currency"], totals["total_amount_currency"]
