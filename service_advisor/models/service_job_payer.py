from odoo import fields, models
from odoo.fields import Command

from ..tools.share import find_price, price_of, split_amount


class ServiceJob(models.Model):
    """Jobs that several pay: shares in percent, and the deductible of an insurance.

    The work stands at its full price on the estimate of the job's payer. What others bear of it
    is moved to their estimates by pairs of lines, made when the price is fixed and dropped when
    the question is taken back.
    """

    _inherit = "service.job"

    share_ids = fields.One2many("service.job.share", "job_id", "Shared With", copy=True)
    # Kept on the job, so that the many jobs of one payer need not look for their shares.
    is_shared = fields.Boolean("Shared", readonly=True, copy=False)
    deductible = fields.Monetary(
        help="What the customer pays of work on the insurance, taxes included."
    )

    _deductible_positive = models.Constraint(
        "CHECK(deductible IS NULL OR deductible >= 0)", "The deductible can not be negative."
    )

    def _get_deductible(self):
        self.ensure_one()
        return self.deductible if self.pay_type == "insurance" else 0.0

    def _has_several_payers(self):
        self.ensure_one()
        return bool(self.is_shared or self._get_deductible())

    def _get_own_lines(self):
        """Return the lines of the work itself, without those that share it out."""
        return self.line_ids.filtered(lambda line: not line.service_share_kind)

    def _copy_shares_vals(self):
        """Return the commands that share another job as this one is. Its deductible is borne
        once, so it stays here."""
        return [
            Command.create(
                {
                    "pay_type": share.pay_type,
                    "payer_id": share.payer_id.id,
                    "percent": share.percent,
                }
            )
            for share in self.share_ids
        ]

    def _follow_customer(self):
        """Bill these jobs to the customer their order has now, where the customer pays, and to
        whom the car proposes, where nobody was known."""
        unpaid = self.filtered(lambda job: not job.payer_id)
        self.env.add_to_compute(self._fields["payer_id"], unpaid)
        for order, jobs in self.grouped("order_id").items():
            own = jobs.filtered(
                lambda job, customer=order.partner_id: job.pay_type == "customer"
                and job.payer_id != customer
            )
            shares = jobs.filtered("is_shared").share_ids.filtered(
                lambda share: share.pay_type == "customer"
            )
            jobs.filtered(lambda job: job._get_deductible())._withdraw_question(
                self.env._("another customer")
            )
            # loop: an order at a time has another customer
            own.payer_id = order.partner_id
            shares.payer_id = order.partner_id
        self._move_to_payer()

    def _refuse_without_payer(self, share=None):
        """Raise the error that says where the payer of this job, or of a share of it, is set."""
        pay_type = share.pay_type if share else self.pay_type
        labels = dict(self._fields["pay_type"]._description_selection(self.env))
        self.order_id._refuse(
            self.env._(
                "Job \"%(job)s\" has no payer for \"%(pay_type)s\". %(advice)s",
                job=self.display_name,
                pay_type=labels[pay_type],
                advice=self.order_id._get_payer_advice(pay_type),
            )
        )

    def _check_can_share_out(self):
        """Raise where what several pay can not be shared out among them."""
        for job in self.filtered(lambda job: job._has_several_payers()):
            payers = job.payer_id
            for share in job.share_ids:
                if not share.payer_id:
                    job._refuse_without_payer(share)
                if share.payer_id in payers:
                    job.order_id._refuse(
                        self.env._(
                            "%(payer)s pays job \"%(job)s\" twice. Give each payer one share; "
                            "what the shares leave is paid by the payer of the job.",
                            payer=share.payer_id.name,
                            job=job.display_name,
                        )
                    )
                payers |= share.payer_id
            if job._get_deductible() and job.order_id.partner_id in payers:
                job.order_id._refuse(
                    self.env._(
                        "%(payer)s is the customer and can not bear a deductible beside another "
                        "part of job \"%(job)s\". Choose the insurer as its payer.",
                        payer=job.order_id.partner_id.name,
                        job=job.display_name,
                    )
                )

    def _check_shared_out(self):
        """Refuse an answer on what several pay before each of them was asked: the one who answers
        would be billed the whole."""
        for job in self.filtered(lambda job: job._has_several_payers()):
            if not any(line.service_share_kind for line in job.line_ids):
                job.order_id._refuse(
                    self.env._(
                        "Job \"%(job)s\" is paid by several. Press \"Price and Promise\" first, so "
                        "that each of them is asked about the own part.",
                        job=job.display_name,
                    )
                )

    # ---- sharing out ----------------------------------------------------------------------

    def _share_out(self):
        """Create the pairs of lines that move the shares and deductibles of these jobs to the
        estimates of those who bear them.

        :raises UserError: naming the job whose payers have price lists in different currencies,
            or whose deductible is more than the work costs.
        """
        jobs = self.filtered(lambda job: job._has_several_payers())
        if not jobs:
            return
        jobs.line_ids.tax_ids.mapped("price_include")  # read for all jobs at once
        estimates, products = jobs._get_bearers_estimates(), self._get_share_products()
        pairs = [vals for job in jobs for vals in job._prepare_share_lines(estimates, products)]
        Line = self.env["sale.order.line"]
        Line.check_access("create")
        # What a line is a share of is made by this step only; nobody types it.
        lines = Line.sudo().create(pairs)
        shared = lines.service_share_of_id
        shared.service_has_shares = True
        shared._deliver_shares()  # what was issued on an approval that was taken back
        jobs._check_deductibles()

    def _get_share_products(self):
        """Return the services that shares are billed as: ``{"labour", "parts", "deductible"}``."""
        return {
            "labour": self.env.ref("service_advisor.product_share_labour"),
            "parts": self.env.ref("service_advisor.product_share_parts"),
            "deductible": self.env.ref("service_advisor.product_deductible"),
        }

    def _get_bearers(self):
        """Return who bears a part of these jobs, as ``[(job, res.partner, pay type)]``."""
        bearers = [(share.job_id, share.payer_id, share.pay_type) for share in self.share_ids]
        return bearers + [
            (job, job.order_id.partner_id, "customer") for job in self if job._get_deductible()
        ]

    def _get_bearers_estimates(self):
        """Return ``{(order id, payer id, pay type): sale.order}``: the estimates on which the
        shares of these jobs are asked about, made where there is none."""
        estimates, missing = self._get_open_estimates(("draft", "sent")), {}
        for job, payer, pay_type in self._get_bearers():
            key = (job.order_id.id, payer.id, pay_type)
            if key not in estimates:
                missing[key] = dict(
                    job._prepare_estimate_vals(), partner_id=payer.id, service_pay_type=pay_type
                )
        created = self.env["sale.order"]._create_estimates(list(missing.values()))
        return estimates | dict(zip(missing, created, strict=True))

    def _prepare_share_lines(self, estimates, products):
        """Return the values of the lines that share out this job."""
        self.ensure_one()
        order, vals = self.order_id, []
        for _job, payer, pay_type in self._get_bearers():
            estimate = estimates[order.id, payer.id, pay_type]
            self._check_one_currency(estimate)
            section = {"display_type": "line_section", "name": self._get_section_name(payer)}
            vals.append(self._prepare_share_vals("share", estimate, **section))
        for line in self._get_own_lines().filtered(lambda line: not line.display_type):
            vals += self._prepare_pairs(line, estimates, products)
        if self._get_deductible():
            estimate = estimates[order.id, order.partner_id.id, "customer"]
            vals += self._prepare_deductible(estimate, products["deductible"])
        return vals

    def _prepare_share_vals(self, kind, estimate, **vals):
        return {
            "service_job_id": self.id,
            "service_share_kind": kind,
            "order_id": estimate.id,
            "sequence": self._get_line_sequence(),
            **vals,
        }

    def _prepare_pairs(self, line, estimates, products):
        """Return the values of the pairs of lines that share out one line of this job."""
        currency = line.currency_id
        amount = currency.round(line.price_unit * (1 - line.discount / 100) * line.product_uom_qty)
        if currency.is_zero(amount):
            return []  # brought by the customer, or given away
        shares = self.share_ids
        parts = split_amount(amount, shares.mapped("percent"), currency.rounding)
        product = products["labour" if line.product_id.type == "service" else "parts"]
        vals = []
        for share, part in zip(shares, parts, strict=True):
            estimate = estimates[self.order_id.id, share.payer_id.id, share.pay_type]
            price = price_of(part, line.product_uom_qty, currency.rounding)
            taxes = self._map_taxes(line.product_id, estimate, line)
            common = {
                "product_id": product.id,
                "product_uom_qty": line.product_uom_qty,
                "product_uom_id": line.product_uom_id.id,
                "discount": 0.0,
                "service_share_of_id": line.id,
                "service_share_id": share.id,
            }
            borne = line.tax_ids._adapt_price_unit_to_another_taxes(
                price, line.product_id, line.tax_ids, taxes
            )
            for target, sign_price, target_taxes in (
                (line.order_id, -price, line.tax_ids),
                (estimate, borne, taxes),
            ):
                reader = target.partner_id
                work = line.product_id.with_context(lang=reader.lang or self.env.lang).name
                vals.append(
                    self._prepare_share_vals(
                        "share",
                        target,
                        **common,
                        name=share._get_line_name(work, reader),
                        price_unit=sign_price,
                        tax_ids=[Command.set(target_taxes.ids)],
                    )
                )
        return vals

    def _map_taxes(self, products, estimate, line=None):
        """Return the taxes of ``products`` on ``estimate``: those of ``line`` where both stand
        under one fiscal position, for they may have been changed by hand."""
        if line and estimate.fiscal_position_id == line.order_id.fiscal_position_id:
            return line.tax_ids
        taxes = products.taxes_id._filter_taxes_by_company(self.company_id)
        return estimate.fiscal_position_id.map_tax(taxes)

    def _check_one_currency(self, estimate):
        """Refuse payers whose price lists have different currencies: the rate of the day of each
        invoice would decide what the shares make together."""
        if estimate.currency_id != self.estimate_id.currency_id:
            self.order_id._refuse(
                self.env._(
                    "Job \"%(job)s\" is priced in %(currency)s, but the price list of %(payer)s "
                    "is in %(other)s. Choose a price list in %(currency)s for that partner, or "
                    "add a job of its own for it.",
                    job=self.display_name,
                    currency=self.estimate_id.currency_id.name,
                    payer=estimate.partner_id.name,
                    other=estimate.currency_id.name,
                )
            )

    # ---- deductible -----------------------------------------------------------------------

    def _prepare_deductible(self, estimate, product):
        """Return the values of the pair of lines that moves the deductible from the insurer to
        ``estimate`` of the customer, who pays it to the cent, taxes included."""
        insurer = self.estimate_id
        if insurer.currency_id != self.currency_id:
            self.order_id._refuse(
                self.env._(
                    "A deductible is entered in %s: choose a price list in it for the insurer and "
                    "the customer.",
                    self.currency_id.name,
                )
            )
        lines = self._get_own_lines().filtered("product_id")
        # The deductible is a part of the price of the work, taxed as the work is.
        products = {frozenset(line.product_id.taxes_id.ids): line.product_id for line in lines}
        taxed = next(iter(products.values())) if len(products) == 1 else product
        taxes = self._map_taxes(taxed, estimate)
        insurer_taxes = self._map_taxes(taxed, insurer)
        price = self._get_deductible_price(estimate, product, taxes)
        moved = taxes._adapt_price_unit_to_another_taxes(price, product, taxes, insurer_taxes)
        vals = []
        for target, sign_price, target_taxes in (
            (insurer, -moved, insurer_taxes),
            (estimate, price, taxes),
        ):
            speaking = self.with_context(lang=target.partner_id.lang or self.env.lang)
            name = speaking.env._("Deductible borne by the customer")
            if target == estimate:
                name = speaking.env._("Deductible of your insurance")
            vals.append(
                self._prepare_share_vals(
                    "deductible",
                    target,
                    product_id=product.id,
                    product_uom_qty=1.0,
                    product_uom_id=product.uom_id.id,
                    discount=0.0,
                    name=name,
                    price_unit=sign_price,
                    tax_ids=[Command.set(target_taxes.ids)],
                )
            )
        return vals

    def _get_deductible_price(self, estimate, product, taxes):
        """Return the unit price of the deductible: with ``taxes`` it is the deductible."""
        currency, company = estimate.currency_id, self.company_id
        AccountTax = self.env["account.tax"]

        def compute(price, special_mode):
            base = AccountTax._prepare_base_line_for_taxes_computation(
                {},
                price_unit=price,
                quantity=1.0,
                tax_ids=taxes,
                product_id=product,
                currency_id=currency,
                special_mode=special_mode,
            )
            AccountTax._add_tax_details_in_base_line(base, company)
            AccountTax._round_base_lines_tax_details([base], company)
            return base["tax_details"]

        wanted = self._get_deductible()
        if all(taxes.flatten_taxes_hierarchy().mapped("price_include")):
            return wanted
        start = compute(wanted, "total_included")["raw_total_excluded_currency"]
        price = find_price(
            lambda price: compute(price, False)["total_included_currency"],
            wanted,
            start,
            currency.rounding,
        )
        if price is None:
            self.order_id._refuse(
                self.env._(
                    "No price makes %(deductible)s with the taxes of job \"%(job)s\", for they "
                    "are rounded on their own. Enter a deductible that is a cent more or less.",
                    deductible=currency.format(wanted),
                    job=self.display_name,
                )
            )
        return price

    def _check_deductibles(self):
        for job in self.filtered(lambda job: job._get_deductible()):
            main = job.line_ids.filtered(
                lambda line, insurer=job.estimate_id: line.order_id == insurer
                and line.service_share_kind != "deductible"
            )
            total = sum(main.mapped("price_total"))
            if job.currency_id.compare_amounts(job.deductible, total) > 0:
                job.order_id._refuse(
                    self.env._(
                        "The deductible of job \"%(job)s\" is %(deductible)s, but the insurer "
                        "pays only %(total)s for it. Correct the deductible, or let the customer "
                        "pay the job.",
                        job=job.display_name,
                        deductible=job.currency_id.format(job.deductible),
                        total=job.currency_id.format(total),
                    )
                )

    def _drop_shares(self):
        """Take back what several payers were asked about these jobs: it is made anew with the
        next price."""
        jobs = self.filtered(lambda job: job.is_shared or job.deductible)
        if not jobs:
            return
        # Whoever may change a job may not always sell; the step that calls this was checked.
        lines = jobs.sudo().line_ids.filtered("service_share_kind")
        lines.service_share_of_id.service_has_shares = False
        lines.unlink()
