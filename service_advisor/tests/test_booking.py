from datetime import date, datetime, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import ExclusionViolation

from .common import ServiceAdvisorCommon

MONDAY = datetime(2030, 1, 7)


class BookingCommon(ServiceAdvisorCommon):
    """A workshop with a technician, a bay and a tool, and an order of two approved jobs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lift = cls.env.ref("service_advisor.bay_kind_lift")
        cls.calendar = cls.env["resource.calendar"].create({"name": "Shop", "tz": "UTC"})
        cls.company.resource_calendar_id = cls.calendar
        cls.bay = cls._new_bay("Bay 1", cls.lift)
        cls.employee.write(
            {"is_service_technician": True, "resource_calendar_id": cls.calendar.id, "tz": "UTC"}
        )
        cls.person = cls.employee.resource_id
        cls.wrench_kind = cls.env["service.tool.kind"].create({"name": "Torque wrench"})
        cls.wrench = cls.env["service.tool"].create(
            {"name": "Wrench 1", "kind_id": cls.wrench_kind.id}
        )
        cls.skill_type = cls.env["hr.skill.type"].create(
            {
                "name": "Trade",
                "skill_ids": [Command.create({"name": "Brakes"})],
                "skill_level_ids": [
                    Command.create({"name": "Learner", "level_progress": 20}),
                    Command.create({"name": "Expert", "level_progress": 80}),
                ],
            }
        )

    def setUp(self):
        super().setUp()
        self.company.service_book_approved = False  # the tests book themselves
        self.order = self._authorised_order(jobs=2)
        self.job, self.other = self.order.job_ids

    @classmethod
    def _new_bay(cls, name, kind, **vals):
        return cls.env["service.bay"].create(
            {"name": name, "kind_ids": [Command.set(kind.ids)], **vals}
        )

    def _at(self, hour, day=0):
        return MONDAY + timedelta(hours=hour, days=day)

    def _row(self, resource, start, stop, day=0):
        return resource, self._at(start, day), self._at(stop, day)

    def _leave(self, start, stop, resource=None, **vals):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "resource_id": resource and resource.id,
                "date_from": self._at(start),
                "date_to": self._at(stop),
                **vals,
            }
        )

    def _teach(self, skill, progress, **vals):
        level = skill.skill_type_id.skill_level_ids.filtered(
            lambda level: level.level_progress >= progress
        )[:1]
        return self.env["hr.employee.skill"].create(
            {
                "employee_id": self.employee.id,
                "skill_type_id": skill.skill_type_id.id,
                "skill_id": skill.id,
                "skill_level_id": level.id,
                "valid_from": date(2020, 1, 1),
                **vals,
            }
        )

    def _assert_refused(self, rows, *words, job=None, reason=None):
        with self.assertRaises(UserError) as caught:
            (job or self.job)._book(rows, reason)
        for word in words:
            self.assertIn(word, str(caught.exception))


@tagged("post_install", "-at_install")
class TestBooking(BookingCommon):
    """Resources held for jobs: technicians, bays and tools."""

    def test_database_refuses_double_booking(self):
        """R2.1: no overbooking: the database itself refuses it, whoever writes to it."""
        sql = """INSERT INTO service_booking (job_id, resource_id, start_at, stop_at,
                 override_reason) VALUES (%s, %s, %s, %s, %s)"""
        bay = self.bay.resource_id.id
        self.env.cr.execute(sql, (self.job.id, bay, self._at(9), self._at(11), None))
        # One ends as the other begins; another resource; an overbooking.
        self.env.cr.execute(sql, (self.other.id, bay, self._at(11), self._at(12), None))
        self.env.cr.execute(
            sql, (self.other.id, self.person.id, self._at(10), self._at(12), None)
        )
        self.env.cr.execute(sql, (self.other.id, bay, self._at(10), self._at(12), "allowed"))
        with self.assertRaises(ExclusionViolation), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                self.env.cr.execute(sql, (self.other.id, bay, self._at(10), self._at(10.5), None))

    def test_book_replaces(self):
        """R2.1: booking a job again replaces what was booked; the plan of the job follows."""
        resource = self.bay.resource_id
        self.job._book([self._row(resource, 9, 11)])
        self.assertEqual(self.job.booking_ids.kind, "bay")
        self.job._book(
            [self._row(resource, 10, 12), self._row(resource, 13, 14),
             self._row(self.person, 10, 12), self._row(self.wrench.resource_id, 10, 12)]
        )
        self.assertEqual(
            self.job.booking_ids.sorted("id").mapped("kind"), ["bay", "bay", "technician", "tool"]
        )
        self.assertEqual(self.job.planned_start_at, self._at(10))
        self.assertEqual(self.job.planned_stop_at, self._at(14))
        self.assertEqual(self.job.technician_id, self.employee)
        self.assertEqual((self.order.booking_count, self.job.booking_count), (4, 4))
        self.job._unbook()
        self.assertFalse(self.job.booking_ids)
        self.assertFalse(self.job.planned_start_at)

    def test_double_booking_in_words(self):
        """R2.1: a refused double booking names the resource, the other job, order and car, and
        the time as the workshop's clock shows it; what was booked before stays."""
        self.calendar.tz = "Asia/Shanghai"
        self.bay.tz = "Asia/Shanghai"
        self.job._book([self._row(self.bay.resource_id, 1, 3)])
        self.other._book([self._row(self.bay.resource_id, 3, 4)])
        before = self.other.booking_ids
        self._assert_refused(
            [self._row(self.bay.resource_id, 2, 3.5)], "Bay 1", self.job.display_name,
            self.order.name, self.order.plate, "9:00", "11:00", job=self.other,
        )
        self.assertEqual(self.other.booking_ids, before)
        row = self._row(self.person, 1, 2)
        self._assert_refused([row, row], "Technician")  # twice in one plan

    def test_overbooking(self):
        """R2.1: only a manager overbooks, with a reason that is kept; it blocks nobody."""
        bay = self.bay.resource_id
        self.job._book([self._row(bay, 9, 11)])
        row = self._row(bay, 10, 12)
        other = self.other.with_user(self.advisor)
        self._assert_refused([row], "manager", job=other, reason="He waits")
        manager = self.other.with_user(self.manager)
        self._assert_refused([row], "reason", job=manager, reason=" ")
        booking = manager._book([row], reason="He waits")
        self.assertEqual(booking.override_reason, "He waits")
        self.assertEqual(booking.override_by_id, self.manager)
        third = self._authorised_order().job_ids
        third._book([self._row(bay, 11, 12)])  # not blocked by the overbooking
        self.assertTrue(third.booking_ids)
        # Outside the working time as well, but never on what is not fit.
        manager._book([self._row(bay, 20, 21)], reason="Night shift")
        self.wrench.calibration_due = date(2030, 1, 1)
        self._assert_refused(
            [self._row(self.wrench.resource_id, 9, 10)], "Wrench 1", job=manager, reason="Hurry"
        )

    def test_who_may_book(self):
        """R2.1: advisors plan; others can not, and nobody writes bookings by hand."""
        row = self._row(self.bay.resource_id, 9, 10)
        self.job.with_user(self.advisor)._book([row])
        self._assert_refused([row], "advisor", job=self.job.with_user(self.technician))
        vals = self.job._prepare_booking_vals(*self._row(self.bay.resource_id, 13, 14))
        for user in (self.reception, self.advisor, self.manager, self.technician):
            Booking = self.env["service.booking"].with_user(user)
            with self.subTest(user.login):
                self.assertFalse(Booking.search([("job_id", "=", self.job.id)]).has_conflict)
                with self.assertRaises(AccessError):
                    Booking.create(vals)
                with self.assertRaises(AccessError):
                    self.job.booking_ids.with_user(user).stop_at = self._at(16)
        with self.assertRaises(AccessError):
            self.bay.with_user(self.advisor).name = "Mine"
        self.bay.with_user(self.manager).write({"name": "Bay A", "active": False})
        self.assertEqual(self.bay.resource_id.name, "Bay A")
        self.assertFalse(self.bay.resource_id.active)

    def test_working_time(self):
        """R2.1: nothing is booked outside the working hours, over the break, or over night."""
        for start, stop in ((6, 7), (7, 9), (11, 14), (16, 18), (17, 32)):
            with self.subTest(start=start, stop=stop):
                self._assert_refused([self._row(self.person, start, stop)], "Technician")
        self._assert_refused([self._row(self.person, 9, 10, day=5)], "does not work")
        self.job._book([self._row(self.person, 8, 12), self._row(self.person, 13, 17)])

    def test_two_shifts_and_flexible_hours(self):
        """R2.1: shifts until midnight and after it, and people without fixed hours."""
        shifts = [
            Command.create({"name": "x", "dayofweek": str(day), "hour_from": start,
                            "hour_to": stop, "day_period": "morning"})
            for day, start, stop in ((0, 6, 14), (0, 16, 24), (1, 0, 2))
        ]
        self.person.calendar_id = self.env["resource.calendar"].create(
            {"name": "Shifts", "tz": "UTC", "attendance_ids": [Command.clear(), *shifts]}
        )
        self.job._book([self._row(self.person, 6, 14), self._row(self.person, 17, 26)])
        self._assert_refused([self._row(self.person, 13, 17)], "Technician")
        self.person.calendar_id = self.env["resource.calendar"].create(
            {"name": "Flexible", "tz": "UTC", "schedule_type": "flexible"}
        )
        self.job._book([self._row(self.person, 2, 5)])
        self._leave(3, 4, self.person, calendar_id=self.person.calendar_id.id)
        self._assert_refused([self._row(self.person, 2, 5)], "away")

    def test_any_overlapping_leave(self):
        """R2.1: a leave that begins in, ends in, lies in or lies across the job refuses it; so
        does a holiday of the whole company; one that only touches it does not."""
        row = self._row(self.person, 9, 11)
        for start, stop in ((10, 12), (8, 10), (9.5, 10), (-30, 40), (9, 11)):
            with self.subTest(start=start, stop=stop):
                leave = self._leave(start, stop, self.person)
                self._assert_refused([row], "Technician", "away")
                leave.unlink()
        self._leave(7, 9, self.person)
        self._leave(11, 12, self.person)
        self._leave(9, 11, self.bay.resource_id)  # somebody else's
        self.job._book([row])
        self._leave(0, 24)
        self._assert_refused([row], "closed", "Holiday")

    def test_daylight_saving(self):
        """R2.1: on the day the clocks change the shop opens at its own eight o'clock."""
        self.calendar.tz = self.person.tz = "Europe/Berlin"
        friday, monday = datetime(2030, 3, 29), datetime(2030, 4, 1)
        self.job._book([(self.person, friday + timedelta(hours=7), friday + timedelta(hours=8)),
                        (self.person, monday + timedelta(hours=6), monday + timedelta(hours=7))])
        self._assert_refused(
            [(self.person, friday + timedelta(hours=6), friday + timedelta(hours=7))], "7:00"
        )

    def test_calibration(self):
        """R2.2: a tool past its calibration on the day is not booked, and is found in the list."""
        tool = self.wrench.resource_id
        self.wrench.calibration_due = date(2030, 1, 7)
        self.job._book([self._row(tool, 9, 10)])
        self._assert_refused([self._row(tool, 9, 10, day=1)], "Wrench 1", "calibration")

    def test_skills(self):
        """R2.1: who lacks the skill, its level or a valid qualification is not booked."""
        skill, expert = self.skill_type.skill_ids, self.skill_type.skill_level_ids[1]
        self.operation.write({"skill_id": skill.id, "skill_level_id": expert.id})
        row = self._row(self.person, 9, 10)
        self._assert_refused([row], "Technician", "Brakes (Expert)")
        learner = self._teach(skill, 10)
        self._assert_refused([row], "Brakes (Expert)")
        learner.unlink()
        self._teach(skill, 80)
        self.job._book([row])
        self.job.is_high_voltage = True
        self._assert_refused([row], "High Voltage")
        hv = self.env.ref("service_advisor.skill_high_voltage")
        self._teach(hv, 100, valid_to=date(2030, 1, 6))  # ended the day before
        self._assert_refused([row], "High Voltage")
        self._teach(hv, 100, valid_to=date(2030, 1, 7))
        self.job._book([row])
        day = date(2030, 1, 7)
        self.assertEqual(self.employee._get_high_voltage_qualified(day), self.employee)
        self.assertFalse(self.employee._get_high_voltage_qualified(date(2030, 1, 8)))
        self.operation.skill_id = hv  # a level belongs to its type of skills
        self.assertFalse(self.operation.skill_level_id)

    def test_package(self):
        """R2.1: a package needs what the work in it needs."""
        self.operation.write({"bay_kind_id": self.lift.id, "is_high_voltage": True})
        package = self.operation.copy(
            {"code": "PACK", "allowed_hours": 0, "bay_kind_id": False, "is_high_voltage": False}
        )
        self.assertFalse(package.has_needs)
        package.component_ids = self.operation
        self.assertTrue(package.has_needs)
        job = self._new_order(operation_id=package.id).job_ids
        self.assertTrue(job.is_high_voltage)
        self.assertEqual(job._get_needs()["bay_kind"], self.lift)

    def test_kind_of_bay(self):
        """R2.1: a job that needs a lift is not booked on a bay without one."""
        self.operation.bay_kind_id = self.lift
        paint = self._new_bay("Booth", self.env.ref("service_advisor.bay_kind_paint"))
        self._assert_refused([self._row(paint.resource_id, 9, 10)], "Booth", "Lift")
        self.job._book([self._row(self.bay.resource_id, 9, 10)])

    def test_other_company(self):
        """R2.1: what belongs to another company is not booked, nor what is archived."""
        company = self.env["res.company"].create({"name": "Branch"})
        foreign = self._new_bay("Foreign", self.lift, company_id=company.id)
        self._assert_refused([self._row(foreign.resource_id, 9, 10)], "Foreign", "Branch")
        self.assertNotIn(foreign, self.env["service.bay"].with_user(self.manager).search([]))
        self.bay.active = False
        self._assert_refused([self._row(self.bay.resource_id, 9, 10)], "Bay 1", "archived")

    def test_many_at_once(self):
        """R2.1: two hundred bookings are checked with as many queries as two."""
        self.operation.bay_kind_id = self.lift
        Booking = self.env["service.booking"].sudo()

        def spent(bays, days):
            vals = [
                self.job._prepare_booking_vals(*self._row(bay.resource_id, hour, hour + 0.5, day))
                for bay in bays for day in days for hour in (8, 9, 10, 11, 13)
            ]
            rows = [Booking._prepare_row(one) for one in vals]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Booking._check_rows(rows)
            return self.env.cr.sql_log_count - before, len(rows)

        bays = self.env["service.bay"].union(
            *(self._new_bay(f"B{index}", self.lift) for index in range(8))
        )
        spent(bays[0], [0])
        few, many = spent(bays[0], [0]), spent(bays, range(5))
        self.assertEqual((few[1], many[1]), (5, 200))
        self.assertEqual(few[0], many[0])


@tagged("post_install", "-at_install")
class TestBookingChanges(BookingCommon):
    """What was booked meets reality."""

    def test_conflicts_are_listed(self):
        """R2.1: a leave, other hours, a tool or a skill that changed later shows in red what can
        not be kept; the search finds it, with the same queries for few and many."""
        self.job._book([self._row(self.person, 9, 11), self._row(self.wrench.resource_id, 9, 11),
                        self._row(self.bay.resource_id, 9, 11)])
        bookings, Booking = self.job.booking_ids, self.env["service.booking"]
        conflict = [("has_conflict", "=", True), ("job_id", "=", self.job.id)]
        self.assertFalse(Booking.search(conflict))
        self.assertFalse(self.job.has_conflict)
        leave = self._leave(10, 12, self.person)
        self.env.invalidate_all()
        found = Booking.with_user(self.advisor).search(conflict)
        self.assertEqual(found.resource_id, self.person)
        self.assertIn("away", found.conflict)
        self.assertTrue(self.job.has_conflict)
        self.assertIn(self.job, self.job.search([("has_conflict", "=", True)]))
        self.assertNotIn(self.job, self.job.search([("has_conflict", "=", False)]))
        leave.unlink()
        self.wrench.active = False
        self.calendar.attendance_ids.filtered(lambda a: a.day_period == "morning").unlink()
        self.env.invalidate_all()
        self.assertEqual(Booking.search(conflict), bookings)

    def test_state_frees(self):
        """R2.1: work that is called off, declined or reopened frees what was booked for it."""
        self.job._book([self._row(self.bay.resource_id, 9, 11)])
        self.job.with_user(self.advisor).action_reopen()
        self.assertFalse(self.job.booking_ids)
        self.other._book([self._row(self.bay.resource_id, 9, 11)])
        self.order.action_cancel()
        self.assertFalse(self.other.booking_ids)
        self.assertFalse(self.other.planned_stop_at)
        self._assert_refused([self._row(self.bay.resource_id, 9, 11)], job=self.other)

    def test_finish_frees_the_rest(self):
        """R2.1: who finishes early frees the rest of the time; the past stays as history."""
        Booking, bay, now = self.env["service.booking"].sudo(), self.bay.resource_id, self._now()
        bay.calendar_id = False  # any hour of the day
        hour = timedelta(hours=1)
        job = self.job.with_user(self.technician)
        job.action_start()
        for start in (-4, -1, 2):
            Booking.create(
                self.job._prepare_booking_vals(bay, now + start * hour, now + (start + 2) * hour)
            )
        self._finish_job(job)
        self.assertEqual(
            self.job.booking_ids.sorted("start_at").mapped("start_at"), [now - 4 * hour, now - hour]
        )
        self.assertLessEqual(max(self.job.booking_ids.mapped("stop_at")), self._now())

    def test_plan_by_hand(self):
        """R2.1: the dialog proposes what the operation asks for and books the working hours in
        which everybody is there, over the break and over night."""
        self.operation.write(
            {"bay_kind_id": self.lift.id, "tool_kind_ids": [Command.set(self.wrench_kind.ids)]}
        )
        self.job.allowed_hours = 6
        action = self.job.with_user(self.advisor).action_open_plan()
        wizard = (
            self.env["service.plan.wizard"]
            .with_user(self.advisor)
            .with_context(**action["context"])
            .create({"technician_id": self.employee.id, "start_at": self._at(15)})
        )
        self.assertEqual((wizard.bay_id, wizard.tool_ids), (self.bay, self.wrench))
        self.assertEqual(wizard.stop_at, self._at(12, day=1))
        wizard.action_confirm()
        spans = {(b.start_at, b.stop_at) for b in self.job.booking_ids}
        self.assertEqual(
            spans, {(self._at(15), self._at(17)), (self._at(8, day=1), self._at(12, day=1))}
        )
        self.assertEqual(len(self.job.booking_ids), 6)
        again = wizard.with_context(default_job_id=self.other.id).create(
            {"start_at": self._at(15), "bay_id": self.bay.id, "tool_ids": False}
        )
        with self.assertRaises(UserError):
            again.action_confirm()
        vals = {"start_at": self._at(15), "bay_id": self.bay.id, "tool_ids": False}
        again.with_user(self.manager).create(
            {**vals, "is_overbooked": True, "reason": "Waits"}
        ).action_confirm()
        self.assertEqual(self.other.booking_ids[0].override_by_id, self.manager)
        self.job.with_user(self.advisor).action_unbook()
        self.assertFalse(self.job.booking_ids)
