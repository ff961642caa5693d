from itertools import product

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .ledger_common import LedgerCommon

COST = 40.0
PAYERS = {
    # pay type: (price of a part or an hour, tax, account of the income)
    "customer": (100.0, 0.10, "income"),
    "warranty": (80.0, 0.0, "income of warranty"),
    "insurance": (90.0, 0.20, "income of insurance"),
}
SUPPLEMENTS = (False, True)
# Of two parts per job: both at once, the second after the first was invoiced, or never.
ISSUES = ("full", "later", "cancelled")
# One part of the first job comes back.
RETURNS = ("none", "before", "after")


class MatrixCommon(LedgerCommon):
    """Three payers, each with an own price list, tax and account of the income."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payers = {"customer": cls.customer, "warranty": cls.manufacturer}
        cls.payers["insurance"] = cls.env["res.partner"].create(
            {"name": "Insurer", "is_company": True}
        )
        cls.env.ref("base.group_user").implied_ids += cls.env.ref(
            "product.group_product_pricelist"
        )
        for pay_type, (price, _rate, _account) in PAYERS.items():
            cls._give_price_list(pay_type, price)
        # Own income accounts, reached through the fiscal position of the payer.
        for index, pay_type in enumerate(("warranty", "insurance")):
            cls._give_own_terms(pay_type, index)
        cls.fifo_part = cls._new_valued_part(
            "Fifo part", cls.category_fifo_auto, (200, COST)
        )
        cls.avco_part = cls._new_valued_part(
            "Avco part", cls.category_avco_auto, (200, COST)
        )
        cls.operation = cls._operation_of((cls.fifo_part, 2))
        cls.supplement = cls._operation_of((cls.avco_part, 2))

    @classmethod
    def _give_price_list(cls, pay_type, price):
        cls.payers[pay_type].property_product_pricelist = cls.env["product.pricelist"].create(
            {
                "name": pay_type,
                "company_id": cls.company.id,
                "item_ids": [
                    Command.create({"compute_price": "fixed", "fixed_price": price})
                ],
            }
        )

    @classmethod
    def _give_own_terms(cls, pay_type, index):
        _price, rate, name = PAYERS[pay_type]
        income = cls.env["account.account"].create(
            {"name": name, "code": f"99910{index}", "account_type": "income"}
        )
        position = cls.env["account.fiscal.position"].create(
            {
                "name": pay_type,
                "account_ids": [
                    Command.create(
                        {"account_src_id": cls.account_income.id, "account_dest_id": income.id}
                    )
                ],
            }
        )
        tax = cls.env["account.tax"].create(
            {
                "name": f"VAT {pay_type}",
                "amount": rate * 100,
                "type_tax_use": "sale",
                "fiscal_position_ids": [Command.set(position.ids)],
                "original_tax_ids": [Command.set(cls.tax.ids)],
            }
        )
        cls._book_on(tax, cls.account_tax)
        cls.payers[pay_type].property_account_position_id = position
        cls.accounts[income] = name

    def _job_vals(self, pay_type, operation):
        vals = {"concern": "Noise", "operation_id": operation.id, "pay_type": pay_type}
        if pay_type != "customer":
            vals["payer_id"] = self.payers[pay_type].id
        return vals

    def _post(self, invoices):
        invoices.filtered(lambda move: move.state == "draft").with_user(
            self.accountant
        ).action_post()


@tagged("post_install", "-at_install")
class TestMatrix(MatrixCommon):
    def test_every_combination(self):
        """R2.6 R2.4: supplement, partial issue, return and credit note in every combination, each
        of them with every payer: quantities and ledger agree line by line."""
        self.cases = list(self._get_cases())
        orders = self._make_orders()
        self._issue(orders)
        for order in self._of(orders, returned="before"):
            self._give_back(order, self.fifo_part, 1)
        self._check(orders, "issued", invoiced=())
        # The accountant invoices what is there, before the second part comes.
        early = self._of(orders, issue="later").sudo().estimate_ids.filtered(
            lambda estimate: estimate.invoice_status == "to invoice"
        )
        early.with_user(self.accountant)._create_invoices()
        self._post(orders.sudo().invoice_ids)
        self._issue_rest(self._of(orders, issue="later"))
        for order in orders:
            self._work(order)
        self._ready(orders)
        orders.with_user(self.accountant).action_create_invoices()
        self._check(orders, "drafts", invoiced="all", posted=False)
        self._post(orders.sudo().invoice_ids)
        self._check(orders, "invoiced", invoiced="all")
        back = self._of(orders, returned="after")
        for order in back:
            self._give_back(order, self.fifo_part, 1)
        self._check(back, "returned", invoiced="before the return")
        back.with_user(self.accountant).action_create_invoices()
        self._post(back.sudo().invoice_ids)
        self._check(orders, "credited", invoiced="all")
        self._check_ledger(orders)

    def _get_cases(self):
        """Yield every combination of what happens to the parts; the payers take turns, so that
        each meets each supplement, issue and return."""
        kinds = product(range(len(SUPPLEMENTS)), range(len(ISSUES)), range(len(RETURNS)))
        for more, issue, back in kinds:
            payer = list(PAYERS)[(more + issue + back) % len(PAYERS)]
            yield payer, SUPPLEMENTS[more], ISSUES[issue], RETURNS[back]

    # ---- the steps ------------------------------------------------------------------------

    def _make_orders(self):
        orders = self.env["service.order"].with_user(self.advisor).create(
            [
                {
                    "vehicle_id": self.vehicle.id,
                    "odometer_in": 50000,
                    "job_ids": [Command.create(self._job_vals(case[0], self.operation))],
                }
                for case in self.cases
            ]
        )
        self.case_of = dict(zip(orders.ids, self.cases, strict=True))
        self.returned = dict.fromkeys(orders.ids, 0)
        orders.action_check_in()
        orders.action_quote()
        orders.action_approve()
        more = self._of(orders, supplement=True)
        for order in more:
            pay_type = self.case_of[order.id][0]
            order.job_ids = [Command.create(self._job_vals(pay_type, self.supplement))]
        more.action_quote()
        more.action_approve()
        return orders

    def _of(self, orders, **wanted):
        names = ("payer", "supplement", "issue", "returned")
        return orders.filtered(
            lambda order: wanted.items()
            <= dict(zip(names, self.case_of[order.id], strict=True)).items()
        )

    def _issue(self, orders):
        self._issue_parts(self._of(orders, issue="full"))
        self._issue_part_of(self._of(orders, issue="later"), 1)
        self._issue_part_of(self._of(orders, issue="cancelled"), 1, keep_rest=False)

    def _give_back(self, order, part, quantity):
        self.returned[order.id] += quantity
        return super()._give_back(order, part, quantity)

    # ---- what is expected -----------------------------------------------------------------

    def _expect(self, order, line, when):
        """Return the delivered quantity of ``line`` after a step, and what of it was invoiced
        where nothing came back since."""
        _payer, _supplement, issue, returned = self.case_of[order.id]
        if line.product_id == self.labour:
            done = 0.0 if when == "issued" else 1.0
            return done, done
        first = line.product_id == self.fifo_part
        issued = {"full": 2, "cancelled": 1, "later": 1 if when == "issued" else 2}[issue]
        before = 1 if first and returned == "before" else 0
        after = 1 if first and returned == "after" and when in ("returned", "credited") else 0
        return issued - before - after, issued - before

    def _check(self, orders, when, invoiced, posted=True):
        for order in orders:
            payer = self.case_of[order.id][0]
            lines = order.sudo().job_ids.line_ids.filtered("product_id")
            for line in lines:
                with self.subTest(when=when, case=self.case_of[order.id], line=line.name):
                    delivered, was = self._expect(order, line, when)
                    billed = {"all": delivered, "before the return": was}.get(invoiced, 0)
                    self.assertEqual(
                        (line.qty_delivered, line.qty_to_invoice, line.qty_invoiced),
                        (delivered, delivered - billed, billed),
                    )
                    if invoiced and posted:
                        self._check_entries(line, payer, billed)
            if invoiced == "all" and posted and payer != "warranty":
                with self.subTest(when=when, case=self.case_of[order.id], line="receivable"):
                    self._check_receivable(order, lines, payer)

    def _check_entries(self, line, payer, billed):
        """The journal items that go back to one estimate line: income, tax and cost."""
        price, rate, account = PAYERS[payer]
        items = line.invoice_lines.filtered(lambda item: item.parent_state == "posted")
        self.assertAlmostEqual(-sum(items.mapped("balance")), billed * price)
        self.assertLessEqual({self.accounts.get(a) for a in items.account_id}, {account})
        signs = {item: -1 if item.move_id.move_type == "out_refund" else 1 for item in items}
        with_tax = sum(sign * item.price_total for item, sign in signs.items())
        self.assertAlmostEqual(with_tax, billed * price * (1 + rate))
        cost = self.env["account.move.line"].search([("cogs_origin_id", "in", items.ids)])
        booked = {
            name: sum(cost.filtered(lambda c, a=a: c.account_id == a).mapped("balance"))
            for a, name in self.accounts.items()
            if a in cost.account_id
        }
        value = billed * COST if line.product_id.is_storable else 0.0
        self.assertAlmostEqual(booked.get("cogs", 0.0), value)
        self.assertAlmostEqual(booked.get("stock", 0.0), -value)
        self.assertLessEqual(booked.keys(), {"cogs", "stock"})

    def _check_receivable(self, order, lines, payer):
        price, rate, _account = PAYERS[payer]
        owed = sum(lines.mapped("qty_invoiced")) * price * (1 + rate)
        items = order.sudo().invoice_ids.line_ids.filtered(
            lambda item: item.account_id == self.account_receivable
        )
        self.assertAlmostEqual(sum(items.mapped("balance")), owed)
        self.assertEqual(items.partner_id, self.payers[payer])

    def _check_ledger(self, orders):
        """All accounts of the company at the end, from quantities and prices alone."""
        expected = dict.fromkeys(
            ("receivable", "tax", "cogs", "stock", *(terms[2] for terms in PAYERS.values())), 0.0
        )
        parts = 0
        for order in orders:
            price, rate, account = PAYERS[self.case_of[order.id][0]]
            for line in order.sudo().job_ids.line_ids.filtered("product_id"):
                quantity = self._expect(order, line, "credited")[0]
                parts += quantity if line.product_id.is_storable else 0
                expected[account] -= quantity * price
                expected["tax"] -= quantity * price * rate
                expected["receivable"] += quantity * price * (1 + rate)
        expected["cogs"], expected["stock"] = parts * COST, -parts * COST
        self.assertEqual(self._balances(), {k: round(v, 2) for k, v in expected.items()})
        left = self.fifo_part.qty_available + self.avco_part.qty_available
        self.assertEqual(left, 400 - parts)
        self.assertAlmostEqual(
            self.fifo_part.total_value + self.avco_part.total_value, (400 - parts) * COST
        )


@tagged("post_install", "-at_install")
class TestCancelledPayer(MatrixCommon):
    """One payer's estimate is cancelled in Odoo's own screen."""

    def _three_payers(self):
        order = self._new_order(jobs=0)
        order.job_ids = [
            Command.create(self._job_vals(pay_type, self.operation)) for pay_type in PAYERS
        ]
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        return order

    def _facts(self, estimates):
        estimates.invalidate_recordset()
        return [
            (
                estimate.state,
                [(m.id, m.state, m.quantity, m.picked) for m in estimate.picking_ids.move_ids],
                [p.state for p in estimate.picking_ids],
                [
                    (
                        line.id, line.qty_delivered, line.qty_to_invoice, line.qty_invoiced,
                        line.price_total, line.service_job_id.state,
                    )
                    for line in estimate.order_line
                ],
                [
                    (move.id, move.state, move.amount_total, len(move.line_ids))
                    for move in estimate.invoice_ids
                ],
            )
            for estimate in estimates
        ]

    def test_cancelling_one_payer(self):
        """R2.2 R2.6: cancelling one payer's estimate touches no move, quantity or invoice of the
        others, whatever was issued and invoiced to them."""
        for pay_type, stage in product(PAYERS, ("reserved", "issued", "invoiced")):
            with self.subTest(pay_type, stage=stage):
                order = self._three_payers()
                estimates = order.sudo().estimate_ids
                gone = estimates.filtered(lambda e, p=pay_type: e.service_pay_type == p)
                others = estimates - gone
                if stage != "reserved":
                    others.picking_ids.move_ids.picked = True
                    others.picking_ids.with_user(self.storekeeper).button_validate()
                if stage == "invoiced":
                    others[0].with_user(self.accountant)._create_invoices().action_post()
                    others[1].with_user(self.accountant)._create_invoices()
                before = self._facts(others)
                self.env.invalidate_all()  # as in a request of its own
                gone.with_user(self.advisor).action_cancel()
                self.assertEqual(self._facts(others), before)
                self.assertEqual(gone.state, "cancel")
                self.assertEqual(gone.picking_ids.mapped("state"), ["cancel"])
                self.assertEqual(gone.order_line.service_job_id.state, "cancelled")

    def test_draft_of_several_orders(self):
        """R2.6: an estimate on the draft invoice of a manufacturer with work of other orders is
        not cancelled over their heads: Odoo would cancel the invoice of all."""
        orders = self._three_payers() | self._three_payers()
        self._issue_parts(orders)
        warranty = orders.sudo().estimate_ids.filtered(
            lambda estimate: estimate.service_pay_type == "warranty"
        )
        draft = warranty.with_user(self.accountant)._create_invoices()
        self.assertEqual(len(draft), 1)
        with self.assertRaisesRegex(UserError, "draft invoice with work of other"):
            warranty[0].with_user(self.manager).action_cancel()
        self.assertEqual(draft.state, "draft")
        # Taken off the draft by the accountant, it is cancelled, and the other stays on it.
        draft.invoice_line_ids.filtered(
            lambda line: line.sale_line_ids.order_id == warranty[0]
        ).unlink()
        before = self._facts(warranty[1])
        warranty[0].with_user(self.manager).action_cancel()
        self.assertEqual(self._facts(warranty[1]), before)
        self.assertEqual(draft.state, "draft")
