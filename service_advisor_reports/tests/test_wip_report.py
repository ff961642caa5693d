from datetime import timedelta

from odoo import Command
from odoo.addons.service_advisor_quality.tests.common import ServiceAdvisorQualityCommon
from odoo.exceptions import AccessError
from odoo.tests import tagged

# One order: 1.5 h at 100; brake pads 80, cost 40; 2 x brake fluid 20, cost 10.
PARTS, COST, LABOUR = 120.0, 60.0, 150.0


@tagged("post_install", "-at_install")
class TestWipReport(ServiceAdvisorQualityCommon):
    def _rows(self, orders, user=None, domain=()):
        report = self.env["service.wip.report"].with_user(user or self.accountant)
        report.invalidate_model()  # every request reads anew
        return report.search([("order_id", "in", orders.ids), *domain])

    def _figures(self, order):
        row = self._rows(order)
        names = ("parts_amount", "parts_cost", "labour_amount", "labour_hours", "draft_amount")
        return tuple(round(row[name], 2) for name in names)

    def _ready_order(self, **kwargs):
        order = self._finished_order(**kwargs)
        self._pass(order)
        order.action_ready()
        return order

    def _defaults(self, orders):
        """Return the orders that the accountant sees when the list is opened."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor_reports.service_wip_report_action"
        )
        self.assertIn("search_default_gone", action["context"])
        gone = self._rows(
            orders,
            domain=[
                ("car_gone", "=", True), "|",
                ("amount_to_invoice", "!=", 0), ("draft_amount", "!=", 0),
            ],
        )
        ready = [("state", "=", "ready"), ("amount_to_invoice", "!=", 0)]
        return (gone | self._rows(orders, domain=ready)).order_id

    def _return(self, order, product, quantity):
        wizard = self.env["stock.return.picking"].with_user(self.storekeeper).create(
            {"picking_id": order.sudo().picking_ids.filtered(lambda p: p.state == "done")[:1].id}
        )
        for line in wizard.product_return_moves:
            line.quantity = quantity if line.product_id == product else 0
        back = wizard._create_return()
        back.move_ids.picked = True
        back.button_validate()

    def test_life_of_an_order(self):
        """R2.5: what is not invoiced grows with issue and finished work, and ends with the
        posted invoice, not with its draft."""
        order = self._new_order()
        self.assertFalse(self._rows(order), "booked: nothing is here yet")
        order.action_check_in()
        self.assertEqual(self._figures(order), (0, 0, 0, 0, 0))
        order.action_quote()
        order.action_approve()
        self.assertEqual(self._figures(order), (0, 0, 0, 0, 0), "approved is not delivered")
        self._issue_parts(order)
        self.assertEqual(self._figures(order), (PARTS, COST, 0, 0, 0))
        order.job_ids.with_user(self.technician).action_start()
        clocking = order.job_ids.clocking_ids.sudo()
        clocking.start_at -= timedelta(hours=2)
        self.assertAlmostEqual(self._rows(order).clocked_hours, 2.0, 1, "the clock runs")
        self._finish(order.job_ids.with_user(self.technician))
        self.assertEqual(self._rows(order).clocked_hours, 0, "finished")
        self.assertEqual(self._figures(order), (PARTS, COST, LABOUR, 1.5, 0))
        self._pass(order)
        order.action_ready()
        self.assertEqual(self._defaults(order), order)
        order.with_user(self.accountant).action_create_invoices()
        self.assertEqual(
            self._figures(order), (PARTS, COST, LABOUR, 1.5, PARTS + LABOUR), "no invoice yet"
        )
        order.sudo().invoice_ids.with_user(self.accountant).action_post()
        self.assertEqual(self._figures(order), (0, 0, 0, 0, 0))
        self.assertFalse(self._defaults(order))
        self._pay(order.sudo().invoice_ids)
        self._hand_over(order)
        row = self._rows(order)
        self.assertTrue(row.car_gone, "the car has left, the order is open")
        self.assertFalse(self._defaults(order), "nothing for the accountant")
        order.action_close()
        self.assertFalse(self._rows(order))

    def test_closed_and_not_invoiced(self):
        """R2.5: a closed order is back as soon as something on it is not invoiced."""
        order = self._ready_order()
        self._invoice(order)
        self._hand_over(order)
        order.action_close()
        self.assertFalse(self._rows(order))
        invoice = order.sudo().invoice_ids.with_user(self.accountant)
        invoice.button_draft()
        self.assertEqual(self._figures(order), (PARTS, COST, LABOUR, 1.5, PARTS + LABOUR))
        self.assertEqual(self._defaults(order), order)
        invoice.action_post()
        self.assertFalse(self._rows(order))
        self._return(order, self.pads, 1)
        self.assertEqual(self._figures(order), (-80.0, -40.0, 0, 0, 0), "a credit note is due")
        self.assertEqual(self._defaults(order), order)
        self._invoice(order)
        self.assertFalse(self._rows(order))

    def test_cancelled(self):
        """R2.5: a cancelled order holds no work."""
        order = self._authorised_order()
        order.action_cancel()
        self.assertFalse(self._rows(order))

    def test_issued_beyond_the_approval(self):
        """R1.6: what nobody approved can not be invoiced; it has left the shelf all the same."""
        order = self._authorised_order()
        moves = order.sudo().picking_ids.move_ids.with_user(self.storekeeper)
        moves.filtered(lambda move: move.product_id == self.pads).quantity = 3
        self._issue_parts(order)
        self.assertEqual(self._figures(order), (PARTS, COST + 80.0, 0, 0, 0))

    def test_foreign_currency_and_payers(self):
        """R2.5: estimates of all payers count, in the company's currency at their own rate."""
        currency = self.env["res.currency"].create(
            {"name": "XTS", "symbol": "X", "rate_ids": [Command.create({"rate": 4.0})]}
        )
        self.env.ref("base.group_user").implied_ids += self.env.ref(
            "product.group_product_pricelist"
        )
        self.manufacturer.property_product_pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": currency.id}
        )
        order = self._new_order(jobs=2)
        order.job_ids[1].write({"pay_type": "warranty", "payer_id": self.manufacturer.id})
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        abroad = order.sudo().estimate_ids.filtered(lambda e: e.currency_id == currency)
        self.assertAlmostEqual(abroad.amount_untaxed, 4 * (PARTS + LABOUR))
        self._issue_parts(order)
        self._work(order)
        self.assertEqual(
            self._figures(order), (2 * PARTS, 2 * COST, 2 * LABOUR, 3.0, 0)
        )
        abroad.with_user(self.accountant)._create_invoices()
        self.assertEqual(self._figures(order)[-1], PARTS + LABOUR)

    def test_shared_work(self):
        """R2.5: hours and amounts of shared work count once, whoever bears them."""
        order = self._new_order()
        order.job_ids.share_ids = [
            Command.create({"payer_id": self.manufacturer.id, "percent": 40})
        ]
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        self._issue_parts(order)
        self._work(order)
        self.assertEqual(self._figures(order), (PARTS, COST, LABOUR, 1.5, 0))
        order.sudo().estimate_ids.filtered(
            lambda e: e.partner_id == self.customer
        )._create_invoices().action_post()
        self.assertEqual(
            self._figures(order), (PARTS * 0.4, 0, LABOUR * 0.4, 0, 0),
            "the manufacturer's share, and no hours",
        )

    def test_difference_taken_back(self):
        """R2.5: what was credited of a claim and is billed again counts, though no quantity is
        left of its line."""
        order = self._ready_order(pay_type="warranty", payer_id=self.manufacturer.id)
        claim = order.job_ids.sudo()._ensure_claims()
        claim._keep({"state": "submitted"})
        line = self.env["sale.order.line"].sudo().create(claim._prepare_difference_vals(70.0))
        self._invoice(order)
        self.assertFalse(self._rows(order).amount_to_invoice)
        claim._take_back_differences()
        self.assertEqual(line.qty_to_invoice, -1.0)
        self.assertAlmostEqual(self._rows(order).amount_to_invoice, 70.0)

    def test_age(self):
        """R2.5: the age since the check-in, in the steps accountants use; cars that are gone
        come first."""
        steps = {0: "d03", 3: "d03", 4: "d07", 7: "d07", 8: "d15", 15: "d15", 16: "d30",
                 30: "d30", 31: "d99", 400: "d99"}
        orders = self.env["service.order"]
        for days, age in steps.items():
            order = self._new_order(jobs=1)
            order.action_check_in()
            order.sudo().checked_in_at -= timedelta(days=days, hours=1)
            row = self._rows(order)
            self.assertEqual((row.days, row.age), (days, age))
            orders |= order
        gone = orders[2]
        gone.sudo().delivered_at = self._now()
        rows = self._rows(orders)
        self.assertEqual(rows.order_id, gone | (orders - gone)[::-1])
        pivot = self.env["service.wip.report"].with_user(self.accountant)._read_group(
            [("order_id", "in", orders.ids)], ["age"], ["__count"], order="age"
        )
        self.assertEqual([age for age, _count in pivot], ["d03", "d07", "d15", "d30", "d99"])

    def test_drill_down(self):
        """R2.5: every figure opens the records behind it."""
        order = self._ready_order()
        order.job_ids = [Command.create({"concern": "More", "operation_id": self.operation.id})]
        row = self._rows(order)
        action = row.action_open_order()
        self.assertEqual((action["res_model"], action["res_id"]), ("service.order", order.id))
        action = row.action_open_lines()
        lines = self.env[action["res_model"]].with_user(self.accountant).search(action["domain"])
        self.assertEqual(len(lines), 3, "labour and two parts, not what is only proposed")
        self.assertAlmostEqual(
            sum(lines.mapped("untaxed_amount_to_invoice")), row.amount_to_invoice
        )
        order.with_user(self.accountant).action_create_invoices()
        self.assertEqual(row.action_open_invoices()["res_id"], order.sudo().invoice_ids.id)
        busy = self._authorised_order()
        busy.job_ids.with_user(self.technician).action_start()
        action = self._rows(busy).action_open_clockings()
        self.assertEqual(action["res_id"], busy.job_ids.clocking_ids.id)

    def test_access(self):
        """R5.3: accountants and managers read the figures of their companies, others none."""
        order = self._authorised_order()
        for user in (self.accountant, self.manager):
            self.assertTrue(self._rows(order, user))
        for user in (self.advisor, self.technician, self.storekeeper, self.salesperson):
            with self.assertRaises(AccessError):
                self._rows(order, user)
        other = self.env["res.company"].create({"name": "Other Dealer"})
        stranger = self.manager.copy(
            {"company_id": other.id, "company_ids": [Command.set(other.ids)]}
        )
        self.assertFalse(self._rows(order, stranger))

    def test_queries(self):
        """R2.5: the list of many orders costs what that of two does."""
        orders = self.env["service.order"]
        for _index in range(5):
            orders |= self._finished_order()
        names = ["parts_amount", "parts_cost", "labour_amount", "clocked_hours", "draft_amount"]
        counts = []
        for some in (orders[:2], orders):
            self._rows(some).mapped("parts_amount")  # what Odoo reads once and keeps
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._rows(some).read(names)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
