from datetime import datetime, timedelta

from odoo import Command
from odoo.addons.service_advisor_quality.tests.common import ServiceAdvisorQualityCommon
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

MONDAY = datetime(2026, 3, 2, 8)
HOUR = timedelta(hours=1)


@tagged("post_install", "-at_install")
class TestOrderReport(ServiceAdvisorQualityCommon):
    def _report(self, orders, user=None):
        report = self.env["service.order.report"].with_user(user or self.manager)
        return report.search([("order_id", "in", orders.ids)], order="id")

    def _average(self, orders, *names):
        report = self.env["service.order.report"].with_user(self.manager)
        [row] = report._read_group(
            [("order_id", "in", orders.ids)], [], [f"{name}:avg" for name in names]
        )
        return row

    def _ready_order(self, first, current, ready):
        """Return a ready order whose promises and end lie so many hours after its arrival."""
        order = self._finished_order()
        self._pass(order)
        order.action_ready()
        order.sudo().write(
            {
                "checked_in_at": MONDAY,
                "first_promised_at": MONDAY + first * HOUR,
                "promised_at": MONDAY + current * HOUR,
                "ready_at": MONDAY + ready * HOUR,
            }
        )
        return order

    def test_on_time(self):
        """K3: ready at or before the promise, first and current apart; a moved one shows."""
        punctual = self._ready_order(first=4, current=4, ready=4)
        moved = self._ready_order(first=4, current=8, ready=6)
        late = self._ready_order(first=4, current=4, ready=5)
        open_order = self._authorised_order()
        first, second, third, fourth = self._report(punctual | moved | late | open_order)
        self.assertEqual((first.on_time_first, first.on_time_current), (1, 1))
        self.assertEqual((second.on_time_first, second.on_time_current), (0, 1))
        self.assertEqual((third.on_time_first, third.on_time_current), (0, 0))
        shares = self._average(
            punctual | moved | late | open_order, "on_time_first", "on_time_current"
        )
        self.assertAlmostEqual(shares[0], 1 / 3)
        self.assertAlmostEqual(shares[1], 2 / 3, msg="the open order is not in the denominator")
        self.assertFalse(fourth.ready_at)
        [share] = self._average(open_order, "on_time_current")
        self.assertIn(share, (None, False), "no order is ready: no data, which is not 0 %")
        self.assertIsNot(share, 0.0)

    def test_first_pass(self):
        """K5: what failed first stays failed, whatever came of the second inspection."""
        good = self._finished_order()
        self._pass(good)
        redone = self._finished_order()
        self._fail(redone)
        redone.job_ids.with_user(self.technician).action_start()
        self._finish_job(redone.job_ids.with_user(self.technician))
        self._pass(redone)
        waiting = self._finished_order()
        first, second, third = self._report(good | redone | waiting)
        self.assertEqual((first.first_pass, first.final_count), (1, 1))
        self.assertEqual((second.first_pass, second.final_count), (0, 2))
        self.assertEqual(third.final_count, 0)
        self.assertEqual(self._average(good | redone | waiting, "first_pass"), (0.5,))

    def test_sums(self):
        """R5.2: jobs, hours and money of an order are counted once each."""
        order = self._new_order(jobs=3)
        order.action_check_in()
        order.action_quote()
        jobs = order.job_ids
        order._record_answer(
            {"approved": jobs[:2], "declined": jobs[2]},
            {"authorised_via": "counter"},
            refusals={jobs[2]: {"decline_reason": "Too expensive"}},
        )
        self.env["service.clocking"].create(
            [
                {
                    "job_id": job.id,
                    "employee_id": self.employee.id,
                    "start_at": MONDAY + index * HOUR,
                    "stop_at": MONDAY + (index + 0.5) * HOUR,
                }
                for index, job in enumerate((jobs[0], jobs[0], jobs[1]))
            ]
        )
        row = self._report(order)
        self.assertEqual((row.job_count, row.declined_count), (3, 1))
        self.assertEqual((row.allowed_hours, row.clocked_hours), (3.0, 1.5))
        self.assertAlmostEqual(row.amount_untaxed, 2 * 270.0)
        self.assertEqual(row.currency_id, self.company.currency_id)
        self.assertEqual((row.model_id, row.brand_id), (self.model, self.model.brand_id))
        self.assertEqual((row.advisor_id, row.state), (self.advisor, "authorised"))
        order.action_cancel()
        self.assertFalse(self._report(order), "no visit")

    def test_foreign_currency(self):
        """R5.2: an estimate in another currency counts in the company's, at its own rate."""
        currency = self.env["res.currency"].create(
            {"name": "XTS", "symbol": "X", "rate_ids": [Command.create({"rate": 4.0})]}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": currency.id}
        )
        order = self._new_order()
        estimate = order.sudo().estimate_ids
        estimate.pricelist_id = pricelist
        estimate._recompute_prices()
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        self.assertAlmostEqual(estimate.amount_untaxed, 4 * 270.0)
        self.assertAlmostEqual(self._report(order).amount_untaxed, 270.0)

    def test_drill_down(self):
        """K6: a click on a figure's row opens the order behind it."""
        order = self._new_order()
        action = self._report(order).action_open_order()
        self.assertEqual((action["res_model"], action["res_id"]), ("service.order", order.id))

    def test_access(self):
        """R5.3: managers see the figures of their company, others none."""
        order = self._new_order()
        for user in (self.advisor, self.technician, self.accountant, self.inspector):
            with self.assertRaises(AccessError):
                self._report(order, user)
        other = self.env["res.company"].create({"name": "Other Dealer"})
        stranger = self.manager.copy(
            {"company_id": other.id, "company_ids": [Command.set(other.ids)]}
        )
        self.assertFalse(self._report(order, stranger))

    def test_queries(self):
        """R5.2: the analysis of many orders is one query, and one per kind of record beside
        them: here inspections, and those that failed."""
        orders = self._new_order() | self._new_order() | self._new_order()
        self._report(orders)
        self.env.flush_all()
        with self.assertQueryCount(3):
            self._average(orders, "on_time_current", "first_pass", "shop_hours")

    def test_digest(self):
        """R2.5 K3: the digest counts the cars that were handed over and ready in time."""
        now = self._now()
        for late in (False, True):
            order = self._ready_order(first=4, current=4, ready=5 if late else 4)
            order.sudo().delivered_at = now - HOUR
        self._ready_order(first=4, current=4, ready=4)  # still in the shop
        digest = self.env["digest.digest"].create(
            {"name": "Service", "kpi_service_on_time": True, "company_id": self.company.id}
        )
        digest = digest.with_context(start_datetime=now - 24 * HOUR, end_datetime=now)
        self.assertEqual(digest.with_user(self.manager).kpi_service_on_time_value, 1)
        with self.assertRaises(AccessError):
            digest.with_user(self.advisor).kpi_service_on_time_value  # noqa: B018
        kpis = digest._compute_kpis(self.company, self.manager)
        [kpi] = [kpi for kpi in kpis if kpi["kpi_name"] == "kpi_service_on_time"]
        self.assertEqual(kpi["kpi_col1"]["value"], 1)
        self.assertIn("service_order_report_action", kpi["kpi_action"])
        with Form(digest.with_user(self.env.user)) as form:
            form.kpi_service_on_time = False
