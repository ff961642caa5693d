from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import SIGNATURE, ServiceAdvisorCommon

FORGOTTEN = "service_advisor.mail_activity_type_clock"


class ExecutionCommon(ServiceAdvisorCommon):
    def _work_order(self, **kwargs):
        """Return an order in work, its first job on the technician's clock."""
        order = self._authorised_order(**kwargs)
        order.job_ids[:1].with_user(self.technician).action_start()
        return order

    def _new_mate(self, name="Mate"):
        mate = self.technician.copy({"login": f"test_{name.lower()}", "name": name})
        self.env["hr.employee"].create(
            {"name": name, "user_id": mate.id, "company_id": self.company.id}
        )
        return mate

    def _pause(self, job, user, reason, note=False):
        wizard = self.env["service.pause.wizard"].with_user(user).create(
            {"job_id": job.id, "is_pause": True, "pause_reason": reason, "note": note}
        )
        return wizard.action_confirm()

    def _put_on_hold(self, job, user, reason="parts", note="Axle nut"):
        wizard = self.env["service.pause.wizard"].with_user(user).create(
            {"job_id": job.id, "hold_reason": reason, "note": note}
        )
        return wizard.action_confirm()

    def _refused(self, *words):
        return self.assertRaisesRegex(UserError, "(?s)" + ".*".join(words))


@tagged("post_install", "-at_install")
class TestFinish(ExecutionCommon):
    def test_cause_and_correction(self):
        """R2.3: a repair is finished with what was found and done, and says what is missing."""
        job = self._work_order().job_ids.with_user(self.technician)
        with self._refused(job.order_id.name, "cause .* and the correction"):
            job.action_finish()
        job.cause = "Worn"
        with self._refused("without the correction"):
            job.action_finish()
        job.write({"correction": "Replaced", "cause": "  "})
        with self._refused("without the cause"):
            job.action_finish()
        self.assertEqual(job.state, "in_work")
        self.assertTrue(job.is_mine_running, "who is refused goes on working")
        job.cause = "Worn"
        job.action_finish()
        self.assertTrue(job.finished_at)

    def test_routine_work_needs_no_cause(self):
        """R2.3: maintenance is done because it is due; one tap says that it was done as sold,
        and no cause is invented."""
        self.operation.is_routine = True
        job = self._work_order().job_ids.with_user(self.technician)
        with self._refused("without the correction"):
            job.action_finish()
        action = job.action_propose_correction()
        self.assertEqual((action["res_id"], action["target"]), (job.id, "new"))
        self.assertEqual((job.correction, job.cause), (self.operation.name, False))
        job.action_finish()
        self.assertTrue(job.finished_at)

    def test_proposal_keeps_what_was_written(self):
        """R2.3: the proposed correction replaces no words of the technician."""
        job = self._work_order().job_ids.with_user(self.technician)
        job.correction = "Pads and discs replaced"
        job.action_propose_correction()
        self.assertEqual(job.correction, "Pads and discs replaced")

    def test_diagnosis_needs_its_cause(self):
        """R2.3: a concern without an operation is not finished without a cause."""
        order = self._new_order(operation_id=False)
        order.job_ids.line_ids = [
            Command.create({"product_id": self.labour.id, "product_uom_qty": 1})
        ]
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        job = order.job_ids.with_user(self.technician)
        with self._refused("is Approved"):
            job.action_open_finish()
        job.action_start()
        job.correction = "Tightened"
        with self._refused("without the cause"):
            job.action_finish()

    def test_sent_back_keeps_its_words(self):
        """R2.4: work that is sent back keeps what was written, to be extended."""
        job = self._work_order().job_ids.with_user(self.technician)
        self._finish_job(job)
        job.sudo()._send_back_to_work()
        self.assertEqual((job.state, job.correction), ("in_work", "Pads replaced"))


@tagged("post_install", "-at_install")
class TestHold(ExecutionCommon):
    def test_break_opens_no_hold(self):
        """R2.3: a break stops the own clock and nothing else, and is told in the hours."""
        job = self._work_order().job_ids
        self._pause(job, self.technician, "break")
        self.assertFalse(job.is_running)
        self.assertEqual(job.clocking_ids.pause_reason, "break")
        self.assertFalse(job.hold_ids)

    def test_pause_for_parts(self):
        """R2.3: a pause for parts stops the clock and starts that of the hold; the order says
        so beside its state; starting again lifts it."""
        order = self._work_order()
        job = order.job_ids
        with freeze_time(self._now() + timedelta(hours=1)) as clock:
            self._pause(job, self.technician, "parts", "Axle nut")
            self.assertFalse(job.is_running)
            hold = job.current_hold_id
            self.assertEqual((hold.reason, hold.opened_by_id), ("parts", self.technician))
            self.assertEqual((order.state, order.hold_reason), ("in_work", "parts"))
            clock.tick(timedelta(hours=26))
            self.env.invalidate_all()
            self.assertAlmostEqual(hold.waited, 26.0, 2)
            self.assertIn("Parts since", order.hold_note)
            self.assertIn("26:00 h): Axle nut", order.hold_note)
            job.with_user(self.technician).action_start()
        self.assertTrue(hold.stop_at)
        self.assertAlmostEqual(hold.hours, 26.0, 2)
        self.assertEqual(hold.lifted_by_id, self.technician)
        self.assertFalse(job.hold_reason or order.hold_reason or order.hold_note)

    def test_advisor_holds_and_lifts(self):
        """R2.3: advisors hold agreed work that nobody works on, and lift it; the reason may
        change, and there is one hold at a time."""
        order = self._authorised_order()
        job = order.job_ids
        self._put_on_hold(job, self.advisor, "customer", "Wants to see the old part")
        self._put_on_hold(job, self.advisor, "warranty", "Asked the maker")
        self.assertEqual(len(job.hold_ids), 2)
        self.assertEqual(job.hold_ids.filtered(lambda hold: not hold.stop_at).reason, "warranty")
        found = self.env["service.order"].search([("hold_reason", "=", "warranty")])
        self.assertIn(order, found)
        order.with_user(self.advisor).action_lift_holds()
        self.assertFalse(job.hold_reason)
        job.with_user(self.technician).action_start()
        with self._refused(order.name, "Technician is working on"):
            self._put_on_hold(job, self.advisor)

    def test_who_may_hold(self):
        """R5.3: receptionists and the warehouse neither hold nor lift; all see it; nobody
        writes a hold by hand."""
        job = self._authorised_order().job_ids
        self._put_on_hold(job, self.advisor)
        hold = job.current_hold_id
        for user in (self.storekeeper, self.reception):
            with self.subTest(user.name):
                self.assertEqual(hold.with_user(user).reason, "parts")
                self.assertTrue(job.with_user(user).hold_note)
                with self.assertRaises(UserError):
                    hold.with_user(user).action_lift()
                with self.assertRaises(AccessError):
                    hold.with_user(user).reason = "other"
        for user in (self.advisor, self.technician, self.manager):
            with self.subTest(user.name), self.assertRaises(AccessError):
                hold.with_user(user).write({"stop_at": self._now()})
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.env["service.hold"].with_user(user).create(
                    {"job_id": job.id, "reason": "parts"}
                )
        with self.assertRaises(AccessError):
            job.with_user(self.advisor).hold_reason = False
        hold.with_user(self.advisor).action_lift()
        self.assertTrue(hold.stop_at)

    def test_helper_does_not_hold(self):
        """R2.3: two share a job; whoever pauses for parts while the other works is told so,
        and keeps the own clock."""
        mate = self._new_mate()
        job = self._work_order().job_ids
        job.with_user(mate).action_start()
        with self._refused("Mate is working on"), self.env.cr.savepoint():
            self._pause(job, self.technician, "parts")
        self.env.invalidate_all()
        self._pause(job, self.technician, "break")
        self.assertEqual(job.worker_names, "Mate")
        self.assertFalse(job.with_user(self.technician).is_mine_running)
        self._pause(job, mate, "tool", "Lift is taken")
        self.assertEqual(job.hold_reason, "tool")

    def test_what_ends_a_hold(self):
        """R2.3: finished, cancelled or withdrawn work waits for nothing any more."""
        finished = self._work_order().job_ids
        self._pause(finished, self.technician, "sublet")
        self._finish_job(finished.with_user(self.technician))
        cancelled = self._authorised_order().job_ids
        self._put_on_hold(cancelled, self.advisor)
        cancelled.order_id.action_cancel()
        reopened = self._authorised_order().job_ids
        self._put_on_hold(reopened, self.advisor)
        reopened.with_user(self.advisor).action_reopen()
        for job in (finished, cancelled, reopened):
            with self.subTest(job.state):
                self.assertFalse(job.hold_reason)
                self.assertTrue(job.hold_ids.stop_at)
                with self._refused("can be put on hold"):
                    job.order_id.job_ids.with_user(self.advisor)._hold("parts")

    def test_other_needs_words(self):
        """R2.3: "other" alone tells nobody what is missing."""
        job = self._authorised_order().job_ids
        with self._refused("what the job waits for"):
            self._put_on_hold(job, self.advisor, "other", " ")

    def test_parts_are_here(self):
        """R2.2 R2.4: a hold for parts says when they are put aside."""
        job = self._authorised_order().job_ids
        self._put_on_hold(job, self.advisor)
        self.assertEqual((job.parts_state, job.is_hold_over), ("ready", True))
        self._put_on_hold(job, self.advisor, "customer")
        self.assertFalse(job.is_hold_over)

    def test_lists_cost_the_same(self):
        """R2.3: a list of many held orders asks as much as one of two; where nothing waits,
        nothing is asked."""
        orders = self.env["service.order"].union(*(self._authorised_order() for _i in range(5)))
        orders = orders.sudo()
        orders.mapped("job_ids.hold_reason")
        with self.assertQueryCount(0):
            orders.mapped("hold_note")
        for order in orders:
            order.job_ids.with_user(self.advisor)._hold("parts")
        counts = []
        for some in (orders[:2], orders[:2], orders):  # the first one warms up
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertTrue(all(some.mapped("hold_note")))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_of_another_company(self):
        """R5.3: holds of another company are not seen."""
        job = self._authorised_order().job_ids
        self._put_on_hold(job, self.advisor)
        other = self.env["res.company"].create({"name": "Other Shop"})
        stranger = new_test_user(
            self.env, "test_stranger", "service_advisor.group_manager", company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertFalse(self.env["service.hold"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            job.with_user(stranger).action_lift_hold()


@tagged("post_install", "-at_install")
class TestClock(ExecutionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls._new_calendar("Day", [(8, 12), (13, 17)])
        cls.employee.resource_calendar_id = cls.calendar
        cls.employee.tz = "Europe/Berlin"
        cls.boss = new_test_user(cls.env, "test_boss", "service_advisor.group_manager")
        boss = cls.env["hr.employee"].create({"name": "Boss", "user_id": cls.boss.id})
        cls.employee.parent_id = boss

    @classmethod
    def _new_calendar(cls, name, hours, tz="Europe/Berlin"):
        return cls.env["resource.calendar"].create(
            {
                "name": name,
                "tz": tz,
                "attendance_ids": [Command.clear()] + [
                    Command.create(
                        {"name": name, "dayofweek": str(day), "hour_from": start, "hour_to": stop,
                         "day_period": "morning"}
                    )
                    for day in range(7)
                    for start, stop in hours
                ],
            }
        )

    def _clock(self, start, employee=None, job=None, stop=False):
        job = job or self._authorised_order().job_ids
        return self.env["service.clocking"].create(
            {
                "job_id": job.id,
                "employee_id": (employee or self.employee).id,
                "start_at": start,
                "stop_at": stop,
            }
        )

    def _run(self, now):
        with freeze_time(now), self.enter_registry_test_mode():
            self.env.ref("service_advisor.ir_cron_close_forgotten").method_direct_trigger()
        self.env.invalidate_all()

    def test_forgotten_clock(self):
        """R2.3: a clock that runs on after the working day is stopped at its end, after the
        grace, and technician and manager are told once."""
        clock = self._clock(datetime(2026, 2, 3, 13, 30))  # 14:30 in Berlin, winter
        self._run("2026-02-03 16:59:00")  # 17:59: inside of the grace
        self.assertFalse(clock.stop_at)
        self._run("2026-02-03 18:00:00")
        self.assertEqual(clock.stop_at, datetime(2026, 2, 3, 16, 0))
        self.assertTrue(clock.closed_by_system)
        self.assertAlmostEqual(clock.hours, 2.5)
        self._run("2026-02-03 19:00:00")
        told = clock.job_id.activity_ids
        self.assertEqual(told.user_id, self.technician | self.boss)
        self.assertEqual(len(told), 2)
        self.assertIn("was stopped at", told[0].note)

    def test_grace_and_limit_are_the_company_s(self):
        """R2.3: the grace is set per company; a limit of 0 leaves clocks alone."""
        self.company.service_clock_grace = 3
        clock = self._clock(datetime(2026, 2, 3, 13, 30))
        self._run("2026-02-03 18:30:00")
        self.assertFalse(clock.stop_at)
        self.company.service_clock_limit = 0
        self._run("2026-02-05 18:30:00")
        self.assertFalse(clock.stop_at)

    def test_without_working_hours(self):
        """R2.3: without a calendar, and outside of working hours, a clock ends after a number
        of hours."""
        self.employee.resource_calendar_id = False
        clock = self._clock(datetime(2026, 2, 3, 13, 30))
        self._run("2026-02-03 23:29:00")
        self.assertFalse(clock.stop_at)
        self._run("2026-02-04 09:00:00")
        self.assertEqual(clock.stop_at, datetime(2026, 2, 3, 23, 30))
        self.employee.resource_calendar_id = self.calendar
        evening = self._clock(datetime(2026, 2, 4, 18, 0))  # 19:00, after the day
        self._run("2026-02-05 03:59:00")
        self.assertFalse(evening.stop_at)
        self._run("2026-02-05 04:00:00")
        self.assertEqual(evening.stop_at, datetime(2026, 2, 5, 4, 0))

    def test_night_shift_over_the_clock_change(self):
        """R2.3: a night shift ends in the morning, by the clock on the wall of that morning:
        an hour less in spring, one more in autumn."""
        self.employee.resource_calendar_id = self._new_calendar("Night", [(0, 6), (22, 24)])
        for start, end in (
            (datetime(2026, 2, 3, 21, 30), datetime(2026, 2, 4, 5, 0)),
            (datetime(2026, 3, 28, 21, 30), datetime(2026, 3, 29, 4, 0)),
            (datetime(2026, 10, 24, 20, 30), datetime(2026, 10, 25, 5, 0)),
        ):
            with self.subTest(start):
                clock = self._clock(start)
                self._run(end + timedelta(minutes=50))
                self.assertFalse(clock.stop_at)
                self._run(end + timedelta(hours=2))
                self.assertEqual(clock.stop_at, end)

    def test_leave_in_the_afternoon(self):
        """R2.3: who leaves at noon has worked until noon."""
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Afternoon off",
                "resource_id": self.employee.resource_id.id,
                "calendar_id": self.calendar.id,
                "date_from": datetime(2026, 2, 3, 11, 0),
                "date_to": datetime(2026, 2, 3, 20, 0),
            }
        )
        clock = self._clock(datetime(2026, 2, 3, 8, 0))
        self._run("2026-02-03 12:30:00")
        self.assertEqual(clock.stop_at, datetime(2026, 2, 3, 11, 0))

    def test_many_cost_the_same(self):
        """R2.3: finding the forgotten clocks of many asks as much as of two."""
        job = self._authorised_order().job_ids
        people = self.env["hr.employee"].create(
            [
                {"name": f"Tech {n}", "resource_calendar_id": self.calendar.id}
                for n in range(6)
            ]
        )
        counts = []
        for some in (people[:2], people[:2], people[2:]):
            for employee in some:
                self._clock(datetime(2026, 2, 3, 13, 30), employee, job)
            self.env.flush_all()
            self.env.invalidate_all()
            with freeze_time("2026-02-03 19:00:00"):
                before = self.env.cr.sql_log_count
                found = self.env["service.clocking"]._find_forgotten()
                counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(found), len(some))
            self.env["service.clocking"].browse(found).write({"stop_at": self._now()})
            self.env.flush_all()
        self.assertEqual(counts[1], counts[2])

    def test_correction(self):
        """R2.3: hours are corrected with a reason; what stood there is kept, and nobody is
        reminded any more."""
        clock = self._clock(datetime(2026, 2, 3, 13, 30))
        self._run("2026-02-03 18:00:00")
        form = self.env["service.clocking.correction"].with_user(self.technician)
        action = clock.with_user(self.technician).action_correct()
        form = form.with_context(**action["context"])
        vals = form.default_get(["clocking_id", "start_at", "stop_at", "reason"])
        self.assertEqual(vals["stop_at"], datetime(2026, 2, 3, 16, 0))
        with self._refused("Write why"), self.env.cr.savepoint():
            form.create(dict(vals, reason=" "))
        right = datetime(2026, 2, 3, 15, 0)
        correction = form.create(dict(vals, stop_at=right, reason="Left at four"))
        self.assertEqual((clock.stop_at, clock.closed_by_system), (right, True))
        self.assertEqual(correction.old_stop_at, datetime(2026, 2, 3, 16, 0))
        self.assertTrue(clock.is_corrected)
        self.assertFalse(clock.job_id.activity_ids)
        with self.assertRaises(AccessError):
            correction.reason = "Another story"
        with self.assertRaises(AccessError):
            correction.unlink()

    def test_who_corrects(self):
        """R5.3: technicians correct the own hours, managers all; by hand nobody writes them."""
        clock = self._clock(datetime(2026, 2, 3, 13, 30))
        vals = {
            "clocking_id": clock.id, "start_at": clock.start_at, "reason": "Wrong",
            "stop_at": datetime(2026, 2, 3, 15, 0),
        }
        Correction = self.env["service.clocking.correction"]
        mate = self._new_mate()
        for user in (mate, self.advisor, self.storekeeper):
            with self.subTest(user.name), self.assertRaises(AccessError):
                Correction.with_user(user).create(dict(vals))
        for user in (self.technician, self.manager):
            with self.subTest(user.name), self.assertRaises(AccessError):
                clock.with_user(user).stop_at = self._now()
            with self.subTest(user.name), self.assertRaises(AccessError):
                clock.with_user(user).closed_by_system = True
        Correction.with_user(self.manager).create(vals)
        self.assertTrue(clock.stop_at)

    def test_hours_that_can_not_be(self):
        """R2.3: no hours in the future, backwards, or twice at one time."""
        self._clock(datetime(2026, 2, 3, 8, 0), stop=datetime(2026, 2, 3, 10, 0))
        second = self._clock(datetime(2026, 2, 3, 10, 0), stop=datetime(2026, 2, 3, 11, 0))
        for start, stop, words in (
            (datetime(2026, 2, 3, 9, 0), datetime(2026, 2, 3, 11, 0), "was clocked on job"),
            (datetime(2026, 2, 3, 11, 0), datetime(2026, 2, 3, 10, 30), "before it starts"),
            (datetime(2026, 2, 3, 10, 0), False, "when the work stopped"),
            (datetime(2026, 2, 3, 10, 0), datetime(2036, 2, 3, 10, 0), "still to come"),
        ):
            with self.subTest(words), self._refused(words), self.env.cr.savepoint():
                self.env["service.clocking.correction"].with_user(self.manager).create(
                    {"clocking_id": second.id, "start_at": start, "stop_at": stop, "reason": "x"}
                )

    def test_who_clocks(self):
        """R2.3 R5.3: advisors and the warehouse have no clock, technicians only the own."""
        job = self._authorised_order().job_ids
        for user in (self.advisor, self.storekeeper, self.reception):
            with self.subTest(user.name), self.assertRaises(UserError):
                job.with_user(user).action_start()
        mate = self.env["hr.employee"].create({"name": "Mate"})
        with self.assertRaises(AccessError):
            self.env["service.clocking"].with_user(self.technician).create(
                {"job_id": job.id, "employee_id": mate.id}
            )
        self.assertFalse(job.clocking_ids)

    def test_the_screen_costs_the_same(self):
        """R2.3: the screen of a technician asks as much for many jobs as for two."""
        jobs = self._authorised_order(jobs=5).job_ids
        jobs[0].with_user(self.technician).action_start()
        names = ("plate", "key_tag", "is_mine_running", "worker_names", "hold_note",
                 "is_hold_over", "hv_state", "bay_names", "needs_cause")
        counts = []
        for some in (jobs[:2], jobs[:2], jobs):  # the first one warms up
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            # By their ids, as a list reads them.
            listed = self.env["service.job"].with_user(self.technician).browse(some.ids)
            listed.web_read(dict.fromkeys(names, {}))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_my_running_job_comes_first(self):
        """R2.3: the list of a technician begins with what is on the own clock."""
        first, second = self._authorised_order(jobs=2).job_ids
        second.with_user(self.technician).action_start()
        jobs = self.env["service.job"].with_user(self.technician).search(
            [("id", "in", (first | second).ids)], order="is_mine_running desc, sequence, id"
        )
        self.assertEqual(jobs.ids, [second.id, first.id])
        jobs = jobs.with_user(self._new_mate()).search(
            [("id", "in", (first | second).ids)], order="is_mine_running desc, sequence, id"
        )
        self.assertEqual(jobs.ids, [first.id, second.id])


@tagged("post_install", "-at_install")
class TestWorkCard(HttpCase, ExecutionCommon):
    def test_code_on_the_work_card(self):
        """R2.4: the code opens the jobs for a technician, the order for the desk, and asks
        everybody else to log in."""
        order = self._authorised_order()
        path = f"/workshop/{order.id}"
        self.assertTrue(order._get_workshop_url().endswith(path))
        answer = self.url_open(path, allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])
        for user, jobs in ((self.technician, True), (self.advisor, False), (self.manager, False)):
            with self.subTest(user.name):
                self.authenticate(user.login, user.login)
                location = self.url_open(path, allow_redirects=False).headers["Location"]
                self.assertIn(f"service_order_action/{order.id}", location)
                self.assertEqual("service_job_action_of_order" in location, jobs)

    def test_work_card(self):
        """R2.4: the card names car, key, concern and parts of agreed work, without prices."""
        order = self._authorised_order()
        order.key_tag = "17"
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "service_advisor.report_service_work_card", order.ids
        )
        text = html.decode()
        for words in (order.name, "沪A·12345", "17", "Squeals when braking", "Brake pads",
                      "data:image/png;base64"):
            self.assertIn(words, text)
        self.assertNotIn("80.00", text)


# The signature of the release is drawn on a screen.
@tagged("post_install", "-at_install")
class TestHighVoltage(ExecutionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operation.is_high_voltage = True
        cls._qualify(cls.employee)

    @classmethod
    def _qualify(cls, employee, **dates):
        skill = cls.env.ref("service_advisor.skill_high_voltage")
        cls.env["hr.employee.skill"].create(
            {
                "employee_id": employee.id,
                "skill_id": skill.id,
                "skill_type_id": skill.skill_type_id.id,
                "skill_level_id": skill.skill_type_id.skill_level_ids[:1].id,
            }
            | dates
        )

    def _release(self, job, user):
        action = job.with_user(user).action_hv_release()
        return self.env["service.hv.release"].browse(action["res_id"]).with_user(user)

    def _make_safe(self, job, user=None):
        release = self._release(job, user or self.technician)
        release.action_deenergise()
        release.action_secure()
        release.write({"is_measured": True, "signature": SIGNATURE})
        release.action_verify()
        return release

    def test_no_start_before_the_release(self):
        """R2.3: nobody clocks on before switching off, securing and verifying are signed; the
        refusal names the step and who is qualified."""
        order = self._authorised_order()
        job = order.job_ids.with_user(self.technician)
        self.assertEqual(job.hv_state, "needed")
        with self._refused(order.name, "switching off is not signed", "Technician"):
            job.action_start()
        release = self._release(job, self.technician)
        with self._refused("First comes switching off"):
            release.action_secure()
        release.action_deenergise()
        with self._refused("securing .* is not signed"):
            job.action_start()
        release.action_secure()
        with self._refused("the absence of voltage is not signed"):
            job.action_start()
        with self._refused("enter the number"):
            release.action_verify()
        release.voltage = 351.5
        with self._refused("351.5 V were measured"):
            release.action_verify()
        release.voltage = 30.5  # harmless where it is direct current, and nobody says it is
        with self._refused("more than 30 V"):
            release.action_verify()
        release.write({"voltage": 0})
        with self._refused("Sign what you measured"):
            release.action_verify()
        release.signature = SIGNATURE
        release.action_verify()
        self.assertEqual(release.verified_by_id, self.employee)
        self.assertEqual(job.hv_state, "released")
        job.action_start()
        self.assertEqual(job.state, "in_work")
        with self._refused("What was signed stays"):
            release.voltage = 3

    def test_only_the_qualified_sign(self):
        """R2.3: a person whose qualification ended yesterday signs nothing, nor does a manager
        without it; colleagues work on the release of somebody else."""
        mate = self._new_mate()
        day = self._now().date()
        self._qualify(
            mate.employee_id, valid_from=day - timedelta(days=400),
            valid_to=day - timedelta(days=1),
        )
        job = self._authorised_order().job_ids
        release = self._release(job, mate)
        for user in (mate, self.manager):
            with self.subTest(user.name), self._refused("Only somebody .* qualified", "Technician"):
                release.with_user(user).action_deenergise()
        for user in (self.advisor, self.storekeeper):
            with self.subTest(user.name), self.assertRaises(UserError):
                release.with_user(user).action_deenergise()
        with self.assertRaises(AccessError):
            release.write({"deenergised_at": self._now()})
        self.assertEqual(self._make_safe(job), release, "one release at a time")
        colleague = self._new_mate("Colleague")
        self._qualify(colleague.employee_id)
        job.with_user(colleague).action_start()
        self.assertEqual(job.worker_names, "Colleague")

    def test_energised_again(self):
        """R2.3: a release ends with the work, or when somebody says so; work that comes back
        needs a new one."""
        job = self._authorised_order().job_ids.with_user(self.technician)
        release = self._make_safe(job)
        job.action_start()
        with self._refused("Technician is working on it"):
            release.action_void()
        self._finish_job(job)
        self.assertEqual(release.state, "void")
        job.sudo()._send_back_to_work()
        with self._refused("switching off is not signed"):
            job.action_start()
        second = self._make_safe(job)
        self.assertNotEqual(second, release)
        second.action_void()
        self.assertEqual(job.hv_state, "needed")
        with self._refused("switching off is not signed"):
            job.action_start()
        with self._refused("This release is void"):
            second.action_verify()

    def test_nobody_ticks_the_rule_away(self):
        """R2.3 R5.3: whoever has to wait for a release does not say that none is needed."""
        job = self._authorised_order().job_ids
        with self._refused("The advisor says"):
            job.with_user(self.technician).is_high_voltage = False
        job.with_user(self.advisor).is_high_voltage = False
        job.with_user(self.technician).action_start()
        self.assertTrue(job.is_running)

    def test_other_jobs_ask_nothing(self):
        """R2.3: work without high voltage costs no question about releases."""
        self.operation.is_high_voltage = False
        jobs = self._authorised_order(jobs=2).job_ids.sudo()
        jobs.mapped("is_high_voltage")
        with self.assertQueryCount(0):
            self.assertEqual(jobs.mapped("hv_state"), [False, False])
