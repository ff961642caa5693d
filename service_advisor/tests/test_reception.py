from datetime import timedelta

from freezegun import freeze_time
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

    def test_query_count_does_not_grow(self):
        """R1.1: the reception screen costs the same for two cars as for forty."""
        fields = ["plate", "partner_id", "advisor_id", "waiting_minutes", "is_waiting_long"]

        def queries(count):
            orders = self.env["service.order"].create(
                [{"vehicle_id": self.vehicle.id} for _index in range(count)]
            )
            orders.action_arrive()
            orders.with_user(self.reception).read(fields)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            orders.with_user(self.reception).read(fields)
            return self.env.cr.sql_log_count - before

        self.assertEqual(queries(2), queries(40))

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
