from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import SIGNATURE, ServiceAdvisorCommon


@tagged("post_install", "-at_install")
class TestVehicleOwners(ServiceAdvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.env["res.partner"].create({"name": "Zhou Buyer"})
        cls.others = (cls.reception, cls.advisor, cls.technician, cls.storekeeper)
        cls.env.ref("base.group_allow_export").user_ids = [
            Command.link(user.id) for user in cls.others
        ]

    def _sell(self):
        self.vehicle.with_user(self.reception).owner_id = self.buyer
        return self.vehicle.owner_ids.filtered("date_to")

    def test_owners_follow_each_other(self):
        """R5.1: a change of owner closes the former row and opens one; nothing else does."""
        self.assertEqual(self.vehicle.owner_ids.partner_id, self.customer)
        former = self._sell()
        self.assertEqual(former.partner_id, self.customer)
        current = self.vehicle.owner_ids - former
        self.assertEqual((current.partner_id, current.date_to), (self.buyer, False))
        self.assertEqual(current.date_from, former.date_to)
        self.assertEqual(current.create_uid, self.reception)
        self.vehicle.write({"owner_id": self.buyer.id, "colour": "red"})
        self.assertEqual(len(self.vehicle.owner_ids), 2, "the same owner is no change")
        self.vehicle.owner_id = False
        self.assertFalse(self.vehicle.owner_ids.filtered(lambda row: not row.date_to))
        self.vehicle.owner_id = self.customer
        self.assertEqual(len(self.vehicle.owner_ids), 3)

    def test_many_at_once(self):
        """R5.1: create, write and import of many cars keep every history, at the same cost."""

        def queries(count):
            cars = self.env["service.vehicle"].create(
                [{"plate": f"{count} M {n}", "owner_id": self.customer.id} for n in range(count)]
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            cars.write({"owner_id": self.buyer.id})
            self.env.flush_all()
            spent = self.env.cr.sql_log_count - before
            self.assertEqual(cars.owner_ids.mapped("date_to").count(False), count)
            self.assertEqual(len(cars.owner_ids), 2 * count)
            return spent

        queries(2)
        self.assertEqual(queries(5), queries(50))
        loaded = self.env["service.vehicle"].with_context(import_file=True).load(
            ["plate", "owner_id/.id", "odometer"], [["I 1", str(self.buyer.id), "4200"]]
        )
        self.assertFalse(loaded["messages"])
        car = self.env["service.vehicle"].browse(loaded["ids"])
        self.assertEqual(car.owner_ids.partner_id, self.buyer)
        self.assertEqual((car.odometer, car.odometer_ids.source), (4200, "import"))

    def test_history_from_before_the_history(self):
        """R5.1: a car without rows, as after an upgrade, still keeps its former owner."""
        self.vehicle.owner_ids.unlink()
        former = self._sell()
        self.assertEqual((former.partner_id, former.date_from), (self.customer, False))

    @mute_logger("odoo.sql_db")
    def test_never_two_open(self):
        """R5.1: the database itself refuses a second current owner or plate."""
        for model, vals in (
            ("service.vehicle.owner", {"partner_id": self.buyer.id}),
            ("service.vehicle.plate", {"plate": "X"}),
        ):
            with self.subTest(model), self.assertRaises(IntegrityError), self.cr.savepoint():
                self.env[model].create(dict(vals, vehicle_id=self.vehicle.id))

    def test_former_owner_is_masked(self):
        """R5.3: the former owner is a masked name to all but the manager."""
        former = self._sell()
        for user in self.others:
            with self.subTest(user.name):
                row = former.with_user(user)
                self.assertEqual((row.name, row.display_name), ("L**", "L**"))
                self.assertTrue(row.date_to)
                current = (self.vehicle.owner_ids - former).with_user(user)
                self.assertEqual(current.name, "Zhou Buyer")
        row = former.with_user(self.manager)
        self.assertEqual((row.name, row.partner_id), ("Li Customer", self.customer))

    def test_no_way_around_the_mask(self):
        """R5.3: neither reading, searching, grouping, sorting nor export tells the name."""
        former = self._sell()
        for user in self.others:
            rows = self.env["service.vehicle.owner"].with_user(user)
            row, car = former.with_user(user), self.vehicle.with_user(user)
            for way, act in {
                "read": lambda row=row: row.read(["partner_id"]),
                "attribute": lambda row=row: row.partner_id,
                "web_read": lambda row=row: row.web_read({"partner_id": {}}),
                "search": lambda rows=rows: rows.search([("partner_id", "=", 1)]),
                "path": lambda rows=rows: rows.search([("partner_id.name", "ilike", "Li")]),
                "car": lambda car=car: car.search([("owner_ids.partner_id", "ilike", "Li")]),
                "any": lambda car=car: car.search(
                    [("owner_ids", "any", [("partner_id.name", "=ilike", "L%")])]
                ),
                "group": lambda rows=rows: rows.formatted_read_group([], ["partner_id"]),
                "order": lambda rows=rows: rows.search([], order="partner_id"),
                "export": lambda row=row: row.export_data(["partner_id/name"]),
                "nested": lambda car=car: car.web_read(
                    {"owner_ids": {"fields": {"partner_id": {"fields": {"name": {}}}}}}
                ),
            }.items():
                with self.subTest(user=user.name, way=way), self.assertRaises(AccessError):
                    act()
            self.assertNotIn("partner_id", row.fields_get())
            told = str(row.read()) + str(row.export_data(["display_name", "name"]))
            told += str(rows.name_search("Li Customer")) + str(rows.name_search("L**"))
            told += str(car.message_ids.mapped("body"))
            told += str(car.message_ids.sudo().tracking_value_ids.mapped("old_value_char"))
            self.assertNotIn("Customer", told)
            self.assertFalse(
                [found for found in car.name_search("Li Cust") if found[0] == car.id],
                "the former owner's name does not find the car",
            )

    def test_nobody_types_the_history(self):
        """R5.3: rows of history are written by the car alone, not even by a manager."""
        former = self._sell()
        for user in (*self.others, self.manager):
            for record in (former, self.vehicle.plate_ids):
                with self.assertRaises(AccessError):
                    record.with_user(user).write({"date_to": "2020-01-01"})
                with self.assertRaises(AccessError):
                    record.with_user(user).unlink()
        with self.assertRaises(AccessError):
            self.vehicle.with_user(self.advisor).write(
                {"owner_ids": [Command.create({"date_from": "2020-01-01"})]}
            )

    def test_companies_are_apart(self):
        """R5.3: nobody sees owners, plates, readings and warranties of another company."""
        self._sell()
        self.vehicle._record_odometer(5, "manual")
        self.vehicle.warranty_ids = [Command.create({"km_to": 5})]
        other = self.env["res.company"].create({"name": "Other Dealer"})
        stranger = self.manager.copy(
            {"company_id": other.id, "company_ids": [Command.set(other.ids)]}
        )
        for name in ("owner_ids", "plate_ids", "odometer_ids", "warranty_ids"):
            with self.subTest(name):
                rows = self.vehicle[name].with_user(stranger)
                self.assertTrue(rows)
                self.assertFalse(rows.search([("id", "in", rows.ids)]))
                with self.assertRaises(AccessError):
                    rows.read(["display_name"])


@tagged("post_install", "-at_install")
class TestVehiclePlates(ServiceAdvisorCommon):
    def _search(self, text):
        return dict(self.env["service.vehicle"].with_user(self.reception).name_search(text))

    def test_former_plate_finds_the_car(self):
        """R1.1: an old plate still finds the car and is marked as former."""
        self.vehicle.with_user(self.reception).plate = "苏E 7K205"
        self.assertEqual(
            self.vehicle.plate_ids.mapped(lambda row: (row.plate, bool(row.date_to))),
            [("苏E·7K205", False), ("沪A·12345", True)],
        )
        for typed in ("沪a123", "沪A·12345", "２３４５"):
            with self.subTest(typed):
                self.assertIn("formerly 沪A·12345", self._search(typed)[self.vehicle.id])
        self.assertNotIn("formerly", self._search("7k205")[self.vehicle.id])
        Vehicle = self.env["service.vehicle"].with_user(self.reception)
        self.assertIn(self.vehicle, Vehicle.search([("display_name", "ilike", "沪A12345")]))
        [line] = [
            values
            for values in Vehicle.web_name_search("沪A12345", {"display_name": {}})
            if values["id"] == self.vehicle.id
        ]
        self.assertIn("formerly", line["__formatted_display_name"])

    def test_same_plate_typed_in_another_way(self):
        """R1.1: only another plate is a change."""
        self.vehicle.plate = "沪a-12345"
        self.assertEqual(len(self.vehicle.plate_ids), 1)
        self.vehicle.plate = False
        self.assertTrue(self.vehicle.plate_ids.date_to)

    def test_exact_name(self):
        """R1.1: an import finds the car by plate, VIN or the name that was exported."""
        Vehicle = self.env["service.vehicle"].with_user(self.reception)
        for typed in ("沪A12345", "lsval41z882104202", self.vehicle.display_name):
            with self.subTest(typed):
                self.assertEqual(Vehicle.search([("display_name", "=", typed)]), self.vehicle)
        self.assertNotIn(self.vehicle, Vehicle.search([("display_name", "=", "沪A1234")]))
        for operator, typed in (("not ilike", "a123"), ("!=", "沪A12345")):
            with self.subTest(operator):
                rest = Vehicle.search([("display_name", operator, typed)])
                self.assertNotIn(self.vehicle, rest)


@tagged("post_install", "-at_install")
class TestVehicleOdometer(ServiceAdvisorCommon):
    def _readings(self):
        """Return the readings of the car, the latest first, as the screen shows them."""
        self.vehicle.invalidate_recordset(["odometer_ids"])
        return self.vehicle.odometer_ids

    def test_every_reading_is_kept(self):
        """R1.2: check-in and hand-over are readings with source, order and person."""
        order = self._new_order()
        order.action_check_in()
        reading = self._readings()
        self.assertEqual(
            (reading.value, reading.source, reading.order_id), (50000, "check_in", order)
        )
        self.assertEqual(reading.create_uid, self.advisor)
        self.vehicle.with_user(self.advisor)._record_odometer(50010, "hand_over", order=order)
        self.assertEqual(self.vehicle.odometer, 50010)
        self.assertEqual(self._readings().mapped("value"), [50010, 50000])

    def test_lower_reading_needs_its_reason(self):
        """R1.2: a lower reading is refused with the way out, and taken with its reason."""
        self.vehicle._record_odometer(60000, "manual")
        order = self._new_order()
        with self.assertRaisesRegex(UserError, "60000.*Why It Is Lower"):
            order.action_check_in()
        self.assertFalse(order.checked_in_at)
        order.odometer_reason = "typo"
        order.action_check_in()
        right, wrong = self._readings()
        self.assertEqual((right.reason, right.is_superseded), ("typo", False))
        self.assertEqual((wrong.value, wrong.is_superseded), (60000, True))
        self.assertEqual(self.vehicle.odometer, 50000)

    def test_new_meter_leaves_the_old_readings(self):
        """R1.2: what the old meter showed stays true, also when the new one is corrected."""
        self.vehicle._record_odometer(90000, "manual")
        self.vehicle._record_odometer(5, "manual", reason="meter_replaced", note="New cluster")
        self.vehicle._record_odometer(8000, "manual")
        self.vehicle._record_odometer(800, "manual", reason="typo")
        self.assertEqual(
            self._readings().mapped(lambda r: (r.value, r.is_superseded)),
            [(800, False), (8000, True), (5, False), (90000, False)],
        )
        self.assertEqual(self.vehicle.odometer, 800)

    def test_reason_without_a_lower_reading(self):
        """R1.2: a reason left over from a wrong number is dropped, nothing is superseded."""
        self.vehicle._record_odometer(1000, "manual")
        self.vehicle._record_odometer(2000, "manual", reason="typo")
        self.assertFalse(any(self._readings().mapped("is_superseded")))
        self.assertFalse(any(self._readings().mapped("reason")))

    def test_correction_during_the_visit(self):
        """R1.2: the open order goes on with the right number; both readings are kept."""
        order = self._new_order()
        order.odometer_in = 500000
        order.action_check_in()
        wizard = self.env["service.odometer.wizard"].with_user(self.advisor)
        wizard = wizard.with_context(
            **self.vehicle.action_correct_odometer()["context"]
        ).create({"value": 50000})
        self.assertTrue(wizard.is_lower)
        with self.assertRaisesRegex(UserError, "choose why it is lower"):
            wizard.action_confirm()
        wizard.write({"reason": "typo", "note": "Read again"})
        wizard.action_confirm()
        self.assertEqual((order.odometer_in, self.vehicle.odometer), (50000, 50000))
        told = " ".join(order.sudo().message_ids.mapped("body"))
        self.assertIn("500000 km → 50000 km", told, "the customer may have signed for the first")
        self.assertEqual(self._readings()[0].note, "Read again")
        self.assertEqual(self._readings()[1].value, 500000)

    def test_nobody_types_the_odometer(self):
        """R5.3: the odometer changes by readings only, and readings by the steps only."""
        self.vehicle._record_odometer(1000, "manual")
        for user in (self.reception, self.advisor, self.manager):
            with self.assertRaisesRegex(AccessError, "Correct Odometer"):
                self.vehicle.with_user(user).write({"odometer": 1})
            with self.assertRaises(AccessError):
                self._readings().with_user(user).write({"value": 1})
        for user in (self.technician, self.storekeeper):
            with self.assertRaises(AccessError):
                self.vehicle.with_user(user)._record_odometer(2000, "manual")
        with self.assertRaises(AccessError):
            self.env["service.odometer.wizard"].with_user(self.reception).create({})

    def test_check_in_of_many(self):
        """R1.2: readings of many orders are kept at once: each further order adds only its own
        history entries, as every step of an order does."""

        def queries(count):
            cars = self.env["service.vehicle"].create(
                [
                    {"plate": f"{count} C {n}", "owner_id": self.customer.id, "odometer": 10}
                    for n in range(count)
                ]
            )
            orders = self.env["service.order"].create(
                [
                    {
                        "vehicle_id": car.id,
                        "odometer_in": 100 + n,
                        "job_ids": [Command.create({"concern": "Squeals"})],
                    }
                    for n, car in enumerate(cars)
                ]
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            orders._record_odometer_in()
            self.env.flush_all()
            spent = self.env.cr.sql_log_count - before
            self.assertEqual(cars.mapped("odometer"), [100 + n for n in range(count)])
            return spent

        queries(2)
        self.assertEqual(queries(4), queries(40))

    def test_two_orders_of_one_car(self):
        """R1.2: of two orders of the same car in one step the later reading counts."""
        orders = self._new_order() | self._new_order()
        orders[0].odometer_in = 49000
        orders.action_check_in()
        self.assertEqual(self.vehicle.odometer, max(orders.mapped("odometer_in")))
        self.assertEqual(len(self._readings()), 2)


# Until ready: before any addon that adds a gate there is loaded, so at_install.
@tagged("at_install", "-post_install")
class TestOdometerOut(ServiceAdvisorCommon):
    def test_hand_over(self):
        """R2.6: a lower reading at the hand-over needs its reason as well."""
        order = self._authorised_order()
        self._work(order)
        self._issue_parts(order)
        self._ready(order)
        self._invoice(order)
        action = order.action_open_handover()
        wizard = self.env[action["res_model"]].with_user(self.advisor)
        wizard = wizard.with_context(**action["context"]).create(
            {"signature": SIGNATURE, "old_parts": "shop"}
        )
        self.assertEqual(wizard.odometer_out, 50000, "the odometer is proposed")
        wizard.odometer_out = 3
        with self.assertRaisesRegex(UserError, "choose why it is lower"):
            wizard.action_confirm()
        wizard.odometer_reason = "meter_replaced"
        wizard.action_confirm()
        self.assertEqual((order.state, order.odometer_out), ("delivered", 3))
        self.assertEqual(self.vehicle.odometer, 3)
        self.assertEqual(order.odometer_in, 50000, "the old meter was right")
