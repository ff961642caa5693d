from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_timeline import TimelineCommon


@tagged("post_install", "-at_install")
class TestOverview(TimelineCommon):
    def _look(self, partner=None, user=None):
        self.env.invalidate_all()
        partner = partner or self.customer
        return partner.with_user(user or self.advisor).read_service_overview()

    def _section(self, overview, key):
        return next((found["rows"] for found in overview["sections"] if found["key"] == key), [])

    def test_five_seconds(self):
        """R5.1: since when, last visit, how often, what is open; the cars and the last visits."""
        self._visit(800)
        self._visit(20)
        order = self._new_order()
        seen = self._look()
        facts = {fact["label"]: fact for fact in seen["facts"]}
        self.assertEqual(facts["Open orders"]["value"], order.name)
        self.assertEqual(facts["Open orders"]["risk"], "info")
        self.assertIn(str((self.now - timedelta(days=800)).year), facts["Customer since"]["value"])
        self.assertEqual(facts["Visits a year"]["value"], "0.9")
        [car] = seen["cars"]
        self.assertEqual((car["id"], car["is_own"]), (self.vehicle.id, True))
        visits = self._section(seen, "visits")
        self.assertEqual(len(visits), 2)
        self.assertIn("Replace front brake pads", visits[0]["text"])
        self.assertEqual([row["res_id"] for row in self._section(seen, "open")], order.ids)
        customer = self.customer.with_user(self.advisor)
        self.assertEqual(customer.service_order_count, 3)
        action = customer.action_view_service_orders()
        self.assertEqual(self.env["service.order"].search_count(action["domain"]), 3)

    def test_next_due(self):
        """R5.1: what is due stands with the car, by the rules of the check-in: recalls,
        maintenance, declined work and the papers."""
        self._visit(40, state="declined", decline_reason="Next time", finished_at=False)
        self.vehicle.inspection_due = fields.Date.today() + timedelta(days=10)
        self.vehicle.insurance_until = fields.Date.today() - timedelta(days=1)
        self.env["service.recall"].create(
            {
                "name": "R-1", "title": "Fuel pump", "operation_id": self.operation.id,
                "do_not_drive": True,
                "vin_ids": [Command.create({"vin_from": self.vehicle.vin})],
            }
        )
        [car] = self._look()["cars"]
        due = {row["kind"]: row["risk"] for row in car["due"]}
        self.assertEqual(
            due,
            {"recall": "danger", "declined": "warning", "inspection": "warning",
             "insurance": "danger"},
        )
        self.assertFalse(self.vehicle.order_count - 1, "looking makes no order")

    def test_many_due(self):
        """R5.1: of much that is due the weightiest is shown, and how much more there is."""
        for days in range(1, 13):
            self._visit(days, state="declined", operation_id=False, concern=f"Concern {days}")
        self.vehicle.insurance_until = fields.Date.today() - timedelta(days=1)
        due = self._look()["cars"][0]["due"]
        self.assertEqual(due[0]["kind"], "insurance")
        self.assertEqual((len(due), due[-1]["name"]), (9, "and 5 more"))

    def test_sold_car(self):
        """R5.1 R5.3: a sold car stands with its former owner as it was at the last visit, without
        what became of it; the new owner does not see the former visits."""
        self._visit(30)
        self._sell(days=20)
        self.vehicle.plate = "沪B99999"
        seen = self._look()
        [car] = seen["cars"]
        self.assertEqual((car["is_own"], car["id"], car["due"]), (False, False, []))
        self.assertEqual(car["name"], "沪A·12345")
        self.assertNotIn("99999", str(seen))
        seen = self._look(self.buyer)
        self.assertEqual(seen["cars"][0]["id"], self.vehicle.id)
        self.assertFalse(self._section(seen, "visits"))

    def test_paid(self):
        """R5.1: what was paid in each year, credit notes off, nothing that is still owed."""
        self.assertFalse(self._section(self._look(), "spend"))
        order = self._authorised_order()
        self._work(order)
        self._issue_parts(order)
        order.sudo().estimate_ids._create_invoices().action_post()
        self.assertIn("0.00", self._section(self._look(), "spend")[0]["text"])
        self._pay(order.sudo().invoice_ids)
        self.assertIn("297.00", self._section(self._look(), "spend")[0]["text"])
        self.assertIn("297.00", self._section(self._look(user=self.manager), "spend")[0]["text"])

    def test_for_the_desk(self):
        """R5.3: customers are looked up by the desk, and in the own company."""
        for user in (self.technician, self.storekeeper, self.salesperson):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self._look(user=user)
        self._visit(10)
        seen = self._look(user=self.stranger)
        self.assertEqual((seen["cars"], seen["sections"]), ([], []))

    def test_cost_does_not_grow(self):
        """R5.1: as many queries for a fleet with many visits as for two cars; the plain form
        counts and reads nothing more."""
        fleet = self.env["res.partner"].create({"name": "Fleet", "is_company": True})

        def add(count):
            cars = self.env["service.vehicle"].create(
                [
                    {"plate": f"FL {count} {n}", "owner_id": fleet.id, "model_id": self.model.id,
                     "inspection_due": fields.Date.today()}
                    for n in range(count)
                ]
            )
            for car in cars:
                self._visit(10, vehicle=car)
                self._visit(5, vehicle=car, state="declined")

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            partner = fleet.with_user(self.advisor)
            before = self.env.cr.sql_log_count
            seen = partner.read_service_overview()
            return self.env.cr.sql_log_count - before, len(seen["cars"])

        add(2)
        queries()
        few, cars = queries()
        add(12)
        many, more = queries()
        self.assertEqual((cars, more), (2, 14))
        self.assertLessEqual(many, few)
