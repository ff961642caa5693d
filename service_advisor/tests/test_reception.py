from datetime import timedelta

from freezegun import freeze_time
from lxml import etree
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SIGNATURE, ServiceAdvisorCommon


@tagged("post_install", "-at_install")
class TestReception(ServiceAdvisorCommon):
    def test_waiting(self):
        """R1.1: who waits and for how long; past the limit it shows."""
        order = self._new_order(user=self.reception)
        self.assertEqual((order.waiting_minutes, order.is_waiting_long), (0, False))
        with freeze_time(self._now() - timedelta(minutes=9)):
            order.action_arrive()
        order.invalidate_recordset(["waiting_minutes", "is_waiting_long"])
        self.assertEqual((order.waiting_minutes, order.is_waiting_long), (9, False))
        arrived = order.arrived_at
        order.action_arrive()
        self.assertEqual(order.arrived_at, arrived, "a second click changes nothing")
        self.company.service_waiting_limit = 9
        order.invalidate_recordset(["waiting_minutes", "is_waiting_long"])
        self.assertTrue(order.is_waiting_long)
        order.action_check_in()
        self.assertFalse(order.is_waiting_long)
        with self.assertRaisesRegex(UserError, "note the arrival"):
            order.action_arrive()

    def _get_specification(self, kind):
        """Return what the browser reads of each order: the fields of the reception's view."""
        view = self.env.ref(f"service_advisor.service_order_view_{kind}_reception")
        Order = self.env["service.order"].with_user(self.reception)
        arch = Order.get_views([(view.id, kind)])["views"][kind]["arch"]
        names = {node.get("name") for node in etree.fromstring(arch).iter("field")}
        return {
            name: {"fields": {"display_name": {}}} if Order._fields[name].relational else {}
            for name in names
        }

    def test_query_count_does_not_grow(self):
        """R1.1: the reception screen costs the same for two cars as for two hundred."""
        Order = self.env["service.order"].with_user(self.reception)
        waiting = [("state", "=", "booked"), ("arrived_at", "!=", False)]

        def queries(count, kind, run):
            cars = self.env["service.vehicle"].create(
                [
                    {"plate": f"{kind} {run} {index}", "owner_id": owner.id}
                    for index, owner in enumerate(
                        self.env["res.partner"].create(
                            [{"name": f"Owner {index}"} for index in range(count)]
                        )
                    )
                ]
            )
            orders = Order.create([{"vehicle_id": car.id} for car in cars])
            orders.action_arrive()
            domain = [*waiting, ("id", "in", orders.ids)]
            specification = self._get_specification(kind)
            Order.web_search_read(domain, specification, limit=500)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = Order.web_search_read(domain, specification, limit=500)
            self.assertEqual(len(found["records"]), count)
            return self.env.cr.sql_log_count - before

        for kind in ("list", "kanban"):
            with self.subTest(kind):
                queries(1, kind, "warm")  # what is read once per server counts for nobody
                few = queries(2, kind, "few")
                self.assertEqual(few, queries(200, kind, "many"))
                self.assertLess(few, 20)

    def test_counts_on_top(self):
        """R1.1: how many are expected, how many wait, how long the first of them; of this company
        and of today."""
        counts = self.env["service.order"].with_user(self.reception).get_reception_counts
        before = counts()
        self._new_order().appointment_at = self._now() + timedelta(days=8)
        self._new_order().appointment_at = self._now()
        with freeze_time(self._now() - timedelta(minutes=500)):
            self._new_order(user=self.reception).action_arrive()
        other = self.env["res.company"].create({"name": "Other shop"})
        elsewhere = self.vehicle.copy({"company_id": other.id, "plate": "沪B1", "vin": False})
        self.env["service.order"].with_company(other).create(
            {"vehicle_id": elsewhere.id, "company_id": other.id, "appointment_at": self._now()}
        )
        after = counts()
        self.assertEqual(after["expected"] - before["expected"], 1)
        self.assertEqual(after["waiting"] - before["waiting"], 1)
        self.assertEqual((after["longest"], after["is_long"]), (500, True))

    def test_open_screens_are_told(self):
        """R1.1: arrival and check-in reach the reception screens of others."""
        Bus = self.env["bus.bus"]
        order = self._new_order(user=self.reception)

        def told(action):
            self.env.cr.precommit.run()
            before = Bus.search_count([])
            action()
            self.env.cr.precommit.run()
            new = Bus.search([], order="id desc", limit=Bus.search_count([]) - before or None)
            return [row.message for row in new if "service_advisor.reception" in row.message]

        self.assertTrue(told(order.action_arrive))
        self.assertTrue(told(order.action_check_in))

    def test_check_in_record(self):
        """R1.2: fuel, belongings, lamps, key tag, transport, damage and signature are kept."""
        order = self._new_order(user=self.reception)
        order.write(
            {
                "energy_level": 60,
                "key_tag": "K 17",
                "belongings": "Child seat",
                "transport": "loaner",
                "loaner": "沪A·00001",
                "sender_name": "Driver of Li",
                "checkin_signature": SIGNATURE,
                "warning_lamp_ids": [
                    Command.link(self.env.ref("service_advisor.warning_lamp_engine").id)
                ],
                "damage_ids": [Command.create({"place": "front", "kind": "scratch"})],
            }
        )
        order.action_check_in()
        self.assertTrue(order.arrived_at, "without a booking the customer arrives now")
        self.assertEqual(order.damage_ids.company_id, self.company)

    def test_new_car_from_the_search_box(self):
        """R1.1: what was typed becomes the plate or the VIN of a new car; its owner follows."""
        Vehicle = self.env["service.vehicle"].with_user(self.reception)
        by_plate = Vehicle.browse(Vehicle.name_create("沪b99887")[0])
        self.assertEqual(by_plate.plate, "沪B·99887")
        by_vin = Vehicle.browse(Vehicle.name_create("lfv6a24g2d3041348")[0])
        self.assertEqual(by_vin.vin, "LFV6A24G2D3041348")
        order = self._new_order(user=self.reception)
        order.write({"vehicle_id": by_plate.id, "partner_id": self.manufacturer.id})
        order.action_check_in()
        self.assertEqual(by_plate.owner_id, self.manufacturer)

    def test_found_by_owner(self):
        """R1.1: the owner's name or phone, in any format, finds the car."""
        self.customer.phone = "+86 21 5550-1234"
        self.env.flush_all()  # Odoo's phone search reads the table itself
        search = self.env["service.vehicle"].with_user(self.reception).name_search
        for typed in ("Li Cust", "5550 1234", "(021) 5550 1234"[6:], "+86 21 5550 1234"):
            with self.subTest(typed):
                self.assertIn(self.vehicle.id, [car_id for car_id, _name in search(typed)])
        self.assertFalse(search("Nobody of that name"))

    def test_any_text_in_the_search_box(self):
        """R1.1: nothing that can be typed raises an error."""
        search = self.env["service.vehicle"].with_user(self.reception).name_search
        for typed in ("%", "_", "'", "\\", '"', "·", "🚗", "\x7f", "++", "00", "+1", "%%", "ＡＢ"):
            with self.subTest(typed):
                search(typed)
