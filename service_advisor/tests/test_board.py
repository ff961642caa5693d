from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ServiceAdvisorCommon

MONDAY = "2030-01-07"


class BoardCommon(ServiceAdvisorCommon):
    """Two technicians and two bays, which work every day from 8 to 12 and from 13 to 18 UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Every day",
                "tz": "UTC",
                "company_id": cls.company.id,
                "attendance_ids": [Command.clear()] + [
                    Command.create(
                        {"name": "Work", "dayofweek": str(day), "hour_from": start, "hour_to": stop}
                    )
                    for day in range(7)
                    for start, stop in ((8, 12), (13, 18))
                ],
            }
        )
        cls.company.resource_calendar_id = cls.calendar
        cls.env["hr.employee"].search([]).is_service_technician = False
        cls.wang, cls.li = cls._new_technicians("Wang Board", "Li Board")
        cls.lift = cls.env["service.bay.kind"].create({"name": "Board Lift"})
        cls.operation.bay_kind_id = cls.lift
        cls.bay, cls.bay_2 = cls.env["service.bay"].create(
            [
                {
                    "name": name,
                    "company_id": cls.company.id,
                    "kind_ids": [Command.set(cls.lift.ids)],
                    "resource_calendar_id": cls.calendar.id,
                    "tz": "UTC",
                }
                for name in ("Board Bay 1", "Board Bay 2")
            ]
        )

    @classmethod
    def _new_technicians(cls, *names):
        """Return the resources of new technicians."""
        employees = cls.env["hr.employee"].create(
            [
                {
                    "name": name,
                    "is_service_technician": True,
                    "company_id": cls.company.id,
                    "resource_calendar_id": cls.calendar.id,
                    "tz": "UTC",
                }
                for name in names
            ]
        )
        return employees.resource_id

    def _jobs_to_plan(self, count=1, **vals):
        order = self._new_order(jobs=count, **vals)
        order.job_ids._keep({"state": "approved"})
        return order.job_ids

    def _at(self, hour, minute=0, day=7):
        return datetime(2030, 1, day, hour, minute)

    def _board(self, user=None):
        return self.env["service.board"].with_user(user or self.advisor)


@tagged("post_install", "-at_install")
class TestBoard(BoardCommon):
    def setUp(self):
        super().setUp()
        clock = freeze_time("2030-01-07 07:00:00")
        clock.start()
        self.addCleanup(clock.stop)

    def _stretches(self, job, resource):
        bookings = job.booking_ids.filtered(lambda each: each.resource_id == resource)
        return [(each.start_at, each.stop_at) for each in bookings.sorted("start_at")]

    def _plan(self, job, resource, at, user=None, **kwargs):
        return self._board(user).plan(job.id, resource.id, str(at), **kwargs)

    # ---- what is shown --------------------------------------------------------------------

    def test_what_the_board_shows(self):
        """R2.1: rows with working time, bars with plate, job, order and promise, and at the
        side what was agreed and has no time, the first promise first."""
        planned = self._jobs_to_plan()
        planned._book([(self.wang, self._at(8), self._at(9))])
        for hour in (17, 9):
            self._jobs_to_plan().order_id._keep({"promised_at": self._at(hour)})
        board = self._board().get_board(MONDAY, MONDAY)
        rows = {row["id"]: row for row in board["rows"]}
        self.assertEqual(list(rows), [self.li.id, self.wang.id])
        self.assertEqual(
            rows[self.wang.id]["works"],
            [("2030-01-07 08:00:00", "2030-01-07 12:00:00"),
             ("2030-01-07 13:00:00", "2030-01-07 18:00:00")],
        )
        [bar] = [bar for bar in board["bookings"] if bar["job_id"] == planned.id]
        self.assertEqual(
            (bar["resource_id"], bar["plate"], bar["order"], bar["start"], bar["is_movable"]),
            (self.wang.id, "沪A·12345", planned.order_id.name, "2030-01-07 08:00:00", True),
        )
        cards = [card for card in board["cards"] if card["promised"]]
        self.assertEqual(
            [card["promised"] for card in cards], ["2030-01-07 09:00:00", "2030-01-07 17:00:00"]
        )
        self.assertNotIn(planned.id, [card["id"] for card in board["cards"]])
        self.assertIn("Board Lift", cards[0]["needs"])
        self.assertEqual(board["days"], [
            {"date": MONDAY, "start": "2030-01-07 08:00:00", "stop": "2030-01-07 18:00:00"},
        ])

    def test_late_against_the_promise(self):
        """R2.1: a bar is at risk where its job ends after the promise."""
        job = self._jobs_to_plan()
        job.order_id._keep({"promised_at": self._at(10)})
        [bar] = self._plan(job, self.wang, self._at(8))["bookings"]
        self.assertFalse(bar["is_late"])
        [bar] = self._board().move(job.id, self.wang.id, self.wang.id, str(self._at(9)))["bookings"]
        self.assertTrue(bar["is_late"])

    def test_away_is_shown_without_the_reason(self):
        """R2.1: a leave takes working time away and is shown; why, nobody reads here."""
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Dentist",
                "resource_id": self.wang.id,
                "calendar_id": self.calendar.id,
                "date_from": self._at(13),
                "date_to": self._at(18),
            }
        )
        board = self._board(self.technician).get_board(MONDAY, MONDAY)
        row = next(row for row in board["rows"] if row["id"] == self.wang.id)
        self.assertEqual(row["works"], [("2030-01-07 08:00:00", "2030-01-07 12:00:00")])
        self.assertEqual(row["aways"], [("2030-01-07 13:00:00", "2030-01-07 18:00:00")])
        self.assertNotIn("Dentist", str(board))

    def test_days_of_23_hours(self):
        """R2.1: where the clocks change, columns follow the clock on the wall."""
        self.calendar.tz = "Europe/Berlin"
        (self.wang | self.li).write({"tz": "Europe/Berlin"})
        days = self._board().get_board("2030-03-30", "2030-04-01")["days"]
        self.assertEqual(
            [(day["start"], day["stop"]) for day in days],
            [("2030-03-30 07:00:00", "2030-03-30 17:00:00"),
             ("2030-03-31 06:00:00", "2030-03-31 16:00:00"),
             ("2030-04-01 06:00:00", "2030-04-01 16:00:00")],
        )

    def test_queries_do_not_grow(self):
        """R2.1: fifty bookings are read with the queries of five."""
        for number, day in ((5, 14), (50, 15)):
            jobs = self._jobs_to_plan(number)
            self.env["service.booking"].create(
                [
                    {
                        "job_id": job.id,
                        "resource_id": self.wang.id,
                        "start_at": self._at(8, day=day) + timedelta(minutes=4 * index),
                        "stop_at": self._at(8, 4, day=day) + timedelta(minutes=4 * index),
                    }
                    for index, job in enumerate(jobs)
                ]
            )
        self._jobs_to_plan(3)

        def count(day):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            board = self._board().get_board(day, day)
            return len(board["bookings"]), self.env.cr.sql_log_count - before

        count("2030-01-14")  # what is cached for ever is read
        few, many = count("2030-01-14"), count("2030-01-15")
        self.assertEqual((few[0], many[0]), (5, 50))
        self.assertEqual(few[1], many[1])

    # ---- planning -------------------------------------------------------------------------

    def test_plan_takes_a_free_bay(self):
        """R2.1: a job put on a technician takes a free bay that fits, and leaves the side."""
        first, second = self._jobs_to_plan(2)
        answer = self._plan(first, self.wang, self._at(8))
        self.assertEqual((len(answer["bookings"]), answer["cards"]), (1, []))
        self.assertEqual(answer["bookings"][0]["with"], "Board Bay 1")
        self._plan(second, self.li, self._at(9))
        self.assertEqual(
            second.booking_ids.resource_id, self.li | self.bay_2.resource_id,
            "the other bay is held until 9:30",
        )
        self.assertEqual(second.planned_stop_at, self._at(10, 30))

    def test_plan_on_a_bay_takes_a_technician(self):
        """R2.1: a job put on a bay takes the technician it is meant for."""
        job = self._jobs_to_plan(technician_id=self.wang.sudo().employee_id.id)
        self._plan(job, self.bay.resource_id, self._at(8), rows="bay")
        self.assertEqual(job.booking_ids.resource_id, self.wang | self.bay.resource_id)

    def test_work_goes_on_after_the_pause(self):
        """R2.1: a job over the lunch break is held before and after it."""
        job = self._jobs_to_plan()
        self._plan(job, self.wang, self._at(11))
        stretches = [(self._at(11), self._at(12)), (self._at(13), self._at(13, 30))]
        self.assertEqual(self._stretches(job, self.wang), stretches)
        self.assertEqual(self._stretches(job, self.bay.resource_id), stretches)

    def test_move_takes_the_bay_along(self):
        """R2.1: a technician's bar moves in time and to another one; the bay moves along."""
        job = self._jobs_to_plan()
        self._plan(job, self.wang, self._at(8))
        answer = self._board().move(job.id, self.wang.id, self.li.id, str(self._at(14)))
        self.assertEqual(answer["bookings"][0]["resource_id"], self.li.id)
        moved = [(self._at(14), self._at(15, 30))]
        self.assertEqual(self._stretches(job, self.li), moved)
        self.assertEqual(self._stretches(job, self.bay.resource_id), moved)
        self.assertFalse(self._stretches(job, self.wang))

    def test_resize(self):
        """R2.1: a longer job holds what it needs longer; one that ends later than it starts."""
        job = self._jobs_to_plan()
        self._plan(job, self.wang, self._at(10))
        self._board().resize(job.id, self.wang.id, str(self._at(14)))
        longer = [(self._at(10), self._at(12)), (self._at(13), self._at(14))]
        self.assertEqual(self._stretches(job, self.wang), longer)
        self.assertEqual(self._stretches(job, self.bay.resource_id), longer)
        with self.assertRaisesRegex(ValidationError, "before it begins"):
            self._board().resize(job.id, self.wang.id, str(self._at(10)))

    def test_unplan(self):
        """R2.1: what is taken off the board waits at the side again."""
        job = self._jobs_to_plan()
        self._plan(job, self.wang, self._at(8))
        answer = self._board().unplan(job.id)
        self.assertEqual(answer["bookings"], [])
        self.assertEqual([card["id"] for card in answer["cards"]], [job.id])
        self.assertFalse(job.booking_ids)

    # ---- refusals -------------------------------------------------------------------------

    def test_overlap_is_refused_unless_a_manager_has_a_reason(self):
        """R2.1: nobody is booked twice without a reason; the bar stays where it was."""
        first, second = self._jobs_to_plan(2)
        self._plan(first, self.wang, self._at(8))
        self._plan(second, self.wang, self._at(10))
        with self.assertRaisesRegex(UserError, "Wang Board"):
            self._board().move(second.id, self.wang.id, self.wang.id, str(self._at(9)))
        self.assertEqual(second.planned_start_at, self._at(10))
        with self.assertRaisesRegex(UserError, "Only the service manager"):
            self._board().move(
                second.id, self.wang.id, self.wang.id, str(self._at(9)), "technician", "I want it"
            )
        answer = self._board(self.manager).move(
            second.id, self.wang.id, self.wang.id, str(self._at(9)), "technician", "Two at once"
        )
        self.assertEqual(answer["bookings"][0]["override"], "Two at once")

    def test_what_runs_or_is_over_stays(self):
        """R2.1: what somebody is clocked on, or what is over, is not moved, nor anything into
        the past."""
        job = self._jobs_to_plan()
        self._plan(job, self.wang, self._at(8))
        move = (job.id, self.wang.id, self.wang.id)
        with self.assertRaisesRegex(ValidationError, "this time is over"):
            self._board().move(*move, "2030-01-07 06:00:00")
        self.env["service.clocking"].create(
            {"job_id": job.id, "employee_id": self.employee.id}
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(ValidationError, "clocked on it"):
            self._board().move(*move, str(self._at(14)))
        self.assertFalse(self._board().get_jobs(job.ids)["bookings"][0]["is_movable"])
        job.clocking_ids.sudo().stop_at = self._at(9)
        job._keep({"state": "cancelled"})
        self.env.invalidate_all()
        with self.assertRaisesRegex(ValidationError, "it is Cancelled"):
            self._board().unplan(job.id)

    def test_rights(self):
        """R2.1: reception and technicians look, advisors and managers plan, others neither."""
        job = self._jobs_to_plan()
        for user in (self.reception, self.technician):
            board = self._board(user).get_board(MONDAY, MONDAY)
            self.assertFalse(board["rights"]["move"])
            with self.assertRaises(AccessError):
                self._plan(job, self.wang, self._at(8), user=user)
        with self.assertRaises(AccessError):
            self._board(self.salesperson).get_board(MONDAY, MONDAY)
        self._plan(job, self.wang, self._at(8), user=self.manager)
        with self.assertRaises(AccessError):
            self._board(self.technician).unplan(job.id)

    def test_companies(self):
        """R2.1: a board is one company's; jobs and rows of another one can not be named."""
        other = self.env["res.company"].create({"name": "Other shop"})
        self.advisor.company_ids |= other
        bay = self.env["service.bay"].create({"name": "Foreign bay", "company_id": other.id})
        job = self._jobs_to_plan()
        with self.assertRaisesRegex(ValidationError, "can not be planned on"):
            self._plan(job, bay.resource_id, self._at(8), rows="bay")
        self._plan(job, self.wang, self._at(8))
        abroad = self._board().with_company(other)
        self.assertEqual(abroad.get_jobs(job.ids), {"bookings": [], "cards": []})
        self.assertEqual(abroad.get_board(MONDAY, MONDAY, "bay")["rows"][0]["name"], "Foreign bay")
        both = abroad.with_context(allowed_company_ids=[other.id, self.company.id])
        with self.assertRaisesRegex(ValidationError, "board of another company"):
            both.unplan(job.id)
        with self.assertRaises(AccessError):
            abroad.unplan(job.id)

    def test_arguments_are_not_trusted(self):
        """R2.1: what no screen asks for is refused in words."""
        with self.assertRaises(UserError):
            self._board().get_board(MONDAY, "2031-01-07")
        with self.assertRaises(UserError):
            self._board().get_board(MONDAY, MONDAY, "users")
        with self.assertRaises(ValidationError):
            self._plan(self._jobs_to_plan(), self.bay.resource_id, self._at(8))  # no technician

    # ---- live -----------------------------------------------------------------------------

    def test_boards_are_told(self):
        """R2.1: whoever may see the board of a company hears which jobs have changed, and only
        that; others can not listen."""
        job = self._jobs_to_plan()
        self.env.cr.precommit.run()
        last = self.env["bus.bus"].search([], order="id desc", limit=1).id or 0
        self._plan(job, self.wang, self._at(8))
        self.env.cr.precommit.run()
        told = self.env["bus.bus"].search([("id", ">", last)]).filtered(
            lambda row: "service_advisor.board" in row.message
        )
        self.assertIn(f'"job_ids": [{job.id}]', told[0].message.replace('":[', '": ['))
        self.assertNotIn("沪A", "".join(told.mapped("message")))
        self.assertIn("res.company", told[0].channel)
        other = self.env["res.company"].create({"name": "Other shop"})
        names = [f"service_advisor.board_{company.id}" for company in (self.company, other)]

        def channels(user):
            return self.env["ir.websocket"].with_user(user)._get_board_channels(names)

        self.assertEqual(channels(self.technician), [(self.company, "service_board")])
        self.assertEqual(channels(self.salesperson), [])
