from collections import defaultdict

from odoo import api, fields, models

# Who sees what the customer owes, and why a car left unpaid: customers read their orders in the
# portal.
MONEY_READERS = "service_advisor.group_reception,account.group_account_invoice"


class ServiceOrder(models.Model):
    """What the customer still owes, and the release of a car that leaves unpaid.

    Other payers, a manufacturer or an insurer, never hold the car, and what a customer gets with
    the month does not either.
    """

    _inherit = "service.order"

    is_settled = fields.Boolean(
        "Settled",
        compute="_compute_settlement",
        compute_sudo=True,
        help="All the customer pays is invoiced and posted, and nothing of it is due today.",
    )
    is_released = fields.Boolean(
        "Released",
        compute="_compute_settlement",
        compute_sudo=True,
        help="The accountant lets the car leave although not everything is paid.",
    )
    has_to_invoice = fields.Boolean(compute="_compute_has_to_invoice", compute_sudo=True)
    amount_owed = fields.Monetary(
        "Owed by the Customer",
        compute="_compute_settlement",
        compute_sudo=True,
        groups=MONEY_READERS,
        help="Not invoiced yet, on draft invoices, or invoiced and not paid; taxes included.",
    )
    released_by_id = fields.Many2one("res.users", readonly=True, copy=False, groups=MONEY_READERS)
    released_at = fields.Datetime("Released On", readonly=True, copy=False)
    release_reason = fields.Char(
        "Reason for the Release", readonly=True, copy=False, groups=MONEY_READERS
    )
    release_amount = fields.Monetary(
        "Released up to",
        readonly=True,
        copy=False,
        groups=MONEY_READERS,
        help="More than this is not released.",
    )
    release_until = fields.Date(
        "Released until",
        readonly=True,
        copy=False,
        groups=MONEY_READERS,
        help="Empty: without end.",
    )

    @api.depends(
        "state",
        "partner_id",
        "estimate_ids.invoice_status",
        "estimate_ids.order_line.qty_to_invoice",
        "estimate_ids.order_line.invoice_lines.move_id.state",
        "estimate_ids.order_line.invoice_lines.move_id.payment_state",
        "released_at",
        "release_amount",
        "release_until",
    )
    def _compute_settlement(self):
        today = fields.Date.context_today(self)
        balances = self._get_balances()
        for order in self:
            left, drafts, due, owed = balances[order]
            is_due = order.currency_id.compare_amounts(due, 0) > 0
            order.is_settled = not (left or drafts or is_due)
            order.amount_owed = owed
            order.is_released = (
                bool(order.released_at)
                and order.currency_id.compare_amounts(owed, order.release_amount) <= 0
                and not (order.release_until and order.release_until < today)
            )

    @api.depends("state", "estimate_ids.invoice_status", "estimate_ids.order_line.qty_to_invoice")
    def _compute_has_to_invoice(self):
        for order in self:
            order.has_to_invoice = (
                order.state in ("ready", "delivered", "closed")
                and bool(order._get_estimates_to_invoice())
            )

    def _get_settlement_step(self):
        """Return in one sentence what is left to do about the money of a car that is ready or
        has left, or who acts next."""
        self.ensure_one()
        if self.state == "ready" and self.is_settled:
            return self.env._("Advisor: hand over the car.")
        if self.state == "ready" and self.is_released:
            return self.env._("Advisor: hand over the car; the accountant released it unpaid.")
        if self.has_to_invoice:
            return self.env._("Accountant: create the invoices and credit notes, and post them.")
        if self.state == "ready":
            return self.env._(
                "Accountant: post the invoices and register the customer's payment."
            )
        return self.env._("Advisor: close the order.") if self.state == "delivered" else False

    def _get_own_estimates(self):
        """Return the estimates that the customers of these orders pay themselves."""
        return self.estimate_ids.filtered(
            lambda estimate: estimate.partner_id == estimate.service_order_id.partner_id
        )

    def _get_estimates_of_gate(self):
        """Return the estimates that hold the cars of these orders: those of their customers, and
        those that were agreed with a customer the order had before."""
        return self.estimate_ids.filtered(
            lambda estimate: estimate.service_pay_type == "customer"
            or estimate.partner_id == estimate.service_order_id.partner_id
        )

    def _get_balances(self):
        """Return ``{order: (left, drafts, due, owed)}`` of what the orders' own customers pay.

        ``left``: ``sale.order`` records with something to invoice or credit. ``drafts``:
        invoices that are not posted. Neither counts what is invoiced with the month. ``due``:
        what is to be paid today of the posted ones; payment terms that put it off are
        respected. ``owed``: all that is not paid, invoiced or not. Amounts are in the currency
        of the company, taxes included.
        """
        today = fields.Date.context_today(self)
        estimates = self._get_estimates_of_gate()
        moves = estimates.invoice_ids.filtered(lambda move: not move._is_service_paid())
        due, posted = defaultdict(float), defaultdict(float)
        for move, maturity, amount in self.env["account.move.line"]._read_group(
            [
                ("move_id", "in", moves.ids),
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "asset_receivable"),
                ("amount_residual", "!=", 0),
            ],
            ["move_id", "date_maturity:day"],
            ["amount_residual:sum"],
        ) if moves else ():
            posted[move] += amount
            if not maturity or maturity <= today:
                due[move] += amount
        result = {}
        for order, own in self._group_estimates(estimates).items():
            holding = own - own._get_monthly()
            left = holding.filtered(
                lambda estimate: estimate.invoice_status == "to invoice"
                or (estimate._is_deposit_due() and estimate._has_open_deposit())
            )
            unposted = own.invoice_ids.filtered(lambda move: move.state == "draft")
            drafts = unposted & holding.invoice_ids
            owed = sum(posted[move] for move in own.invoice_ids)
            owed += sum(unposted.mapped("amount_total_signed"))
            owed += sum(
                estimate.currency_id._convert(
                    estimate.service_amount_to_invoice,
                    order.currency_id,
                    order.company_id,
                    today,
                )
                for estimate in own
            )
            result[order] = (left, drafts, sum(due[move] for move in own.invoice_ids), owed)
        return result

    def _group_estimates(self, estimates):
        """Return ``{order: sale.order}`` with a key for each of these orders."""
        by_order = estimates.grouped("service_order_id")
        return {
            order: by_order.get(order._origin, estimates.browse()) for order in self
        }

    # ---- release --------------------------------------------------------------------------

    def action_open_release(self):
        """Open the dialog in which the accountant lets a car leave unpaid."""
        self.ensure_one()
        self._check_can_release()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Allow to Leave Unpaid"),
            "res_model": "service.release.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def _check_can_release(self):
        """Hook: raise a UserError where the user must not release a car, or there is none to
        release."""
        self._check_is_accountant()
        for order in self:
            order._check_state_is(
                ("authorised", "in_work", "quality_check", "ready"),
                self.env._("allow the car to leave unpaid"),
            )

    def _release(self, reason, amount, until=None):
        """Let these cars leave although the customer has not paid, and keep who said so.

        :param amount: what may stay unpaid at most, in the currency of the company.
        :param until: last day on which the car may leave so; None: without end.
        :raises UserError: where more is owed already, or the reason is blank.
        """
        self.check_access("read")
        self._check_can_release()
        for order in self:
            if not (reason or "").strip():
                order._refuse(self.env._("Say why the car may leave unpaid."))
            if order.currency_id.compare_amounts(order.amount_owed, amount) > 0:
                order._refuse(
                    self.env._(
                        "%(owed)s is owed already: release that much, or let the customer pay "
                        "the rest.",
                        owed=order.currency_id.format(order.amount_owed),
                    )
                )
        # Accountants only read orders, and nobody writes evidence; the step was checked.
        self.sudo().write(
            {
                "released_by_id": self.env.uid,
                "released_at": fields.Datetime.now(),
                "release_reason": reason.strip(),
                "release_amount": amount,
                "release_until": until,
            }
        )
        for order in self:
            # As above: who only reads the order leaves a note in its history.
            order.sudo()._message_log(
                body=self.env._(
                    "The car may leave unpaid, up to %(amount)s. %(reason)s",
                    amount=order.currency_id.format(amount),
                    reason=reason.strip(),
                )
            )

    def _check_is_accountant(self):
        """Refuse a step that only accountants take, and name them."""
        if self.env.su or self.env.user.has_group("account.group_account_invoice"):
            return
        for order in self:
            order._refuse(
                self.env._(
                    "Only an accountant does this: ask %(people)s.",
                    people=order._get_accountants(),
                )
            )

    def _get_accountants(self):
        """Return the names of up to three people who invoice for this order's company, for a
        message that says whom to ask."""
        self.ensure_one()
        return self._get_people("account.group_account_invoice")

    def _get_people(self, group):
        """Return up to three names of users with ``group`` in this order's company."""
        self.ensure_one()
        # The desk may not read the users; it is told whom to ask, by name.
        found = self._get_users_with(group)[:3]
        return ", ".join(found.mapped("name")) or self.env._("an administrator")

    def _get_users_with(self, group):
        """Return the users of this order's company who have ``group``, those first who do
        little else."""
        self.ensure_one()
        # Whoever is refused a step may not read groups; the people to ask are found for them.
        users = self.env.ref(group).sudo().all_user_ids.filtered(
            lambda user: self.company_id in user.company_ids and not user.share
        )
        return users.sorted(lambda user: (user._is_admin(), user.name or "")).sudo(False)
