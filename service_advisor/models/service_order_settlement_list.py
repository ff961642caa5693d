from odoo import fields, models


class ServiceOrder(models.Model):
    """The settlement list: labour and parts as they are billed, itemised apart."""

    _inherit = "service.order"

    settlement_no = fields.Char(
        "Settlement List No.",
        readonly=True,
        copy=False,
        help="Given once, when the settlement list is first printed.",
    )

    _settlement_no_uniq = models.UniqueIndex(
        "(settlement_no, company_id) WHERE settlement_no IS NOT NULL",
        "This number of a settlement list is already used.",
    )

    def action_print_settlement(self):
        """Print the customer's settlement list of this order.

        :raises UserError: where the car is not ready yet.
        """
        self.ensure_one()
        return self._print_settlement()

    def _print_settlement(self, estimate=None):
        """Return the action that prints the list: the customer's, or that of the payer of
        ``estimate``."""
        self._give_settlement_no()
        xmlid, record = "service_order_report_settlement", self
        if estimate and estimate.partner_id != self.partner_id:
            xmlid, record = "service_estimate_report_settlement", estimate
        return self.env.ref(f"service_advisor.{xmlid}").report_action(record)

    def _give_settlement_no(self):
        """Number the settlement lists of orders that have none yet.

        :raises UserError: naming the order whose car is not ready yet.
        """
        self.check_access("read")
        for order in self:
            order._check_state_is(
                ("ready", "delivered", "closed"), self.env._("print the settlement list")
            )
        for order in self.filtered(lambda order: not order.settlement_no):
            number = order.company_id._get_next_number("service.settlement")
            # Nobody types the number; accountants and customers who print only read orders.
            order.sudo().settlement_no = number

    def _has_settlement_for_customer(self):
        """Say whether the customer may download the settlement list: once all is settled."""
        self.ensure_one()
        return (
            self.state in ("ready", "delivered", "closed")
            and self.is_settled
            and bool(self._get_settlements(self._get_settlement_estimates()))
        )

    def _get_settlement_estimates(self, estimate=None):
        """Return the estimates that stand on one list: the customer's, or those of the payer of
        ``estimate``."""
        self.ensure_one()
        if not estimate:
            return self._get_own_estimates()
        return self.estimate_ids.filtered(
            lambda other: other.partner_id == estimate.partner_id
            and other.service_pay_type == estimate.service_pay_type
        )

    def _get_settlements(self, estimates):
        """Return what the settlement list shows of ``estimates`` of one payer, in the language
        of the environment: a list of one dict per currency.

        Each has ``currency``, ``labour``, ``parts``, ``taken_over`` and ``borne`` (lists of
        ``name``, ``code``, ``origin``, ``quantity``, ``unit``, ``price``, ``discount`` in % and
        ``amount`` without taxes). Labour and parts stand at their full amounts; what this payer
        bears of the work of others is taken over, what others bear of this work is borne.
        ``labour_amount``, ``parts_amount``, ``taken_over_amount`` and ``borne_amount`` sum them
        up, to ``untaxed``. There are ``discount`` (amount), ``tax``,
        ``total``, ``deposit`` (invoiced in advance, taxes included), ``paid`` and ``to_pay``;
        the last two are None where an invoice bills other orders as well.
        """
        self.ensure_one()
        return [
            self._get_settlement(currency, same)
            for currency, same in estimates.grouped("currency_id").items()
            if same.order_line.filtered(lambda line: line._get_billed_quantity())
            or same.invoice_ids
        ]

    def _get_settlement(self, currency, estimates):
        lines = estimates.order_line
        shown = [
            line._get_billed()
            for line in lines
            if not (line.display_type or line.is_downpayment) and line._get_billed_quantity()
        ]
        moved = [each for each in shown if each["is_borne"]]
        work = [each for each in shown if not each["is_borne"]]
        blocks = {
            "labour": [each for each in work if each["is_labour"]],
            "parts": [each for each in work if not each["is_labour"]],
            "taken_over": [each for each in moved if each["price"] > 0],
            "borne": [each for each in moved if each["price"] <= 0],
        }
        untaxed, total = lines._get_total_to_invoice()
        moves = estimates.invoice_ids.filtered(lambda move: move.state != "cancel")
        is_whole = moves.line_ids.sale_line_ids.order_id <= estimates
        to_pay = total
        for move in moves:
            billed = move if is_whole else move.line_ids.filtered(
                lambda line: line.sale_line_ids & lines
            )
            sign = -move.direction_sign
            names = ("amount_untaxed", "amount_total")
            if not is_whole:
                names = ("price_subtotal", "price_total")
            untaxed += sign * sum(billed.mapped(names[0]))
            total += sign * sum(billed.mapped(names[1]))
            if move.state == "draft":
                to_pay += sign * move.amount_total
            elif not move._is_service_paid():
                to_pay += sign * move.amount_residual
        in_advance = lines.filtered("is_downpayment").invoice_lines.filtered(
            lambda line: line.move_id.state == "posted"
            and line.move_id.move_type == "out_invoice"
            and line.quantity > 0
        )
        return {
            "currency": currency,
            **blocks,
            **{
                f"{name}_amount": sum(each["amount"] for each in block)
                for name, block in blocks.items()
            },
            "discount": sum(each["discount_amount"] for each in shown),
            "untaxed": untaxed,
            "tax": total - untaxed,
            "total": total,
            "deposit": sum(in_advance.mapped("price_total")),
            "paid": total - to_pay if is_whole else None,
            "to_pay": to_pay if is_whole else None,
        }

    def _get_free_jobs(self, estimates):
        """Return the jobs that were done and stand on none of ``estimates``: somebody else pays
        them."""
        self.ensure_one()
        return self._get_authorised_jobs().filtered(
            lambda job: job.line_ids and not job.line_ids.order_id & estimates
        )
