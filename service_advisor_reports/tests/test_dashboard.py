from datetime import date, datetime, timedelta
from itertools import product

from freezegun import freeze_time
from odoo import Command, fields
from odoo.addons.service_advisor_quality.tests.common import ServiceAdvisorQualityCommon
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

NOW = "2026-03-18 04:00:00"


@tagged("post_install", "-at_install")
class TestDashboard(ServiceAdvisorQualityCommon):
    """R5.2: the figures of the department, each with exactly the records behind it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Dashboard = cls.env["service.dashboard"].with_user(cls.manager)
        cls.second = cls.advisor.copy({"name": "Second", "login": "test_second"})

    def setUp(self):
        super().setUp()
        clock = freeze_time(NOW)
        clock.start()
        self.addCleanup(clock.stop)

    def _order(self, ready, late=False, **vals):
        ready = fields.Datetime.to_datetime(ready)
        promise = ready + timedelta(hours=-1 if late else 1)
        return self.env["service.order"].create(
            {
                "vehicle_id": self.vehicle.id,
                "advisor_id": self.advisor.id,
                "checked_in_at": ready - timedelta(hours=5),
                "first_promised_at": promise,
                "promised_at": promise,
                "ready_at": ready,
                **vals,
            }
        )

    def _get(self, **filters):
        self.env.flush_all()
        return self.Dashboard.get_dashboard(filters)

    def _chart(self, data, key):
        [chart] = [chart for chart in data["charts"] if chart["key"] == key]
        return chart

    def _tile(self, data, code):
        [tile] = [tile for tile in data["tiles"] if tile["code"] == code]
        return tile

    def _opened(self, opens):
        """Return the records that a bar or point opens."""
        if "kpi" in opens:
            action = self.Dashboard.open_figure(opens["kpi"], opens)
            opens = {"model": action["res_model"], "domain": action["domain"]}
        model = self.env[opens["model"]].with_user(self.manager).with_context(active_test=False)
        return model.search(opens["domain"])

    def test_nothing_yet(self):
        """R5.2: where there is nothing, the page says so: no data is no 0 % and no 100 %."""
        self.env["service.order"].search([]).sudo().write({"company_id": self.company.id})
        other = self.env["res.company"].create({"name": "New Dealer"})
        self.manager.write({"company_ids": [Command.link(other.id)]})
        data = self.Dashboard.with_company(other).get_dashboard({})
        self.assertTrue(data["is_empty"])
        tile = self._tile(data, "on_time")
        self.assertIsNone(tile["value"])
        self.assertIsNone(tile["light"])
        self.assertIsNone(tile["change"])
        self.assertEqual(data["labels"]["company"], "New Dealer")

    def test_tiles_and_their_records(self):
        """K3 K4: value, target, light and change, and exactly the records of each part."""
        good = self._order("2026-03-02 04:00:00") | self._order("2026-03-17 04:00:00")
        late = self._order("2026-03-03 04:00:00", late=True)
        self._order("2026-02-05 04:00:00")
        self._order("2026-02-25 04:00:00", late=True)  # after the day that is compared with
        data = self._get(by="advisor", subject_id=self.advisor.id)
        self.assertEqual(
            (data["labels"]["before_from"], data["labels"]["before_to"]),
            ("2026-02-01", "2026-02-18"),
        )
        tile = self._tile(data, "on_time")
        self.assertEqual((tile["numerator"], tile["denominator"]), (2, 3))
        self.assertAlmostEqual(tile["value"], 200 / 3)
        self.assertAlmostEqual(tile["change"], 200 / 3 - 100)
        self.assertFalse(tile["is_better"])
        self.assertEqual((tile["target"], tile["light"]), (90, "red"))
        self.assertEqual(self._tile(data, "orders_completed")["value"], 3)
        for part, expected in (("numerator", good), ("denominator", good | late), ("rest", late)):
            action = self.Dashboard.open_figure("on_time", data["filters"], part)
            self.assertEqual(self.env[action["res_model"]].search(action["domain"]), expected)

    def test_trend_and_its_records(self):
        """R5.2: each month counts by the days of the shop and opens what it counted."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        # Already March in Shanghai, still February in UTC.
        march = self._order("2026-02-28 17:00:00") | self._order("2026-03-05 04:00:00", late=True)
        february = self._order("2026-02-28 15:00:00")
        self._order("2026-03-06 04:00:00", cancelled_at=NOW)
        data = self._get(by="advisor", subject_id=self.advisor.id)
        ready, on_time = self._chart(data, "orders")["series"]
        self.assertEqual(ready["values"][-2:], [1, 2])
        self.assertEqual(on_time["values"][-2:], [100.0, 50.0])
        self.assertIsNone(on_time["values"][0])
        self.assertEqual(self._opened(ready["open"][-1]), march)
        self.assertEqual(self._opened(ready["open"][-2]), february)
        self.assertEqual(self._opened(on_time["open"][-1]), march)
        weeks = self._chart(self._get(step="week"), "orders")
        self.assertEqual(len(weeks["labels"]), 52)

    def test_every_bar_opens_what_it_counts(self):
        """R5.2: the number of each bar is the number of records that it opens."""
        for day, late in product(("02", "09", "16"), (False, True)):
            self._order(f"2026-03-{day} 04:00:00", late=late)
        self._order("2026-03-10 04:00:00", advisor_id=self.second.id)
        self.env["service.complaint"].create(
            [
                {
                    "description": "Late again", "order_id": self._order("2026-03-04 04:00:00").id,
                    "category_id": category and category.id, "received_at": "2026-03-05 04:00:00",
                }
                for category in (
                    self.env["service.complaint.category"].search([], limit=1), None, None
                )
            ]
        )
        came_back = self._order("2026-03-12 04:00:00")
        self.env["service.job"].create(
            {"order_id": self._order("2026-03-01 04:00:00").id, "concern": "Squeals",
             "operation_id": self.operation.id, "state": "done"}
        )
        job = self.env["service.job"].create({"order_id": came_back.id, "concern": "Squeals so"})
        earlier = self.env["service.job"].search([("concern", "=", "Squeals")])
        job.write({"comeback_of_id": earlier.id, "comeback_kind": "manual"})
        self.customer.copy({"name": "Somebody else"})
        old = self.env["res.partner"].create({"name": "Long gone", "active": False})
        car = self.env["service.vehicle"].create({"plate": "OLD 1", "owner_id": old.id})
        self._order(
            "2025-01-05 04:00:00", vehicle_id=car.id, partner_id=old.id, closed_at=NOW,
            delivered_at="2025-01-06 04:00:00",
        )
        data = self._get(by="advisor", subject_id=self.advisor.id)
        seen = 0
        for chart in data["charts"]:
            for series in chart["series"]:
                for value, opens in zip(series["values"], series["open"], strict=True):
                    if series["unit"] == "number":
                        found = self._opened(opens)
                        self.assertEqual(len(found), value or 0, (chart["key"], opens))
                        seen += len(found)
        self.assertGreater(seen, 12)
        self.assertEqual(sorted(self._chart(data, "complaints")["series"][0]["values"]), [1, 2])
        self.assertEqual(self._chart(data, "comebacks")["series"][0]["values"], [1])
        self.assertIn("Second", self._chart(data, "advisors")["labels"])
        lost = self._chart(data, "lost")
        self.assertGreaterEqual(lost["series"][0]["values"][2 - 1], 1, "14 months: 12 to 18")
        self.assertIn(old, self._opened(lost["series"][0]["open"][1]))

    def test_sales(self):
        """R5.2: confirmed work of orders ready in the period, by who pays."""
        order = self._authorised_order()
        order.sudo().ready_at = "2026-03-10 04:00:00"
        chart = self._chart(self._get(by="advisor", subject_id=self.advisor.id), "sales")
        [series] = chart["series"]
        self.assertAlmostEqual(sum(series["values"]), sum(
            order.sudo().estimate_ids.mapped("amount_untaxed")
        ))
        self.assertEqual(
            self._opened(series["open"][0]), order.sudo().estimate_ids
        )

    def test_last_visit(self):
        """R5.2: when a customer was here last, and who is not seen for long."""
        self._order("2026-03-02 04:00:00")
        partner = self.customer.with_user(self.manager)
        partner.invalidate_recordset()
        self.assertEqual(partner.service_last_visit_at, datetime(2026, 3, 1, 23))
        search = self.env["res.partner"].with_user(self.manager).search
        self.assertIn(partner, search([("service_last_visit_at", ">=", "2026-03-01 23:00:00")]))
        self.assertNotIn(partner, search([("service_last_visit_at", "<", "2026-03-01 23:00:00")]))

    def test_filters_are_checked(self):
        """R5.2: what comes from outside is not trusted."""
        stranger = self.env["res.company"].create({"name": "Other Dealer"})
        branch = self.env["stock.warehouse"].search([("company_id", "=", stranger.id)], limit=1)
        for filters in (
            {"period": "ever"},
            {"period": ["month"]},
            {"period": "custom"},
            {"period": "custom", "date_from": "x", "date_to": "2026-01-01"},
            {"period": "custom", "date_from": "2026-02-01", "date_to": "2026-01-01"},
            {"period": "custom", "date_from": "0001-01-01", "date_to": "2026-01-01"},
            {"by": "technician"},
            {"by": "advisor", "subject_id": "1; DROP TABLE"},
            {"by": "advisor", "subject_id": True},
            {"by": "branch", "subject_id": branch.id},
            {"step": "day"},
            ["month"],
        ):
            with self.assertRaises(UserError, msg=str(filters)):
                self.Dashboard.get_dashboard(filters)
        figure = {"date_from": "2026-03-01", "date_to": "2026-03-18", "by": "company"}
        for args in (("none", figure), ("csat", figure, "all"), ("csat", "x"),
                     ("productivity", dict(figure, by="advisor", subject_id=self.advisor.id))):
            with self.assertRaises(UserError, msg=str(args)):
                self.Dashboard.open_figure(*args)

    def test_access(self):
        """R5.2: managers see the dashboard, others do not."""
        for user in (self.advisor, self.technician, self.inspector, self.accountant):
            dashboard = self.Dashboard.with_user(user)
            with self.assertRaises(AccessError):
                dashboard.get_dashboard({})
            with self.assertRaises(AccessError):
                dashboard.open_figure("csat", {})

    def test_companies(self):
        """R5.2: figures are those of the current company."""
        self._order("2026-03-02 04:00:00")
        mine = self._tile(self._get(), "orders_completed")["value"]
        other = self.env["res.company"].create({"name": "Other Dealer"})
        self.manager.write({"company_ids": [Command.link(other.id)]})
        data = self.Dashboard.with_company(other).get_dashboard({})
        self.assertGreater(mine, 0)
        self.assertEqual(self._tile(data, "orders_completed")["value"], 0)

    def test_queries(self):
        """R5.2: the dashboard costs as many queries for many orders as for one."""
        def count(orders):
            for index in range(orders):
                self._order(f"2026-03-{index + 1:02} 04:00:00", advisor_id=self.second.id)
            self.env.flush_all()
            self.Dashboard.get_dashboard({})
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.Dashboard.get_dashboard({})
            return self.cr.sql_log_count - before

        one = count(1)
        self.assertEqual(count(12), one)
        self.assertLessEqual(one, 60)
        self.assertTrue(getattr(type(self.Dashboard).get_dashboard, "_readonly", False))

    def test_calendar_days(self):
        """R5.2: today is the day of the shop."""
        self.company.resource_calendar_id.tz = "Pacific/Kiritimati"
        with freeze_time("2026-03-31 12:00:00"):
            data = self._get()
        self.assertEqual(data["filters"]["date_from"], fields.Date.to_string(date(2026, 4, 1)))
