from odoo import Command, fields
from odoo.tests import tagged

from .ledger_common import LedgerCommon


@tagged("post_install", "-at_install")
class TestLedger(LedgerCommon):
    """What every step of an order does to every account."""

    def _parts(self, *receipts):
        return {
            "fifo": self._new_valued_part("Fifo part", self.category_fifo_auto, *receipts),
            "average": self._new_valued_part("Avco part", self.category_avco_auto, *receipts),
        }

    def test_life_of_a_part(self):
        """R2.4: issue, return before the invoice, invoice, return after it and credit note, in
        FIFO and average cost: stock, cost, income, tax and receivable agree at each step."""
        # Three of 2 at 10 and 2 at 16: first in first out 12 each, on average 13.
        costs = {"fifo": 12.0, "average": 13.0}
        for method, part in self._parts((2, 10.0), (2, 16.0)).items():
            cost = costs[method]
            before = self._balances()
            with self.subTest(method):
                order = self._authorised_order(operation_id=self._operation_of((part, 3)).id)
                line = self._line(order, part)
                self.assertEqual(self._value(part), 52.0)
                self._issue_parts(order)
                self.assertEqual(self._quantities(line), (3, 3, 0))
                self.assertAlmostEqual(self._value(part), 52.0 - 3 * cost)
                self.assertEqual(self._moved(before), {}, "booked when it is invoiced")

                self._give_back(order, part, 1)
                self.assertEqual(self._quantities(line), (2, 2, 0))
                self.assertAlmostEqual(self._value(part), 52.0 - 2 * cost)
                self.assertEqual(self._moved(before), {})

                self._work(order)
                self._ready(order)
                self._invoice_unpaid(order)
                self.assertEqual(self._quantities(line), (2, 0, 2))
                invoiced = {
                    "receivable": 330.0,
                    "income": -300.0,
                    "tax": -30.0,
                    "cogs": 2 * cost,
                    "stock": -2 * cost,
                }
                self.assertEqual(self._moved(before), invoiced)

                self._give_back(order, part, 1)
                self.assertEqual(self._quantities(line), (1, -1, 2))
                self.assertAlmostEqual(self._value(part), 52.0 - cost)
                self.assertEqual(self._moved(before), invoiced, "booked with the credit note")

                self._invoice_unpaid(order)
                self.assertEqual(self._quantities(line), (1, 0, 1))
                self.assertEqual(
                    order.sudo().invoice_ids.sorted("id").mapped("move_type"),
                    ["out_invoice", "out_refund"],
                )
                self.assertEqual(
                    self._moved(before),
                    {
                        "receivable": 220.0,
                        "income": -200.0,
                        "tax": -20.0,
                        "cogs": cost,
                        "stock": -cost,
                    },
                )

    def test_closing_between_issue_and_invoice(self):
        """R2.4: a month that is closed with parts in a car that is not invoiced moves their cost
        to the variation; the next closing takes it back."""
        part = self._parts((4, 10.0))["average"]
        self._close()  # what is on the shelf
        self.assertEqual(self._balances(), {"stock": 580.0, "variation": -580.0})
        order = self._authorised_order(operation_id=self._operation_of((part, 3)).id)
        self._issue_parts(order)
        self._close()
        self.assertEqual(self._balances(), {"stock": 550.0, "variation": -550.0})
        self._work(order)
        self._ready(order)
        self._invoice_unpaid(order)
        sold = {"receivable": 440.0, "income": -400.0, "tax": -40.0, "cogs": 30.0}
        self.assertEqual(self._balances(), sold | {"stock": 520.0, "variation": -550.0})
        self._close()
        self.assertEqual(self._balances(), sold | {"stock": 550.0, "variation": -580.0})

    def _buy_to_order(self, part, price):
        """Let ``part`` be bought for each order, and return how to find the purchase."""
        self.env.ref("stock.route_warehouse0_mto").active = True
        routes = self.warehouse.mto_pull_id.route_id | self.warehouse.buy_pull_id.route_id
        part.write(
            {
                "route_ids": [Command.set(routes.ids)],
                "supplier_taxes_id": [Command.clear()],
                "seller_ids": [Command.create({"partner_id": self.vendor.id, "price": price})],
            }
        )

    def _purchase_of(self, part):
        lines = self.env["purchase.order.line"].search([("product_id", "=", part.id)])
        return lines.order_id

    def test_bought_part_of_a_cancelled_order(self):
        """R2.2: an advisor, who reads no purchases, cancels; the buyer is told."""
        part = self._new_valued_part("Rare part", self.category_fifo_auto)
        self._buy_to_order(part, 40.0)
        order = self._authorised_order(operation_id=self._operation_of((part, 1)).id)
        purchase = self._purchase_of(part)
        self.assertFalse(purchase.activity_ids)
        self.env.invalidate_all()  # as in a request of its own
        order.action_cancel()
        self.assertEqual(order.state, "cancelled")
        self.assertTrue(purchase.activity_ids)

    def test_part_bought_for_the_order(self):
        """R2.2: a part bought for one car: the bill fills the stock account, the invoice empties
        it, whichever comes first."""
        for bill_first in (True, False):
            with self.subTest(bill_first=bill_first):
                before = self._balances()
                part = self._new_valued_part("Rare part", self.category_fifo_auto)
                self._buy_to_order(part, 40.0)
                order = self._authorised_order(operation_id=self._operation_of((part, 1)).id)
                purchase = self._purchase_of(part)
                purchase.button_confirm()
                purchase.picking_ids.move_ids.write({"quantity": 1, "picked": True})
                purchase.picking_ids.button_validate()
                self.assertEqual(self._value(part), 40.0)
                steps = [self._bill, lambda _purchase, order=order: self._sell(order)]
                for step in steps if bill_first else reversed(steps):
                    step(purchase)
                self.assertEqual(self._quantities(self._line(order, part)), (1, 0, 1))
                self.assertEqual(self._value(part), 0.0)
                self.assertEqual(
                    self._moved(before),
                    {
                        "payable": -40.0,
                        "receivable": 220.0,
                        "income": -200.0,
                        "tax": -20.0,
                        "cogs": 40.0,
                    },
                )
                self.assertNotIn("stock", self._balances(), "what came in went out")

    def _bill(self, purchase):
        purchase.action_create_invoice()
        purchase.invoice_ids.invoice_date = fields.Date.today()
        purchase.invoice_ids.action_post()

    def _sell(self, order):
        self._issue_parts(order)
        self._work(order)
        self._ready(order)
        self._invoice_unpaid(order)

    def test_part_the_customer_brings(self):
        """R1.6: a part the customer brings is not taken from the shelf, costs nothing and is in
        no entry."""
        part = self._parts((4, 10.0))["fifo"]
        order = self._new_order(operation_id=self._operation_of((part, 1)).id)
        line = self._line(order, part)
        line.part_origin = "customer"
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        self.assertFalse(line.move_ids)
        self.assertFalse(order.picking_ids)
        self._work(order)
        self._ready(order)
        self._invoice_unpaid(order)
        self.assertEqual(self._value(part), 40.0)
        self.assertEqual(part.qty_available, 4)
        self.assertEqual(
            self._balances(), {"receivable": 110.0, "income": -100.0, "tax": -10.0}
        )

    def test_issued_beyond_the_approval(self):
        """R1.6: of three issued on an approval of one, one is billed and booked; the two that
        come back are in stock at their cost."""
        part = self._parts((4, 10.0))["fifo"]
        order = self._authorised_order(operation_id=self._operation_of((part, 1)).id)
        order.sudo().picking_ids.move_ids.with_user(self.storekeeper).quantity = 3
        self._issue_parts(order)
        line = self._line(order, part)
        self.assertEqual(self._quantities(line), (3, 1, 0))
        self.assertEqual(self._value(part), 10.0)
        self._work(order)
        # Odoo's own button on the estimate asks no gate of the order.
        order.estimate_ids.with_user(self.accountant)._create_invoices().action_post()
        expected = {
            "receivable": 220.0, "income": -200.0, "tax": -20.0, "cogs": 10.0, "stock": -10.0,
        }
        self.assertEqual(self._balances(), expected)
        self.assertEqual(self._quantities(line), (3, 0, 1))
        self._give_back(order, part, 2)
        self.assertEqual(self._quantities(line), (1, 0, 1))
        self.assertEqual(self._value(part), 30.0)
        self._ready(order)
        self.assertFalse(order.has_to_invoice, "nothing is left to bill or to credit")
        self.assertEqual(self._balances(), expected)

    def test_cost_on_an_invoice_of_many_orders(self):
        """R2.6: on the one invoice of a manufacturer each order's part has its own cost, also
        where a second part of one of them follows on the next invoice."""
        part = self._parts((2, 10.0))["fifo"]
        operation = self._operation_of((part, 2))
        vals = {"pay_type": "warranty", "payer_id": self.manufacturer.id}
        vals["operation_id"] = operation.id
        orders = self._authorised_order(**vals) | self._authorised_order(**vals)
        first, second = orders
        # Each order gets one of the parts at 10; what follows for the first costs 50.
        orders.sudo().picking_ids.do_unreserve()
        self._issue_part_of(first, 1)
        self._issue_part_of(second, 1, keep_rest=False)
        self.company.service_kit_gate = "warn"  # work begins with the part that is there
        self._work(orders)
        # One invoice of both, as the accountant makes it from the list of estimates.
        estimates = orders.sudo().estimate_ids
        invoice = estimates.with_user(self.accountant)._create_invoices()
        invoice.action_post()
        self.assertEqual(len(invoice), 1)
        self.assertEqual(self._balances()["cogs"], 20.0)
        self._receive(part, 1, 50.0)
        self._issue_rest(first)
        first.estimate_ids.with_user(self.accountant)._create_invoices().action_post()
        self.assertEqual(self._value(part), 0.0)
        self.assertEqual(self._balances()["cogs"], 70.0)
        self.assertEqual(self._balances()["stock"], -70.0)
