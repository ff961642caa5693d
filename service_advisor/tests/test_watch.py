from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .common import ServiceAdvisorCommon

HOUR = timedelta(hours=1)
# A Monday in March; the shop is in Shanghai and works from 8 to 12 and from 13 to 17.
MONDAY = datetime(2026, 3, 2)


class WatchCommon(ServiceAdvisorCommon):
    """An order with one job of an hour and a half, priced on Monday at 9:00 of the shop."""

    tz = "Asia/Shanghai"
    opens_at = MONDAY  # 8:00 of the shop, in UTC

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = cls._new_calendar(cls.tz)
        cls.company.service_promise_buffer = 1.0
        cls.nine = cls.opens_at + HOUR

    @classmethod
    def _new_calendar(cls, tz):
        days = [
            Command.create(
                {
                    "name": f"{day} {start}",
                    "dayofweek": str(day),
                    "hour_from": start,
                    "hour_to": stop,
                    "day_period": period,
                }
            )
            for day in range(5)
            for start, stop, period in (
                (8, 12, "morning"), (12, 13, "lunch"), (13, 17, "afternoon")
            )
        ]
        return cls.env["resource.calendar"].create(
            {"name": "Shop", "tz": tz, "attendance_ids": [Command.clear(), *days]}
        )

    def _order(self, at=None, **kwargs):
        """Return an order that the customer approved at ``at``; its promise is set by hand."""
        with freeze_time(at or self.nine):
            order = self._authorised_order(**kwargs)
        return order.sudo()

    def _promise(self, order, moment):
        order.sudo().promised_at = moment

    def _watch(self, at):
        with freeze_time(at), self.enter_registry_test_mode():
            self.env.ref("service_advisor.ir_cron_watch_promises").method_direct_trigger()
        self.env.invalidate_all()

    def _reminders(self, order):
        kind = self.env.ref("service_advisor.mail_activity_type_promise")
        return order.sudo().activity_ids.filtered(lambda a: a.activity_type_id == kind)


@tagged("post_install", "-at_install")
class TestWatch(WatchCommon):
    """R2.3: the promise is watched all day, and the advisor hears of danger before it breaks."""

    def test_in_time(self):
        """R2.3: an order that goes as planned raises nothing; half the buffer is its slack."""
        order = self._order()
        # 1.5 hours and the buffer of one from 9:00, over no break.
        self.assertEqual(order.promised_at, self.nine + 2.5 * HOUR)
        self._watch(self.nine + 0.25 * HOUR)
        self.assertEqual(order.risk, "none")
        self.assertEqual(order.projected_at, self.nine + 2.25 * HOUR)
        self.assertFalse(order.alert_ids)
        self.assertFalse(self._reminders(order))

    def test_not_started(self):
        """R2.3: work that nobody begins is raised before the promise breaks, once, and ends."""
        order = self._order()
        for minutes in (31, 36, 41):
            self._watch(self.nine + minutes * HOUR / 60)
        self.assertEqual((order.risk, order.risk_kind), ("at_risk", "work"))
        reminder = self._reminders(order)
        self.assertEqual(len(reminder), 1)
        self.assertEqual(reminder.user_id, self.advisor)
        self.assertIn("At risk", reminder.summary)
        self.assertEqual(order.alert_ids.mapped("level"), ["at_risk"])
        self.assertLess(order.alert_ids.raised_at, order.promised_at)

    def test_late(self):
        """R2.3: once the promise has passed the order is late, said once; live without the
        action."""
        order = self._order()
        with freeze_time(order.promised_at + HOUR / 60):
            order.invalidate_recordset()
            self.assertTrue(order.is_late, "the action has not run")
            self.assertIn(order, self.env["service.order"].search([("is_late", "=", True)]))
        for minutes in (1, 6):
            self._watch(order.promised_at + minutes * HOUR / 60)
        self.assertEqual(order.risk, "late")
        self.assertEqual(len(self._reminders(order)), 1)
        self.assertIn("Late", self._reminders(order).summary)
        self.assertEqual(order.alert_ids.mapped("level"), ["late"])

    def test_clock(self):
        """R2.3: a running clock counts; a job that takes too long is never over by itself."""
        order = self._order()
        with freeze_time(self.nine):
            order.job_ids.with_user(self.technician).action_start()
        self._watch(self.nine + HOUR)
        self.assertEqual(order.projected_at, self.nine + 2 * HOUR, "half an hour is left")
        self.assertEqual(order.risk, "none")
        self._watch(self.nine + 2 * HOUR)
        self.assertEqual(
            order.projected_at, self.nine + 2.75 * HOUR, "a quarter and half the buffer"
        )
        self.assertEqual((order.risk, order.risk_kind), ("at_risk", "overrun"))
        self.assertIn("longer", order.risk_cause)

    def test_over_lunch_and_night(self):
        """R2.3: what is left is done in working time, not over lunch and not at night."""
        order = self._order()
        self._promise(order, self.nine + 30 * HOUR)
        self._watch(self.opens_at + 3 * HOUR)  # 11:00
        self.assertEqual(order.projected_at, self.opens_at + 6 * HOUR)  # 14:00
        self._watch(self.opens_at + 8 * HOUR)  # 16:00
        self.assertEqual(order.projected_at, self.opens_at + 25 * HOUR)  # Tuesday 9:00

    def test_parts(self):
        """R2.3: a part that is not there yet is a danger of its own, told in words."""
        order = self._order()
        self._promise(order, self.nine + 7 * HOUR)
        moves = order.picking_ids.move_ids
        moves.filtered(lambda move: move.product_id == self.pads)._do_unreserve()
        self.env["stock.quant"]._update_available_quantity(
            self.pads, self.warehouse.lot_stock_id, -10
        )
        self._watch(self.nine + HOUR)
        self.assertEqual((order.risk, order.risk_kind), ("at_risk", "parts"))
        self.assertIn("Brake pads", order.risk_cause)
        self.assertEqual(order.blocked_by, "parts")

    def test_plan(self):
        """R2.3: what is booked for later is finished when the booking is over; a booking that
        nobody kept is no plan any more."""
        order = self._order()
        bay = self.env["service.bay"].create({"name": "Watched bay"})
        with freeze_time(self.nine):
            order.job_ids._book(
                [(bay.resource_id, self.opens_at + 5 * HOUR, self.opens_at + 7 * HOUR)]
            )
        self._watch(self.nine + HOUR / 4)
        self.assertEqual(order.projected_at, self.opens_at + 7.5 * HOUR)
        self.assertEqual((order.risk, order.risk_kind), ("at_risk", "plan"))
        self.assertIn("Planned until", order.risk_cause)
        self._watch(self.opens_at + 6 * HOUR)  # 14:00, nobody has begun
        self.assertEqual(order.projected_at, self.opens_at + 8 * HOUR)

    def test_hold(self):
        """R2.3: a job on hold endangers the promise by what it waits for."""
        order = self._order()
        with freeze_time(self.nine):
            order.job_ids._hold("warranty", "Claim 17")
        self._watch(self.nine + HOUR / 4)
        self.assertEqual((order.risk, order.blocked_by), ("none", "warranty"))
        self._watch(self.nine + HOUR)
        self.assertEqual((order.risk, order.risk_kind), ("at_risk", "warranty"))
        self.assertIn("Claim 17", order.risk_cause)

    def test_cause_in_the_language_of_the_reader(self):
        """R2.3: what endangers a promise is told to each reader in the own language, in the list
        of dangers too, whatever the advisor speaks."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["service_advisor"], ["zh_CN"])
        order = self._order()
        self._watch(self.nine + HOUR)
        for record in (order, order.alert_ids):
            english = record.with_user(self.manager).with_context(lang="en_US").risk_cause
            chinese = record.with_user(self.manager).with_context(lang="zh_CN").risk_cause
            self.assertIn("Too little time is left", english)
            self.assertNotEqual(english, chinese)
        order.job_ids.operation_id.with_context(lang="zh_CN").name = "更换刹车片"
        self.env.invalidate_all()
        self.assertIn("更换刹车片", order.with_context(lang="zh_CN").risk_cause)

    def test_causes_of_many(self):
        """R2.3: a list of causes asks as much for six orders as for two."""
        orders = self.env["service.order"].union(*(self._order() for _number in range(6)))
        for order in orders:
            order.risk_limit = {"kind": "work", "jobs": order.job_ids.ids}
        self.env.flush_all()
        counts = []
        for some in (orders[:2], orders):
            self.env.invalidate_all()
            some.mapped("risk_limit")
            before = self.env.cr.sql_log_count
            some.mapped("risk_cause")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_new_cause(self):
        """R2.3: another cause is raised again, the same never, also after it was away."""
        order = self._order()
        self._watch(self.nine + HOUR)
        first = self._reminders(order)
        self.assertEqual(len(first), 1)
        first.action_done()
        self._watch(self.nine + 1.1 * HOUR)
        self.assertFalse(self._reminders(order), "what the advisor has seen is not said again")
        with freeze_time(self.nine - HOUR / 2):
            order.job_ids.with_user(self.technician).action_start()
        self._watch(self.nine + 1.9 * HOUR)
        self.assertEqual(order.risk_kind, "overrun")
        self.assertEqual(len(self._reminders(order)), 1)
        self.assertEqual(order.alert_ids.sorted("id").mapped("kind"), ["work", "overrun"])
        self.assertTrue(order.alert_ids.filtered(lambda a: a.kind == "work").cleared_at)

    def test_over(self):
        """R2.3: the reminder goes away by itself once the danger is over, or the car is ready."""
        order = self._order()
        self._watch(self.nine + HOUR)
        self.assertTrue(self._reminders(order))
        self._promise(order, self.nine + 7 * HOUR)
        self._watch(self.nine + 1.1 * HOUR)
        self.assertFalse(self._reminders(order))
        self.assertEqual(order.risk, "none")
        self.assertTrue(order.alert_ids.cleared_at)

    def test_cancelled(self):
        """R2.3: nobody is reminded of an order that was called off."""
        order = self._order()
        self._watch(self.nine + HOUR)
        order.with_user(self.advisor).action_cancel()
        self.assertFalse(self._reminders(order))
        self.assertEqual((order.risk, order.projected_at), ("none", False))

    def test_offer(self):
        """R2.3: an offer that nobody answered until it came too late is raised as well."""
        with freeze_time(self.nine):
            order = self._new_order()
            order.action_check_in()
            order.action_quote()
        order = order.sudo()
        self._watch(self.nine + 0.25 * HOUR)
        self.assertEqual((order.risk, order.blocked_by), ("none", "customer"))
        self._watch(self.nine + HOUR)
        self.assertEqual((order.risk, order.risk_kind), ("at_risk", "customer"))

    def test_words_of_the_advisor(self):
        """R2.3: the advisor reads the cause in the own language, whoever runs the action."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.advisor.lang = "fr_FR"
        order = self._order()
        with freeze_time(self.nine):
            self._watch(self.nine + HOUR)
        self.assertRegex(self._reminders(order).summary, r"02/03/2026|2 mars")

    def test_many_at_once(self):
        """R2.3: as many queries for 2 orders as for 8, whether there is danger or none."""
        for part in (self.pads, self.fluid):
            self._put_on_shelf(part, 100)
        batches = [[self._order() for _index in range(number)] for number in (2, 2, 8)]
        for hours in (0.25, 1):
            costs = []
            for batch in batches:
                orders = self.env["service.order"].union(*batch)
                self.env.flush_all()
                self.env.invalidate_all()
                start = self.env.cr.sql_log_count
                with freeze_time(self.nine + hours * HOUR):
                    orders._watch(self._now(), {})
                    self.env.flush_all()
                costs.append(self.env.cr.sql_log_count - start)
                self.assertEqual(set(orders.mapped("risk")), {"none" if hours < 1 else "at_risk"})
            self.assertEqual(costs[1], costs[2], costs)

    def test_broken_order(self):
        """R2.3: an order that can not be reckoned keeps no other from being watched."""
        first, second, third = (self._order() for _index in range(3))
        Order = type(first)
        project = Order._project

        def fail(orders, now, times):
            if second in orders:
                raise ValueError
            return project(orders, now, times)

        self.patch(Order, "_project", fail)
        with self.assertLogs("odoo.addons.service_advisor.models.service_order_watch") as logs:
            self._watch(self.nine + HOUR)
        self.assertEqual(len(logs.output), 1)
        self.assertEqual(
            [order.risk for order in (first, second, third)], ["at_risk", "none", "at_risk"]
        )

    def test_closed_are_left_alone(self):
        """R2.3: orders that are ready or gone are not looked at; an index leads to the others."""
        order, gone = self._order(), self._order()
        gone.write({"ready_at": self.nine, "delivered_at": self.nine})
        self._watch(self.nine + HOUR)
        self.assertEqual((order.risk, gone.risk), ("at_risk", "none"))
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        query = self.env["service.order"]._search(order._get_watched_domain())
        plan = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        self.assertIn("watch_idx", str(plan))


class NewYorkCommon(WatchCommon):
    tz = "America/New_York"


@tagged("post_install", "-at_install")
class TestWatchSummerTime(NewYorkCommon):
    # Summer time begins on Sunday 8 March 2026: Friday opens at 13:00 UTC, Monday at 12:00.
    opens_at = datetime(2026, 3, 6, 13)

    def test_night_that_is_shorter(self):
        """R2.3: work that goes on after the change of the clocks ends by the clock on the wall."""
        order = self._order()
        self._promise(order, datetime(2026, 3, 10, 12))
        self._watch(self.opens_at + 8 * HOUR)  # Friday 16:00
        self.assertEqual(order.projected_at, datetime(2026, 3, 9, 13))  # Monday 9:00
