from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools.planner_reason import Reason
from .common import ServiceAdvisorCommon

# A Monday, 8:00 in the workshop.
MONDAY = "2026-03-02 00:00:00"
HOUR = timedelta(hours=1)


@tagged("post_install", "-at_install")
class TestPlanner(ServiceAdvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls._new_calendar("Asia/Shanghai")
        cls.company.write(
            {
                "resource_calendar_id": cls.calendar.id,
                "service_promise_buffer": 0,
                "service_transfer_days": 1,
            }
        )
        cls.kind = cls.env["service.bay.kind"].create({"name": "Test Lift"})
        cls.bay = cls.env["service.bay"].create(
            {
                "name": "Test Bay",
                "kind_ids": [Command.set(cls.kind.ids)],
                "resource_calendar_id": cls.calendar.id,
                "tz": cls.calendar.tz,
            }
        )
        cls.operation.write({"bay_kind_id": cls.kind.id, "allowed_hours": 2})
        # No history: allowed hours count a fifth more.
        cls.hours = 2 * 1.2 * HOUR
        # At worst the half more, which the promise leaves time for.
        cls.reserve = 2 * 0.3 * HOUR
        cls.wang = cls._new_technician("Wang")

    @classmethod
    def _new_calendar(cls, tz):
        return cls.env["resource.calendar"].create(
            {
                "name": tz,
                "tz": tz,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": f"{day} {start}",
                            "dayofweek": str(day),
                            "hour_from": start,
                            "hour_to": stop,
                            "day_period": period,
                        }
                    )
                    for day in range(7)
                    for start, stop, period in ((8, 12, "morning"), (13, 17, "afternoon"))
                ],
            }
        )

    @classmethod
    def _new_technician(cls, name, **vals):
        return cls.env["hr.employee"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "is_service_technician": True,
                "resource_calendar_id": cls.calendar.id,
                "tz": cls.calendar.tz,
                **vals,
            }
        )

    def _hold(self, record, start, stop):
        """Hold a resource for the job of another order."""
        other = self._new_order()
        return self.env["service.booking"].create(
            {
                "job_id": other.job_ids.id,
                "resource_id": record.resource_id.id,
                "start_at": start,
                "stop_at": stop,
            }
        )

    def _quoted(self, **kwargs):
        order = self._new_order(**kwargs)
        order.action_check_in()
        order.action_quote()
        return order

    def _plan(self, order):
        return self.env["service.planner"]._plan(order)[order]

    @freeze_time(MONDAY)
    def test_promise_comes_from_the_plan(self):
        """R1.4 R2.1: the promise is when the work finds its place, and names what is waited
        for, in the time of the shop and in words a customer may read."""
        start = datetime(2026, 3, 2)
        self._hold(self.bay, start, start + 3 * HOUR)
        order = self._quoted()
        # From 11:00 on: an hour before the break, the rest after it.
        self.assertEqual(order.promised_at, datetime(2026, 3, 2, 7))
        self.assertIn("Test Lift", order.promise_limit)
        self.assertIn("11:00", order.promise_limit)
        reason = self._plan(order).reason
        self.assertIsInstance(reason, Reason)
        self.assertEqual((reason.kind, reason.resource.key), ("need", self.bay.resource_id.id))

    @freeze_time(MONDAY)
    def test_shop_without_technicians_keeps_the_simple_rule(self):
        """R1.4 R2.1: where nobody is named to plan with, nothing changes and nothing is asked."""
        self.wang.is_service_technician = False
        order = self._new_order()
        order.action_check_in()
        self.env.flush_all()
        counts = []
        for compute in 2 * (order._compute_plain_promises, order._compute_promises):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = compute()
            counts.append((self.env.cr.sql_log_count - before, found))
        self.assertEqual(counts[2], counts[3])  # the first two warm up
        self.assertFalse(self.env["service.planner"]._plan(order))

    @freeze_time(MONDAY)
    def test_skill_leave_and_missing_qualification(self):
        """R2.1: only who has the level works on it, not on leave; where nobody has it, the
        customer is still told a time, and the advisor why it is not planned."""
        kind = self.env["hr.skill.type"].create(
            {
                "name": "Test",
                "skill_ids": [Command.create({"name": "Gearbox"})],
                "skill_level_ids": [
                    Command.create({"name": "Low", "level_progress": 10}),
                    Command.create({"name": "High", "level_progress": 90}),
                ],
            }
        )
        low, high = kind.skill_level_ids.sorted("level_progress")
        self.operation.write({"skill_id": kind.skill_ids.id, "skill_level_id": high.id})
        order = self._quoted()
        self.assertIn("Gearbox", order.promise_limit)
        self.assertEqual(self._plan(order).reason.kind, "nobody")
        li = self._new_technician("Li")
        self.env["hr.employee.skill"].create(
            [
                {
                    "employee_id": employee.id,
                    "skill_type_id": kind.id,
                    "skill_id": kind.skill_ids.id,
                    "skill_level_id": level.id,
                    "valid_from": "2026-01-01",
                }
                for employee, level in ((self.wang, low), (li, high))
            ]
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "resource_id": li.resource_id.id,
                "calendar_id": self.calendar.id,
                "date_from": "2026-03-01 16:00:00",
                "date_to": "2026-03-03 15:59:59",
            }
        )
        plan = self._plan(order)
        self.assertEqual((plan.reason.kind, plan.reason.alone), ("need", True))
        self.assertEqual(plan.reason.resource.key, li.resource_id.id)
        moment, words = order._compute_promises()[order]
        self.assertEqual(moment, datetime(2026, 3, 4) + self.hours + self.reserve)
        self.assertIn("Only Li is qualified for Gearbox", words)

    def test_summer_time(self):
        """R2.1: work is planned by the clock of the workshop, also where it is put forward."""
        berlin = self._new_calendar("Europe/Berlin")
        self.company.resource_calendar_id = berlin
        self.wang.write({"resource_calendar_id": berlin.id, "tz": berlin.tz})
        self.bay.write({"resource_calendar_id": berlin.id, "tz": berlin.tz})
        for day, start in (("2026-03-28 20:00:00", 6), ("2026-10-24 20:00:00", 7)):
            with freeze_time(day):
                order = self._quoted()
                opening = datetime.fromisoformat(day).replace(hour=start) + timedelta(days=1)
                self.assertEqual(order.promised_at, opening + self.hours + self.reserve)

    @freeze_time(MONDAY)
    def test_approved_work_takes_its_place(self):
        """R2.1: what is approved is booked as it was planned; the next order sees it, and
        planning again finds a better place for what nobody has begun."""
        held = self._hold(self.bay, datetime(2026, 3, 2), datetime(2026, 3, 2, 2))
        first, second = self._quoted(), self._quoted()
        orders = first | second
        orders.with_user(self.advisor).action_approve()
        bookings = orders.job_ids.booking_ids
        self.assertEqual(set(bookings.mapped("kind")), {"technician", "bay"})
        self.assertEqual(first.job_ids.planned_start_at, datetime(2026, 3, 2, 2))
        self.assertGreaterEqual(
            second.job_ids.planned_start_at, first.job_ids.planned_stop_at
        )
        self.assertEqual(orders.job_ids.technician_id, self.wang)
        held.unlink()
        orders.with_user(self.advisor).action_plan()
        self.assertEqual(first.job_ids.planned_start_at, datetime(2026, 3, 2))
        with self.assertRaises(AccessError):
            first.with_user(self.technician).action_plan()

    @freeze_time(MONDAY)
    def test_approval_is_never_blocked(self):
        """R2.1: an answer stands although the workshop has no place; the advisor is told."""
        order = self._quoted()
        self.bay.active = False
        order.with_user(self.advisor).action_approve()
        self.assertEqual(order.job_ids.state, "approved")
        self.assertFalse(order.job_ids.booking_ids)
        todo = order.activity_ids.filtered(lambda activity: "place" in activity.summary)
        self.assertIn("Test Lift", todo.note)

    @freeze_time(MONDAY)
    def test_hours_come_from_the_clocks(self):
        """R2.1: planned hours are those that the company's share of finished jobs took."""
        self.company.service_planned_share = 75
        self.company.service_safe_share = 99
        planner = self.env["service.planner"]
        operation = self.operation
        self.assertEqual(planner._get_factors(self.company, operation)[operation.id], (1.2, 1.5))
        jobs = self._new_order(jobs=10).job_ids
        jobs.write({"allowed_hours": 2})
        jobs._keep({"state": "qc", "finished_at": datetime(2026, 2, 27)})
        for number, job in enumerate(jobs):
            self.env["service.clocking"].create(
                {
                    "job_id": job.id,
                    "employee_id": self.employee.id,
                    "start_at": datetime(2026, 2, number + 1),
                    "stop_at": datetime(2026, 2, number + 1) + (1 + number / 2) * HOUR,
                }
            )
        # The tenth clock was forgotten: it says nothing about the work.
        jobs[-1].clocking_ids.sudo()._keep({"closed_by_system": True})
        factors = planner._get_factors(self.company, operation)
        # Ratios 0.5, 0.75 … 2.5: three of four lie at or below 2.
        self.assertAlmostEqual(factors[operation.id][0], 2.0)
        self.assertAlmostEqual(factors[operation.id][1], 2.48)
        self.assertAlmostEqual(factors[False][0], 2.0, msg="the whole shop's, for other work")

    @freeze_time(MONDAY)
    def test_another_branch_has_the_part(self):
        """R2.1: a part that is late here and lies at another branch is another way to be told."""
        disc = self._new_part("Brake disc", 50)
        disc.seller_ids = [Command.create({"partner_id": self.company.partner_id.id, "delay": 5})]
        other = self.env["stock.warehouse"].create({"name": "North", "code": "NRT"})
        self._put_on_shelf(disc, 3, other)
        order = self._new_order()
        self.env["sale.order.line"].create(
            {"service_job_id": order.job_ids.id, "product_id": disc.id, "product_uom_qty": 2}
        )
        order.action_check_in()
        order.action_quote()
        plan = self._plan(order)
        self.assertEqual((plan.reason.kind, plan.reason.part.name[-10:]), ("part", "Brake disc"))
        self.assertEqual([found.kind for found in plan.alternatives], ["elsewhere"])
        Wizard = self.env["service.promise.wizard"].with_user(self.advisor)
        wizard = Wizard.create({"order_id": order.id})
        self.assertIn("If North sends", wizard.content)
        self.assertIn("Wang", wizard.content)
        self.assertFalse(wizard.can_plan, "nothing is approved yet")

    @freeze_time(MONDAY)
    def test_waiting_customer_first(self):
        """R2.1: of orders planned together, that of a waiting customer comes first."""
        orders = self._quoted() | self._quoted()
        later = orders[1]
        later.is_customer_waiting = True
        plans = self.env["service.planner"]._plan(orders)
        self.assertLess(plans[later].finish, plans[orders[0]].finish)

    @freeze_time(MONDAY)
    def test_queries_do_not_grow(self):
        """R2.1: as many queries for one order as for many, with few bookings and with many."""
        orders = self.env["service.order"].union(*(self._quoted() for _number in range(4)))
        planner = self.env["service.planner"]

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            planner._plan(some)
            return self.env.cr.sql_log_count - before

        count(orders)
        single = count(orders[:1])
        self.assertEqual(count(orders), single)
        booking = self._hold(self.bay, datetime(2026, 3, 10), datetime(2026, 3, 10, 0, 5))
        self.env["service.booking"].create(
            [
                {
                    "job_id": booking.job_id.id,
                    "resource_id": booking.resource_id.id,
                    "start_at": datetime(2026, 3, 10) + number * HOUR / 10,
                    "stop_at": datetime(2026, 3, 10, 0, 5) + number * HOUR / 10,
                }
                for number in range(1, 40)
            ]
        )
        self.assertEqual(count(orders), single)

    @freeze_time(MONDAY)
    def test_day_is_planned_anew(self):
        """R2.1: late orders come first where that helps, the proposal is booked as it was shown,
        and nothing moves that is worked on, put in its place, or was changed meanwhile."""
        orders = self._quoted() | self._quoted() | self._quoted()
        orders.action_approve()
        first, second, third = orders
        self.assertLess(first.job_ids.planned_stop_at, third.job_ids.planned_stop_at)
        # The last one was promised for noon, the others for the next days.
        orders._keep({"promised_at": datetime(2026, 3, 6)})
        third._keep({"promised_at": datetime(2026, 3, 2, 4)})
        before = third.job_ids.planned_start_at
        # Found meanwhile, nobody was asked yet: it is not planned, nor in the way.
        later = self.operation.copy({"code": "LATER"})
        second.job_ids.create(
            {"order_id": second.id, "concern": "Wiper", "operation_id": later.id}
        )
        Wizard = self.env["service.replan.wizard"].with_user(self.advisor)
        wizard = Wizard.create({"day": "2026-03-02", "days": 3})
        self.assertEqual((wizard.proposal["before"], wizard.proposal["after"]), (1, 0))
        self.assertIn(third.name, wizard.content)
        stale = Wizard.create({"day": "2026-03-02", "days": 3})
        wizard.action_accept()
        self.assertLess(third.job_ids.planned_start_at, before)
        self.assertLessEqual(third.job_ids.planned_stop_at, third.promised_at)
        with self.assertRaisesRegex(UserError, "Somebody has changed"):
            stale.action_accept()
        third.job_ids.sudo().booking_ids._keep({"override_reason": "Promised by the manager"})
        third._keep({"promised_at": datetime(2026, 3, 1)})
        moved = self.env["service.planner"]._replan(self.company, datetime(2026, 3, 2).date(), 3)
        self.assertNotIn(third.job_ids.id, [move["job"] for move in moved["moves"]])
        other = self.env["res.company"].sudo().create({"name": "Other Shop"})
        foreign = Wizard.create({"day": "2026-03-02", "company_id": other.id})
        self.assertFalse(foreign.proposal)

    @freeze_time(MONDAY)
    def test_tool_past_its_calibration(self):
        """R2.1 R2.2: a tool that is there and may not be used is not said to be missing."""
        kind = self.env["service.tool.kind"].create({"name": "Test Rig"})
        self.operation.tool_kind_ids = kind
        self.assertIn("there is no Test Rig", self._quoted().promise_limit)
        tool = self.env["service.tool"].create(
            {
                "name": "Test Rig 1",
                "kind_id": kind.id,
                "resource_calendar_id": self.calendar.id,
                "calibration_due": "2026-02-01",
            }
        )
        limit = self._quoted().promise_limit
        self.assertIn("Test Rig 1 is past its calibration since 02/01/2026", limit)
        tool.calibration_due = False
        self.assertNotIn("Test Rig", self._quoted().promise_limit)

    @freeze_time(MONDAY)
    def test_unplanned_work_is_offered(self):
        """R2.1: approved work without a place, or whose place went by, offers the step to plan
        it; a shop that plans nothing never does."""
        self.company.service_book_approved = False
        order = self._quoted()
        self.assertFalse(order.needs_plan)
        order.action_approve()
        order.invalidate_recordset()
        self.assertTrue(order.needs_plan)
        order.with_user(self.advisor).action_plan()
        self.assertTrue(order.job_ids.planned_start_at)
        self.assertFalse(order.needs_plan)
        with freeze_time("2026-03-09 00:00:00"):
            order.invalidate_recordset(["needs_plan"])
            self.assertTrue(order.needs_plan, "nobody began it then")
        order.job_ids._unbook()
        self.env["hr.employee"].search([]).is_service_technician = False
        order.invalidate_recordset()
        self.assertFalse(order.needs_plan)
