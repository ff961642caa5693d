from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .test_board import BoardCommon

MONDAY = "2030-01-07"
DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestLoan(BoardCommon):
    """Two workshops of one company; the board's days begin at 8:00 UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.north = cls.env["stock.warehouse"].create({"name": "North", "code": "NRTH"})
        cls.operation.bay_kind_id = False
        cls.company.service_book_approved = False
        cls.company.service_promise_buffer = 0
        cls.wang_person, cls.li_person = cls.wang.employee_id, cls.li.employee_id
        cls.wang_person.service_warehouse_id = cls.warehouse

    def _approved(self, warehouse=None, **kwargs):
        order = self._new_order(**kwargs)
        if warehouse:
            order.warehouse_id = warehouse
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        order.job_ids._unbook()
        return order

    def _plan(self, order):
        return self.env["service.planner"]._plan(order)[order]

    def _get_technicians(self, order):
        return {
            resource.name
            for step in self._plan(order).steps
            for need, resource, _pairs in step.held
            if need.kind == "technician"
        }

    def _lend(self, person=None, warehouse=None, first=0, last=1, user=None):
        day = datetime(2030, 1, 7).date()
        return self.env["service.loan"].with_user(user or self.manager).create(
            {
                "technician_id": (person or self.wang_person).id,
                "warehouse_id": (warehouse or self.north).id,
                "date_from": day + first * DAY,
                "date_to": day + last * DAY,
                "reason": "Two are ill",
            }
        )

    def _book(self, order, person, start, hours=1):
        order.job_ids.with_user(self.manager)._book(
            [(person.resource_id, start, start + timedelta(hours=hours))]
        )

    @freeze_time(MONDAY)
    def test_plans_keep_to_the_home_workshop(self):
        """R6.3 R2.1: who is at home at a workshop is planned for its orders only; who has none,
        for all; and where nobody is left, the advisor is told where."""
        order, away = self._approved(), self._approved(self.north)
        self.assertEqual(self._get_technicians(away), {"Li Board"})
        self.li_person.service_warehouse_id = self.north
        self.assertEqual(self._get_technicians(order), {"Wang Board"})
        self.li_person.service_warehouse_id = self.warehouse
        plan = self._plan(away)
        self.assertIsNone(plan.finish)
        text = self.env["service.planner"]._get_reason_text(away, plan)
        self.assertEqual(text, "Not planned yet: there is no technician at North")
        away.job_ids.technician_id = self.wang_person
        plan = self._plan(away)
        text = self.env["service.planner"]._get_reason_text(away, plan)
        self.assertEqual(text, "Not planned yet: Wang Board does not work at North")

    @freeze_time(MONDAY)
    def test_plans_follow_a_loan(self):
        """R6.3: a manager lends a technician: for these days the plans of the other workshop
        have one more, and those at home have none."""
        self.li_person.service_warehouse_id = self.warehouse
        away = self._approved(self.north)
        self.assertIsNone(self._plan(away).finish)
        self._lend(first=1, last=2)
        self.assertEqual(self._get_technicians(away), {"Wang Board"})
        [step] = self._plan(away).steps
        start = datetime(1970, 1, 1) + timedelta(seconds=step.start)
        self.assertEqual(start, datetime(2030, 1, 8, 8))
        self.assertEqual(self._get_technicians(self._approved()), {"Li Board"})
        # At home again on the third day.
        self.li_person.is_service_technician = False
        order = self._approved()
        order.job_ids.technician_id = self.wang_person
        with freeze_time("2030-01-08"):
            [step] = self._plan(order).steps
        start = datetime(1970, 1, 1) + timedelta(seconds=step.start)
        self.assertEqual(start, datetime(2030, 1, 10, 8))

    @freeze_time(MONDAY)
    def test_booked_work_is_in_the_way(self):
        """R6.3: who is booked at home is not lent until that work is moved; it is listed, before
        and in the refusal. What a manager has overbooked with a reason stays his."""
        order = self._approved()
        self._book(order, self.wang_person, datetime(2030, 1, 8, 9))
        new = self.env["service.loan"].with_user(self.manager).new(
            {
                "technician_id": self.wang_person.id, "warehouse_id": self.north.id,
                "date_from": "2030-01-08", "date_to": "2030-01-08",
            }
        )
        self.assertIn(order.name, new.in_the_way)
        with self.assertRaises(UserError) as caught:
            self._lend()
        self.assertIn("Wang Board", str(caught.exception))
        self.assertIn(order.name, str(caught.exception))
        self._lend(first=2, last=2).unlink()
        self._book(order, self.li_person, datetime(2030, 1, 8, 9))
        loan = self._lend()
        self.assertEqual(loan.company_id, self.company)
        self.assertEqual(loan.home, self.warehouse.name)

    @freeze_time(MONDAY)
    def test_bookings_keep_to_where_people_are(self):
        """R6.3: the server refuses to book somebody who is at another workshop then, whoever
        asks, and says who is where; a manager may with a reason."""
        order, away = self._approved(), self._approved(self.north)
        with self.assertRaises(UserError) as caught:
            self._book(away, self.wang_person, datetime(2030, 1, 8, 9))
        self.assertIn("North", str(caught.exception))
        self._lend(first=1, last=1)
        self._book(away, self.wang_person, datetime(2030, 1, 8, 9))
        self.assertFalse(away.job_ids.booking_ids.has_conflict)
        with self.assertRaises(UserError):
            self._book(order, self.wang_person, datetime(2030, 1, 8, 11))
        order.job_ids.with_user(self.manager)._book(
            [(self.wang, datetime(2030, 1, 8, 11), datetime(2030, 1, 8, 12))], reason="He is near"
        )
        self.assertTrue(order.job_ids.booking_ids)

    @freeze_time(MONDAY)
    def test_a_loan_ends(self):
        """R6.3: a loan ends early unless work at the other workshop is booked after it; what has
        begun is history and not deleted."""
        away = self._approved(self.north)
        loan = self._lend(first=0, last=3)
        self._book(away, self.wang_person, datetime(2030, 1, 9, 9))
        with self.assertRaises(UserError) as caught:
            loan.date_to = "2030-01-08"
        self.assertIn(away.name, str(caught.exception))
        with self.assertRaises(UserError):
            loan.unlink()
        away.job_ids._unbook()
        loan.date_to = "2030-01-08"
        self._book(self._approved(), self.wang_person, datetime(2030, 1, 9, 9))

    @freeze_time(MONDAY)
    def test_loans_that_make_no_sense(self):
        """R6.3: nobody is lent to where they are, to the past, or twice at once."""
        with self.assertRaises(UserError):
            self._lend(warehouse=self.warehouse)
        with self.assertRaises(UserError):
            self._lend(first=-3, last=-2)
        with self.assertRaises(UserError):
            self._lend(person=self.employee)
        self._lend(first=0, last=2)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._lend(first=2, last=3)

    @freeze_time(MONDAY)
    def test_roles(self):
        """R6.3: managers move people between workshops of their company, nobody else."""
        for user in (self.advisor, self.technician, self.storekeeper):
            with self.assertRaises(AccessError):
                self._lend(user=user)
        public = self.env["hr.employee.public"].browse(self.li_person.id)
        Wizard = self.env["service.home.wizard"]
        with self.assertRaises(AccessError):
            Wizard.with_user(self.advisor).create({"technician_ids": public.ids})
        with self.assertRaises(UserError):
            public.with_user(self.advisor)._set_home(self.north)
        wizard = Wizard.with_user(self.manager).with_context(active_ids=public.ids).create(
            {"warehouse_id": self.north.id}
        )
        wizard.action_confirm()
        self.assertEqual(self.li_person.service_warehouse_id, self.north)
        foreign = self.env["res.company"].create({"name": "Other Garage"})
        other = self.env["stock.warehouse"].search([("company_id", "=", foreign.id)], limit=1)
        with self.assertRaises(UserError):
            self._lend(warehouse=other)
        with self.assertRaises(UserError):
            public.with_user(self.manager)._set_home(other)

    @freeze_time(MONDAY)
    def test_home_moves_only_without_bookings(self):
        """R6.3: the home workshop does not change under booked work, which is listed."""
        order = self._approved()
        self._book(order, self.li_person, datetime(2030, 1, 8, 9))
        public = self.env["hr.employee.public"].browse(self.li_person.id)
        with self.assertRaises(UserError) as caught:
            public.with_user(self.manager)._set_home(self.north)
        self.assertIn(order.name, str(caught.exception))

    @freeze_time(MONDAY)
    def test_board_tells_where_people_are(self):
        """R6.3: the rows of the board say where people are in the days shown, and who is chosen
        is there."""
        self._lend(first=1, last=1)
        user = self.manager
        user.group_ids = [Command.link(self.env.ref("stock.group_stock_multi_warehouses").id)]
        board = self.env["service.board"].with_user(user)
        places = {row["name"]: row["place"] for row in board.get_board(MONDAY, False)["rows"]}
        self.assertEqual(places["Wang Board"], self.warehouse.name)
        self.assertFalse(places["Li Board"])
        rows = board.get_board("2030-01-08", False)["rows"]
        places = {row["name"]: row["place"] for row in rows}
        self.assertEqual(places["Wang Board"], "lent to North until 01/08/2030")
        self.operation.bay_kind_id = self.lift
        order = self._approved()
        board.plan(order.job_ids.id, self.bay_2.resource_id.id, "2030-01-08 08:00:00", "bay")
        self.assertEqual(order.job_ids.technician_id, self.li_person)

    @freeze_time(MONDAY)
    def test_bays_are_at_one_workshop(self):
        """R6.3 R2.1: plans, the board and the server keep a bay to the work of its workshop; no
        reason moves a bay."""
        self.operation.bay_kind_id = self.lift
        self.bay.warehouse_id = self.warehouse
        order, away = self._approved(), self._approved(self.north)

        def bays(plan):
            [step] = plan.steps
            return {res.name for need, res, _pairs in step.held if need.kind == "bay"}

        self.assertEqual(bays(self._plan(away)), {"Board Bay 2"})
        self.bay_2.warehouse_id = self.north
        self.assertEqual(bays(self._plan(order)), {"Board Bay 1"})
        board = self.env["service.board"].with_user(self.advisor)
        board.plan(away.job_ids.id, self.li.id, "2030-01-08 08:00:00")
        self.assertIn(self.bay_2.resource_id, away.job_ids.booking_ids.resource_id)
        with self.assertRaises(UserError) as caught:
            order.job_ids.with_user(self.manager)._book(
                [(self.bay_2.resource_id, datetime(2030, 1, 9, 8), datetime(2030, 1, 9, 9))],
                reason="It is free",
            )
        self.assertIn("Board Bay 2 is at North", str(caught.exception))
        self.bay_2.warehouse_id = self.warehouse
        plan = self._plan(away)
        text = self.env["service.planner"]._get_reason_text(away, plan)
        self.assertEqual(text, "Not planned yet: there is no bay for Board Lift (North)")

    @freeze_time(MONDAY)
    def test_gap_of_a_workshop(self):
        """R6.3: managers see the gap of one workshop, who could help, and lend in one step."""
        kind = self.env["hr.skill.type"].create(
            {
                "name": "Loan Test",
                "skill_ids": [Command.create({"name": "Gearbox"})],
                "skill_level_ids": [Command.create({"name": "Master", "level_progress": 100})],
            }
        )
        self.operation.write(
            {"skill_id": kind.skill_ids.id, "skill_level_id": kind.skill_level_ids.id}
        )
        self.env["hr.employee.skill"].create(
            {
                "employee_id": self.wang_person.id, "skill_type_id": kind.id,
                "skill_id": kind.skill_ids.id, "skill_level_id": kind.skill_level_ids.id,
                "valid_from": "2029-01-01",
            }
        )
        self._approved(self.north)._keep({"promised_at": datetime(2030, 1, 8, 6)})
        Load = self.env["service.skill.load"].with_user(self.manager)
        load = Load.browse(Load.action_open()["res_id"])

        def look():
            load.write({"warehouse_id": self.north.id, "days": 2})
            load.action_refresh()
            return load.line_ids.filtered(lambda line: line.skill_id == kind.skill_ids)

        line = look()
        self.assertEqual((line.gap, line.available), (1.5, 0))
        action = line.action_lend()
        self.assertEqual(action["context"]["able_ids"], self.wang_person.ids)
        self.assertEqual(action["context"]["default_warehouse_id"], self.north.id)
        self._lend(first=0, last=0)
        line = look()
        self.assertEqual((line.gap, line.available), (0, 9))
        self.assertIn("lent to North until", load.load_table)

    @freeze_time(MONDAY)
    def test_what_it_costs(self):
        """R6.3: a shop without loans asks nothing for them, and one question more with them,
        however many there are."""
        self.wang_person.service_warehouse_id = False
        orders = self._approved() | self._approved()
        planner = self.env["service.planner"]

        def count():
            planner._plan(orders)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            planner._plan(orders)
            return self.env.cr.sql_log_count - before

        plain = count()
        self._lend(first=10, last=11)
        lent = count()
        self.assertLessEqual(lent, plain + 1)
        self._lend(first=12, last=13)
        self._lend(person=self.li_person, first=12, last=13)
        self.assertEqual(count(), lent)

    @freeze_time(MONDAY)
    def test_board_refuses_in_words(self):
        """R6.3: what is dropped on the row of somebody who is elsewhere is refused in words."""
        away = self._approved(self.north)
        board = self.env["service.board"].with_user(self.advisor)
        with self.assertRaises(UserError) as caught:
            board.plan(away.job_ids.id, self.wang.id, "2030-01-08 08:00:00")
        self.assertNotIsInstance(caught.exception, ValidationError)  # a manager's reason helps
        self.assertIn("Wang Board works at", str(caught.exception))
