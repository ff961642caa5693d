import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ServiceAdvisorCommon

PLATE, PHONE, EMAIL = "沪Q98761", "+86 138 5550 7319", "planted.q@hidden.example"
NAME = "Qian Planted"
# Anything by which the customer could be told or found.
# The last is the end of the VIN.
PLANTED = ("98761", "7319", "planted.q", "hidden.example", "Planted", "104202")


@tagged("post_install", "-at_install")
class TestSalesSeat(ServiceAdvisorCommon):
    """R5.3, R5.4: people who sell cars see the cars of the workshop, and of the customer what the
    customer consented to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seat = new_test_user(
            cls.env,
            login="seat",
            groups="sales_team.group_sale_salesman_all_leads,service_advisor.group_sales_seat",
        )
        cls.exporter = new_test_user(
            cls.env,
            login="seat exporter",
            groups="service_advisor.group_sales_seat,base.group_allow_export",
        )
        cls.customer.write({"name": NAME, "phone": PHONE, "email": EMAIL})
        cls.vehicle.write(
            {"plate": PLATE, "first_registration_date": "2015-01-01", "lease_end": "2030-01-31"}
        )

    def _car(self, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["service.vehicle.sales"].with_user(user or self.seat).browse(
            self.vehicle.id
        )

    def _assert_masked(self, result, where):
        text = json.dumps(result, default=str, ensure_ascii=False)
        for planted in PLANTED:
            self.assertNotIn(planted, text, where)

    def test_what_sales_needs(self):
        """R5.4: age, mileage, last visit, lease end and the value of open and declined work."""
        order = self._new_order(jobs=2)
        order.action_check_in()
        order.action_quote()
        order.job_ids[0].sudo().state = "declined"
        car = self._car()
        self.assertEqual(car.odometer, 50000)
        self.assertGreaterEqual(car.age, 10)
        self.assertEqual(str(car.lease_end), "2030-01-31")
        self.assertEqual(car.advisor_id, self.advisor)
        self.assertTrue(car.last_visit_at)
        value = sum(order.sudo().job_ids[1].line_ids.mapped("price_total"))
        self.assertTrue(value)
        self.assertAlmostEqual(car.open_amount, value)
        self.assertAlmostEqual(car.declined_amount, value)

    def test_consent_lifts_the_mask(self):
        """R5.3: name, phone, e-mail and plate are masked until the customer consents to sales,
        and again once the customer withdraws."""
        fields = ["display_name", "plate", "owner_id", "owner_name", "owner_phone", "owner_email"]
        self._assert_masked(self._car().read(fields), "before")
        self.customer._record_consent("marketing", "given", "counter", evidence="Yes")
        self._assert_masked(self._car().read(fields), "consent to something else")
        self.customer._record_consent("sales", "given", "counter", evidence="Yes")
        car = self._car()
        self.assertTrue(car.has_consent)
        self.assertIn(PLATE[2:], car.plate)
        self.assertEqual(
            (car.owner_id, car.owner_name, car.owner_phone, car.owner_email),
            (self.customer, NAME, PHONE, EMAIL),
        )
        self.customer._record_consent("sales", "withdrawn", "phone", evidence="No more")
        self._assert_masked(self._car().read(fields), "withdrawn")
        self.customer._record_consent(
            "sales", "given", "phone", evidence="Yes", expires_on="2020-01-01"
        )
        self._assert_masked(self._car().read(fields), "expired")

    def test_search_reveals_nothing(self):
        """R5.3: asking for a plate, phone or name that is masked finds nothing."""
        cars = self._car()
        for name, value in (
            ("plate", "98761"), ("owner_phone", "138"), ("owner_phone", PHONE),
            ("owner_email", "planted"), ("owner_name", "Planted"), ("display_name", PLATE),
            ("owner_id.phone", "7319"), ("owner_id", "Planted"), ("owner_id", self.customer.id),
        ):
            operator = "=" if isinstance(value, int) else "ilike"
            self.assertNotIn(cars, cars.search([(name, operator, value)]), name)
        self.assertFalse(cars.name_search(PLATE))
        self.customer._record_consent("sales", "given", "counter", evidence="Yes")
        self.assertIn(self.vehicle.id, dict(self._car().name_search("98761")))

    def test_export_asks_a_group(self):
        """R5.3: exporting needs Odoo's right to export, and shows what the screen shows."""
        columns = ["plate", "owner_name", "owner_phone", "owner_email", "owner_id/phone"]
        with self.assertRaises(UserError):
            self._car().export_data(columns)
        self._assert_masked(self._car(self.exporter).export_data(columns), "export")

    def test_nothing_anywhere(self):
        """R5.3: of all our models a person of the sales seat reads none that tells the phone,
        e-mail, plate or name of a customer without consent, however it is asked."""
        order = self._new_order()
        order.action_check_in()
        order.message_post(body=f"Call {PHONE}, {PLATE}")
        self.vehicle.message_post(body=f"{NAME} {PLATE}")
        self.env.flush_all()
        readable = set()
        for name, model in sorted(self.env.registry.items()):
            if model._abstract or not (model._original_module or "").startswith("service_adv"):
                continue
            records = self.env[name].with_user(self.exporter)
            if not records.has_access("read"):
                self._assert_closed(records)
                continue
            readable.add(name)
            self._walk(records)
        self.assertIn("service.vehicle.sales", readable)
        self.assertFalse(readable & {"service.vehicle", "service.order", "service.consent"})

    def _assert_closed(self, records):
        calls = [
            lambda: records.search_read([], limit=1),
            lambda: records.web_search_read([], {"id": {}}, limit=1),
            lambda: records.formatted_read_group([], [], ["__count"]),
        ]
        if records._rec_name or records._rec_names_search:
            calls.append(lambda: records.name_search("沪"))
        for call in calls:
            with self.assertRaises(AccessError, msg=records._name):
                call()

    def _walk(self, records):
        """Read ``records`` in every way, field by field, and find nothing planted."""
        name = records._name
        found = records.search([])
        if records._rec_name or records._rec_names_search:
            self._assert_masked(records.name_search(""), name)
        for field, info in records.fields_get().items():
            where = f"{name}.{field}"
            try:
                self._assert_masked(found.read([field]), where)
                if records._auto or field != "id":  # Odoo exports no ids of views
                    self._assert_masked(found.export_data([field]), where)
                if info["type"] == "many2one":
                    shown = {field: {"fields": {"display_name": {}}}}
                    self._assert_masked(found.web_read(shown), where)
            except AccessError:
                # What hangs on it is of a model that is closed.
                self.assertIn(info["type"], ("one2many", "many2many"), where)
            if info.get("groupable") and info["type"] in ("char", "many2one", "selection"):
                groups = records.formatted_read_group([], [field], ["__count"])
                self._assert_masked(groups, where)

    def test_messages_and_files(self):
        """R5.3: the conversations and files of cars and orders are closed to the sales seat."""
        order = self._new_order()
        message = order.message_post(body=f"Call {PHONE}")
        attachment = self.env["ir.attachment"].create(
            {"name": PLATE, "raw": b"x", "res_model": "service.order", "res_id": order.id}
        )
        for record in (message, attachment):
            self.assertNotIn(record, record.with_user(self.seat).search([]))
            with self.assertRaises(AccessError):
                record.with_user(self.seat).read(["display_name"])

    def test_companies_are_apart(self):
        """R5.3: the seat sees the cars of the own company."""
        other = self.env["res.company"].create({"name": "Other Shop"})
        self.env["service.vehicle"].create({"plate": "B-XY 12", "company_id": other.id})
        self.env.flush_all()
        companies = self._car().search([]).company_id
        self.assertEqual(companies, self.company)

    def test_retail_pipeline(self):
        """R5.4: the seat brings no estimate of the workshop into the retail pipeline."""
        order = self._authorised_order()
        estimate = order.sudo().estimate_ids
        self.assertNotIn(estimate, estimate.with_user(self.seat).search([]))
        self.assertFalse(
            self.env["sale.order.line"].with_user(self.seat).search(
                [("order_id", "=", estimate.id)]
            )
        )

    def test_short_and_empty(self):
        """R5.3: what is short is masked whole, what is empty stays empty."""
        self.vehicle.plate = "AB1"
        self.customer.write({"phone": "1234", "email": False})
        car = self._car()
        self.assertEqual((car.plate, car.owner_phone, car.owner_email), ("***", "***", False))
        nobody = self.env["service.vehicle"].create({"plate": "沪A00017"})
        self.env.flush_all()
        nobody = self._car().browse(nobody.id)
        self.assertFalse(nobody.owner_name or nobody.owner_phone or nobody.has_consent)
