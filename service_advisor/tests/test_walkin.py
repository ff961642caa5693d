from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..tools.arrival import phone_key
from .common import ServiceAdvisorCommon


@tagged("post_install", "-at_install")
class TestWalkin(ServiceAdvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.cn")
        cls.customer.write({"country_id": cls.company.country_id.id, "phone": "13800138000"})
        cls.env.flush_all()  # Odoo's phone search reads the table itself

    def _walkin(self, user=None, **vals):
        """Return the form with ``vals`` in it, as one who works at the desk fills it in."""
        return self.env["service.walkin.wizard"].with_user(user or self.reception).create(vals)

    def _order_of(self, action):
        self.assertEqual(action["res_model"], "service.order")
        return self.env["service.order"].browse(action["res_id"])

    # ---- the search box -------------------------------------------------------------------

    def test_typed_text_goes_to_its_field(self):
        """R1.1: what nobody knows yet is proposed as plate, VIN, phone or name."""
        typed = {
            "LFV6A24G2D3041348": "vin",
            " lfv6a24g2d304-1348 ": "vin",
            "沪B99887": "plate",
            "沪ａ·9 9887": "plate",
            "苏E·D12345": "plate",
            "粤Z1234港": "plate",
            "B-AB 1234": "plate",
            "104202": "plate",
            "13900139000": "phone",
            "+86 139-0013-9000": "phone",
            "(021) 6668 9999": "phone",
            "Zhao Newcomer": "customer_name",
            "赵新": "customer_name",
        }
        for text, name in typed.items():
            with self.subTest(text):
                form = Form(self.env["service.walkin.wizard"].with_user(self.reception))
                form.searched = text
                filled = {
                    field: form[field]
                    for field in ("plate", "vin", "phone", "customer_name")
                    if form[field]
                }
                self.assertEqual(filled, {name: text.strip()})
                self.assertFalse(form.vehicle_id)

    def test_full_plate_or_vin_is_the_known_car(self):
        """R1.1: a car typed in full is not made twice, even if nobody chose it from the list."""
        for text in ("沪a12345", "沪A·12345", "lsval41z882104202"):
            with self.subTest(text):
                wizard = self._walkin(searched=text)
                self.assertEqual(wizard.vehicle_id, self.vehicle)
                self.assertEqual(wizard.partner_id, self.customer)

    def test_box_finds_cars_and_customers(self):
        """R1.1: part of the plate, tail of the VIN, name and phone find the car; customers show
        how many cars they have."""
        search = self.env["service.walkin.wizard"].with_user(self.reception).search_arrival
        for text in ("a123", "104202", "li cust", "138 0013 8000"):
            with self.subTest(text):
                found = search(text)
                self.assertIn(self.vehicle.id, [car["id"] for car in found["vehicles"]])
        [customer] = search("Li Customer")["customers"]
        self.assertEqual(customer["id"], self.customer.id)
        self.assertIn("1 car", customer["hint"])
        self.assertEqual(search("  "), {"vehicles": [], "customers": []})
        for text in ("%", "_", "'", "\\", "··", "🚗", "\x7f", "00", "+"):
            with self.subTest(text):
                search(text)

    # ---- check-in and queue ---------------------------------------------------------------

    def test_known_car_is_checked_in(self):
        """R1.1 R1.2: known car, a concern and a package: one form, one button."""
        wizard = self._walkin(
            vehicle_id=self.vehicle.id, odometer_in=51000, concerns="Squeals\n\n Smells of fuel "
        )
        wizard.operation_ids = self.operation
        order = self._order_of(wizard.action_check_in())
        self.assertEqual((order.state, order.partner_id), ("checked_in", self.customer))
        self.assertEqual(
            order.job_ids.mapped("concern"), ["Squeals", "Smells of fuel", self.operation.name]
        )
        self.assertEqual(order.job_ids[-1].operation_id, self.operation)
        self.assertEqual(order.advisor_id, self.reception)
        self.assertTrue(order.job_ids[-1].line_ids, "the package brings labour and parts")

    def test_unknown_car_and_customer(self):
        """R1.1: car, customer and order are made together."""
        wizard = self._walkin(
            searched="苏E·D12345", vin="LFV6A24G2D3041348", customer_name="Zhao Newcomer",
            phone="139 0013 9000", odometer_in=900, concerns="Rattles",
        )
        order = self._order_of(wizard.action_check_in())
        car = order.vehicle_id
        self.assertEqual((car.plate, car.vin), ("苏E·D12345", "LFV6A24G2D3041348"))
        self.assertEqual((car.owner_id, order.partner_id.name), (order.partner_id, "Zhao Newcomer"))
        self.assertEqual(phone_key(order.partner_id.phone, "86"), "13900139000")

    def test_queue(self):
        """R1.1: without odometer and concern the customer can wait, not be taken in."""
        wizard = self._walkin(vehicle_id=self.vehicle.id)
        wizard.action_queue()
        order = self.env["service.order"].search([("vehicle_id", "=", self.vehicle.id)])
        self.assertEqual(order.state, "booked")
        self.assertTrue(order.arrived_at)

    def test_what_is_missing_is_named(self):
        """R1.2: no car, customer, odometer or concern: the message says which, nothing is made."""
        new_car = {"plate": "沪B99887"}
        known = {"vehicle_id": self.vehicle.id}
        cases = [
            ("Which car", {}),
            ("name of the customer", new_car),
            ("odometer", known),
            ("concern", {**known, "odometer_in": 51000, "concerns": " \n "}),
        ]
        orders = self.env["service.order"].search_count([])
        for message, vals in cases:
            with self.subTest(message):
                wizard = self._walkin(**vals)
                with self.assertRaisesRegex(UserError, message):
                    wizard.action_check_in()
        self.assertEqual(self.env["service.order"].search_count([]), orders)
        self.vehicle.odometer = 60000
        wizard = self._walkin(odometer_in=51000, concerns="Squeals", **known)
        with self.assertRaisesRegex(UserError, "60000"):
            wizard.action_check_in()

    def test_misread_vin(self):
        """R1.1: a wrong check digit is refused until the reason is given."""
        vals = {"vin": "1M8GDM9A1KP042788", "customer_name": "Zhao Newcomer", "odometer_in": 9,
                "concerns": "Rattles"}
        wizard = self._walkin(**vals)
        self.assertTrue(wizard.has_vin_problem)
        refused = self.assertRaisesRegex(ValidationError, "1M8GDM9A1KP042788")
        with refused, self.env.cr.savepoint():
            wizard.action_check_in()
        wizard.vin_override_reason = "So printed on the registration certificate"
        self.assertEqual(self._order_of(wizard.action_check_in()).state, "checked_in")

    # ---- customers are not doubled --------------------------------------------------------

    def test_known_phone_in_any_format(self):
        """R1.1: the phone finds the customer, however it is typed; a new car is added to them."""
        for phone in ("13800138000", "138-0013-8000", "+86 138 0013 8000", "008613800138000"):
            with self.subTest(phone):
                wizard = self._walkin(plate="沪B99887", customer_name="Old Li", phone=phone)
                self.assertEqual(wizard.partner_id, self.customer)
                [match] = wizard.match_options
                self.assertIn("1 car", match["hint"])
        wizard.write({"odometer_in": 9, "concerns": "Rattles"})
        order = self._order_of(wizard.action_check_in())
        self.assertEqual(order.vehicle_id.owner_id, self.customer)
        self.assertEqual(self.env["res.partner"].search_count([("name", "=", "Old Li")]), 0)

    def test_known_name(self):
        """R1.1: without a phone the same name is the same customer, unless said otherwise."""
        wizard = self._walkin(plate="沪B99887", customer_name="li customer")
        self.assertEqual(wizard.partner_id, self.customer)
        wizard = self._walkin(
            plate="沪B99887", customer_name="Li Customer", is_new_customer=True, odometer_in=9,
            concerns="Rattles",
        )
        self.assertFalse(wizard.partner_id)
        order = self._order_of(wizard.action_check_in())
        self.assertNotEqual(order.partner_id, self.customer)

    def test_same_name_with_another_phone(self):
        """R1.1: a phone nobody has is another person, whatever the name."""
        wizard = self._walkin(plate="沪B99887", customer_name="Li Customer", phone="13900139000")
        self.assertFalse(wizard.partner_id)
        self.assertFalse(wizard.match_options)

    def test_several_customers_match(self):
        """R1.1: two customers with one phone: the desk chooses, the form does not guess."""
        wife = self.env["res.partner"].create(
            {"name": "Wife of Li", "phone": "+86 138 0013 8000"}
        )
        wizard = self._walkin(
            plate="沪B99887", phone="13800138000", odometer_in=9, concerns="Rattles"
        )
        self.assertFalse(wizard.partner_id)
        with self.assertRaisesRegex(UserError, "Wife of Li.*no car"):
            wizard.action_check_in()
        wizard.partner_id = wife
        self.assertEqual(self._order_of(wizard.action_check_in()).partner_id, wife)

    def test_wildcards_in_names(self):
        """R1.1: a name is compared as it is written, not as a pattern."""
        for name in ("Li%", "L_ Customer", "%", "\\"):
            with self.subTest(name):
                self.assertFalse(self._walkin(customer_name=name).partner_id)

    def test_pressed_twice(self):
        """R1.1: where the first answer got lost on its way, pressing again makes nothing twice."""
        Order = self.env["service.order"]
        wizard = self._walkin(vehicle_id=self.vehicle.id, odometer_in=50000, concerns="Squeals")
        order = self._order_of(wizard.action_check_in())
        self.assertEqual(self._order_of(wizard.action_check_in()), order)
        self.assertEqual(Order.search_count([("vehicle_id", "=", self.vehicle.id)]), 1)
        wizard = self._walkin(plate="沪B99887", customer_name="Nobody Known", concerns="Rattles")
        wizard.action_queue()
        wizard.action_queue()
        self.assertEqual(Order.search_count([("partner_id.name", "=", "Nobody Known")]), 1)

    # ---- bookings -------------------------------------------------------------------------

    def test_booking_of_today_is_used(self):
        """R1.1: a booked customer is no second order; what was booked stays."""
        order = self._new_order()
        order.write({"appointment_at": self._now(), "transport": "waits", "odometer_in": 0})
        wizard = self._walkin(vehicle_id=self.vehicle.id)
        self.assertEqual((wizard.order_id, wizard.transport), (order, "waits"))
        self.assertEqual(wizard.advisor_id, self.advisor)
        self.assertEqual(wizard.booked_concerns, "Squeals when braking")
        wizard.write({"odometer_in": 51000, "concerns": "Smells"})
        self.assertEqual(self._order_of(wizard.action_check_in()), order)
        self.assertEqual(order.job_ids.mapped("concern"), ["Squeals when braking", "Smells"])
        self.assertEqual((order.state, order.advisor_id), ("checked_in", self.advisor))

    def test_booked_customer_stays(self):
        """R1.1: who booked is the customer, even where somebody else owns the car."""
        order = self._new_order()
        order.write({"appointment_at": self._now(), "partner_id": self.manufacturer.id})
        wizard = self._walkin(vehicle_id=self.vehicle.id)
        self.assertEqual(wizard.partner_id, self.manufacturer)
        wizard.action_check_in()
        self.assertEqual(order.partner_id, self.manufacturer)

    def test_booking_of_next_week_stays(self):
        """R1.1: who comes earlier with something else gets an order of their own."""
        order = self._new_order()
        order.appointment_at = fields.Datetime.now() + timedelta(days=7)
        wizard = self._walkin(vehicle_id=self.vehicle.id)
        self.assertFalse(wizard.order_id)
        wizard.write({"odometer_in": 51000, "concerns": "Smells"})
        self.assertNotEqual(self._order_of(wizard.action_check_in()), order)

    def test_car_in_the_shop_is_shown(self):
        """R1.1: the desk sees that the car has not left yet."""
        order = self._new_order()
        order.action_check_in()
        self.assertEqual(self._walkin(vehicle_id=self.vehicle.id).open_order_id, order)

    def test_arrived_booking_opens_the_form(self):
        """R1.1: the reception takes in who waits with the same form."""
        order = self._new_order(user=self.reception)
        order.action_arrive()
        action = order.action_open_walkin()
        wizard = self.env["service.walkin.wizard"].with_user(self.reception)
        wizard = wizard.with_context(**action["context"]).create({})
        self.assertEqual((wizard.vehicle_id, wizard.order_id), (self.vehicle, order))
        self._order_of(wizard.action_check_in())
        self.assertEqual(order.state, "checked_in")

    # ---- access and companies -------------------------------------------------------------

    def test_access(self):
        """R1.1 R5.3: who works at the desk may take in a car, a technician may not."""
        for user in (self.reception, self.advisor, self.manager):
            with self.subTest(user.login):
                self._walkin(user=user, vehicle_id=self.vehicle.id).action_queue()
                self.env["service.order"].search(
                    [("vehicle_id", "=", self.vehicle.id)]
                ).sudo().unlink()
        for user in (self.technician, self.storekeeper, self.accountant, self.salesperson):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env["service.walkin.wizard"].with_user(user).create({})
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env["service.walkin.wizard"].with_user(user).search_arrival("a123")

    def test_other_company(self):
        """R1.1 R5.3: cars and bookings of another company are not found here."""
        other = self.env["res.company"].create({"name": "Other shop"})
        self.reception.company_ids = [Command.link(other.id)]
        elsewhere = self.env["service.walkin.wizard"].with_user(self.reception)
        elsewhere = elsewhere.with_context(allowed_company_ids=other.ids)
        self.assertFalse(elsewhere.search_arrival("a123")["vehicles"])
        both = elsewhere.with_context(allowed_company_ids=[other.id, self.company.id])
        self.assertFalse(both.search_arrival("a123")["vehicles"])
        form = Form(both)
        form.searched = "沪A·12345"
        self.assertFalse(form.vehicle_id)
        wizard = form.save()
        wizard.write({"customer_name": "Zhao Newcomer"})
        wizard.action_queue()
        order = self.env["service.order"].search([("company_id", "=", other.id)])
        self.assertEqual(order.vehicle_id.company_id, other)
        self.assertEqual(order.warehouse_id.company_id, other)
