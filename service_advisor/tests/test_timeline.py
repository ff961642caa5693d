from datetime import timedelta

from freezegun import freeze_time
from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ServiceAdvisorCommon

WORDS = "Squeals, call my wife Lin"


class TimelineCommon(ServiceAdvisorCommon):
    """A car that Li has sold to Zhou, with a past of both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now()
        cls.buyer = cls.env["res.partner"].create({"name": "Zhou Buyer", "phone": "5550177"})
        cls.vehicle.owner_ids.date_from = "2020-01-01"
        cls.vehicle.plate_ids.date_from = "2020-01-01"
        other = cls.env["res.company"].create({"name": "Other Shop"})
        cls.stranger = cls.advisor.with_context(no_reset_password=True).copy(
            {"login": "test_stranger", "company_id": other.id,
             "company_ids": [Command.set(other.ids)]}
        )

    @classmethod
    def _visit(cls, days, customer=None, vehicle=None, **job_vals):
        """Return a visit of ``days`` ago that is over, with one job done."""
        then = cls.now - timedelta(days=days)
        vehicle = vehicle or cls.vehicle
        job = {
            "concern": WORDS, "operation_id": cls.operation.id, "correction": "Pads replaced",
            "state": "done", "finished_at": then, "authorised_at": then,
        }
        return cls.env["service.order"].create(
            {
                "vehicle_id": vehicle.id,
                "partner_id": (customer or vehicle.owner_id).id,
                "advisor_id": cls.advisor.id,
                "odometer_in": 60000 - 10 * days,
                "checked_in_at": then,
                "ready_at": then + timedelta(hours=2),
                "delivered_at": then + timedelta(hours=3),
                "closed_at": then + timedelta(hours=4),
                "job_ids": [Command.create(job | job_vals)],
            }
        )

    def _sell(self, days=0):
        """Sell the car to Zhou, ``days`` ago."""
        with freeze_time(self.now - timedelta(days=days)):
            self.vehicle.owner_id = self.buyer
        self.env.flush_all()

    def _read(self, user, kinds=None, **kwargs):
        self.env.invalidate_all()
        car = self.vehicle.with_user(user)
        return car.read_timeline(kinds=kinds, **kwargs)

    def _rows(self, user, kinds=None, **kwargs):
        return self._read(user, kinds, **kwargs)["rows"]


@tagged("post_install", "-at_install")
class TestTimeline(TimelineCommon):
    def test_one_line_newest_first(self):
        """R5.1: visits, declined work, plates, readings and warranties stand on one line."""
        self._visit(40)
        self._visit(20, state="declined", decline_reason="Too dear", finished_at=False,
                    followup_odometer=70000)
        self.vehicle.plate = "沪B55555"
        self.vehicle._record_odometer(61000, "manual", note="By telephone")
        self.vehicle._record_odometer(60500, "manual", reason="typo")
        self.env["service.vehicle.warranty"].create(
            {"vehicle_id": self.vehicle.id, "date_from": "2019-01-01", "date_to": "2021-01-01"}
        )
        page = self._read(self.advisor)
        rows, dates = page["rows"], [row["date"] for row in page["rows"]]
        self.assertEqual(dates, sorted(dates, reverse=True))
        self.assertFalse(page["next"])
        by_kind = {}
        for row in rows:
            by_kind.setdefault(row["kind"], []).append(row)
        self.assertEqual([row["km"] for row in by_kind["visit"]], [59800, 59600])
        [deferred] = by_kind["deferred"]
        self.assertEqual((deferred["risk"], deferred["note"]), ("warning", "Too dear"))
        self.assertIn("70,000", deferred["lines"][0][1])
        self.assertEqual(len(by_kind["plate"]), 2)
        self.assertEqual(len(by_kind["owner"]), 1)
        self.assertEqual([row["km"] for row in by_kind["odometer"]], [60500, 61000])
        self.assertEqual(by_kind["odometer"][1]["badge"], "Superseded")
        self.assertEqual(by_kind["warranty"], [rows[-1]])
        self.assertEqual({kind for kind, _label, _icon in page["kinds"]} & set(by_kind),
                         set(by_kind))

    def test_visit_tells_what_was_done(self):
        """R5.1: a visit names the work, the result and the parts, and its amount at the desk."""
        order = self._authorised_order()
        self._issue_parts(order)
        [row] = self._rows(self.advisor, ["visit"])
        self.assertEqual(row["lines"][0][0], "Replace front brake pads")
        self.assertIn("1 × Brake pads", row["lines"][0][1])
        self.assertEqual(row["badge"], "Authorised")
        self.assertIn("297", row["amount"])
        self.assertEqual((row["res_model"], row["res_id"]), ("service.order", order.id))
        [row] = self._rows(self.technician, ["visit"])
        self.assertFalse(row["amount"], "prices are the desk's")
        self.assertEqual(row["res_id"], order.id)

    def test_former_owner_is_hidden(self):
        """R5.1 R5.3: of a former owner's visits one reads what was done to the car, and neither
        words nor who it was; service managers read all."""
        self.env["service.recall"].search([]).active = False
        visit = self._visit(30)
        declined = self._visit(29, state="declined", decline_reason="My wife Lin says no")
        self._sell(days=20)
        own = self._visit(10)
        for user in (self.reception, self.advisor, self.technician, self.storekeeper):
            with self.subTest(user.name):
                rows = self._rows(user)
                visits = [row for row in rows if row["kind"] == "visit"]
                self.assertEqual([row["is_former"] for row in visits], [False, True, True])
                self.assertEqual(visits[0]["res_id"], own.id)
                self.assertFalse(visits[1]["res_id"] or visits[2]["res_id"])
                self.assertFalse(visits[2]["amount"])
                self.assertIn("Pads replaced", str(visits[2]["lines"]))
                former = str([row for row in rows if row["is_former"]])
                for secret in ("Lin", "Li C", "wife", "Squeals"):
                    self.assertNotIn(secret, former)
                self.assertIn("L**", former)
                self.assertIn("Zhou Buyer", str(rows))
        rows = self._rows(self.manager)
        self.assertIn("Li Customer", str(rows))
        self.assertIn("My wife Lin says no", str(rows))
        self.assertLessEqual({visit.id, declined.job_ids.id}, {row["res_id"] for row in rows})

    def test_words_without_an_operation(self):
        """R5.3: where the work has no name but the customer's words, it has none at all."""
        self._visit(30, operation_id=False)
        self._sell(days=20)
        [row] = self._rows(self.advisor, ["visit"])
        self.assertEqual(row["lines"][0][0], "Work")
        [row] = self._rows(self.manager, ["visit"])
        self.assertEqual(row["lines"][0][0], WORDS)

    def test_suggested_without_words(self):
        """R5.3: work that a former owner declined is suggested to the next one without words."""
        declined = {"state": "declined", "decline_reason": "Lin says no", "finished_at": False}
        self._visit(30, **declined)
        self._visit(29, operation_id=False, **declined)
        self._sell(days=20)
        order = self._new_order(operation_id=False)
        order.action_check_in()
        found = order.suggestion_ids.filtered(lambda one: one.kind == "declined")
        self.assertEqual(set(found.mapped("name")), {"Replace front brake pads", "Work"})
        self.assertNotIn("Lin", str(found.mapped("reason")))

    def test_sold_while_it_was_here(self):
        """R5.3: a visit during which the car was sold is the seller's; one who buys it back sees
        the own visits again."""
        self._visit(0)
        self._sell()
        self.assertTrue(self._rows(self.advisor, ["visit"])[0]["is_former"])
        self.vehicle.owner_id = self.customer
        self.assertFalse(self._rows(self.advisor, ["visit"])[0]["is_former"])

    def test_paging(self):
        """R5.1: page after page every row comes once, also those of one moment."""
        for days in (50, 50, 50, 40, 30, 20, 10):
            self._visit(days)
        self.env["service.vehicle.warranty"].create(
            [
                {"vehicle_id": self.vehicle.id, "date_from": day, "date_to": "2030-01-01"}
                for day in ("2019-01-01", "2019-01-01", "2019-01-02")
            ]
        )
        whole = self._rows(self.advisor)
        seen, before = [], None
        for _page in range(len(whole)):
            page = self._read(self.advisor, limit=2, before=before)
            self.assertTrue(page["rows"])
            seen += page["rows"]
            before = page["next"]
            if not before:
                break
        key = lambda row: (row["kind"], row["date"], row["title"])  # noqa: E731
        self.assertCountEqual(map(key, seen), map(key, whole))
        self.assertEqual(
            [row["kind"] for row in self._rows(self.advisor, ["warranty", "nonsense"])],
            ["warranty"] * 3,
        )

    def test_asked_with_nonsense(self):
        """R5.3: arguments from outside are checked."""
        with self.assertRaises(UserError):
            self._read(self.advisor, before="yesterday'; --")
        self.assertEqual(len(self._rows(self.advisor, limit=-5)), 2, "both of one midnight")

    def test_who_may_look(self):
        """R5.3: whoever may not read the car reads no history of it; kinds one may not read
        are not offered."""
        for user in (self.salesperson, self.stranger, self.env.ref("base.public_user")):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self._read(user)
        for user in (self.advisor, self.technician, self.storekeeper):
            kinds = {kind for kind, _label, _icon in self._read(user)["kinds"]}
            self.assertLessEqual({"visit", "deferred", "inspection", "owner"}, kinds)

    def test_cost_does_not_grow(self):
        """R5.1: as many queries for a hundred visits as for five."""

        def queries(user):
            self.env.flush_all()
            self.env.invalidate_all()
            car = self.vehicle.with_user(user)
            before = self.env.cr.sql_log_count
            rows = car.read_timeline(limit=1000)["rows"]
            return self.env.cr.sql_log_count - before, len(rows)

        def add(count):
            for days in range(count):
                state = ("done", "declined")[days % 2]
                self._visit(days + 20, customer=self.customer, state=state)
                self._visit(days / 100, customer=self.buyer, state=state)
            self.env["service.vehicle.odometer"].create(
                [
                    {"vehicle_id": self.vehicle.id, "value": value, "source": "manual"}
                    for value in range(count)
                ]
            )

        self._sell(days=10)
        add(2)
        queries(self.advisor)
        few, rows = queries(self.advisor)
        add(50)
        many, more_rows = queries(self.advisor)
        self.assertGreater(more_rows, rows + 100)
        self.assertLessEqual(many, few)

    def test_printed(self):
        """R5.1: the workshop prints all it may read, the customer gets the own time only."""
        self._visit(30)
        self._sell(days=20)
        self._visit(10)
        Report = self.env["ir.actions.report"].with_user(self.advisor)

        def show(name):
            html, _kind = Report._render_qweb_html(
                f"service_advisor.service_vehicle_report_{name}", self.vehicle.ids
            )
            return html.decode()

        paper = show("history")
        self.assertEqual(paper.count("Pads replaced"), 2)
        self.assertNotIn("Li Customer", paper)
        paper = show("history_customer")
        self.assertEqual(paper.count("Pads replaced"), 1)
        self.assertIn("Zhou Buyer", paper)
