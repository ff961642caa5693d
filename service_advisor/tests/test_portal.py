import shutil
from unittest import skipUnless

from odoo import Command, http
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import ServiceAdvisorCommon


@tagged("post_install", "-at_install")
class TestPortal(HttpCase, ServiceAdvisorCommon):
    """R1.6, R2.6: the customer's own page says what the customer may know, and to nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = new_test_user(
            cls.env, "test_owner", "base.group_portal", partner_id=cls.customer.id
        )
        cls.stranger = new_test_user(cls.env, "test_stranger", "base.group_portal")
        cls.order = cls._quoted_order()
        cls.url = f"/my/service-orders/{cls.order.id}"

    @classmethod
    def _quoted_order(cls):
        """An order with a job the customer pays and one the manufacturer pays."""
        jobs = [
            {"concern": "Squeals when braking"},
            {
                "concern": "Recall of the airbag",
                "pay_type": "warranty",
                "payer_id": cls.manufacturer.id,
            },
        ]
        order = cls.env["service.order"].with_user(cls.advisor).create(
            {
                "vehicle_id": cls.vehicle.id,
                "odometer_in": 50000,
                "job_ids": [
                    Command.create(dict(job, operation_id=cls.operation.id)) for job in jobs
                ],
            }
        )
        recall = order.job_ids[1].line_ids.filtered(lambda line: line.product_id == cls.pads)
        recall.price_unit = 61.37  # a price that stands on the manufacturer's estimate only
        order.action_check_in()
        order.action_quote()
        return order

    def _token(self):
        return self.order.sudo()._portal_ensure_token()

    def _is_refused(self, url):
        """Tell whether ``url`` sends the visitor away without a word about the order."""
        answer = self.url_open(url)
        self.assertNotIn(self.order.name, answer.text)
        self.assertNotIn("Squeals when braking", answer.text)
        return "/my/service-orders/" not in answer.url and answer.history

    def test_owner_sees_the_order(self):
        """R1.6: the owner finds the order in the list and the promise and price on its page."""
        self.authenticate("test_owner", "test_owner")
        self.assertIn(self.order.name, self.url_open("/my/service-orders").text)
        page = self.url_open(self.url)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(page.url, self.base_url() + self.url)
        for words in (self.order.name, "Squeals when braking", "297.00", self.advisor.name):
            self.assertIn(words, page.text)

    def test_time_of_the_shop(self):
        """R1.4: a visitor without an account is told the promise in the time of the shop."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self.order.sudo().promised_at = "2026-03-02 01:30:00"
        page = self.url_open(f"{self.url}?access_token={self._token()}").text
        self.assertIn("9:30", page)
        self.assertNotRegex(page, r"(?<![\d:])0?1:30(?![\d:])")

    def test_manufacturer_is_left_out(self):
        """R2.6: neither the manufacturer's estimate nor its prices reach the customer."""
        estimate = self.order.estimate_ids.filtered(lambda e: e.partner_id == self.manufacturer)
        total = f"{estimate.amount_total:.2f}"
        self.assertNotEqual(total, "297.00")
        self.authenticate("test_owner", "test_owner")
        page = self.url_open(self.url).text
        self.assertIn("Recall of the airbag", page, "the work itself is no secret")
        report = self.url_open(f"{self.url}?report_type=html").text
        self.assertIn("Recall of the airbag", report)
        for text in (page, report):
            for secret in (estimate.name, self.manufacturer.name, "61.37", total):
                self.assertNotIn(secret, text)
        jobs = self.order.job_ids.with_user(self.owner)
        self.assertEqual(jobs.mapped("amount_total"), [297.0, 0.0])
        with self.assertRaises(AccessError):
            estimate.with_user(self.owner).read(["amount_total"])

    def test_own_cars(self):
        """R5.3: a customer sees the own cars of today, what is due, and own visits only."""
        self.vehicle.inspection_due = "2020-01-01"
        other = self.env["service.vehicle"].create(
            {"plate": "SH SOLD", "owner_id": self.stranger.partner_id.id}
        )
        self.authenticate("test_owner", "test_owner")
        page = self.url_open("/my/service-vehicles").text
        for text in (self.vehicle.plate, self.vehicle.vin, self.order.name, "Jan 1, 2020"):
            self.assertIn(text, page.replace("01/01/2020", "Jan 1, 2020"))
        self.assertNotIn(other.plate, page)
        self.assertIn("/my/service-vehicles", self.url_open("/my").text)
        # Sold: the new owner sees the car, and nothing of who had it before.
        self.vehicle.owner_id = self.stranger.partner_id
        self.env.flush_all()
        page = self.url_open("/my/service-vehicles").text
        self.assertNotIn(self.vehicle.vin, page)
        self.authenticate("test_stranger", "test_stranger")
        page = self.url_open("/my/service-vehicles").text
        self.assertIn(self.vehicle.vin, page)
        self.assertNotIn(self.order.name, page)

    def test_stranger_sees_nothing(self):
        """R5.3: another customer is sent away, has an empty list and can not read the record."""
        self.authenticate("test_stranger", "test_stranger")
        self.assertTrue(self._is_refused(self.url))
        page = self.url_open("/my/service-orders").text
        self.assertNotIn(self.order.name, page)
        self.assertIn("No car of yours", page)
        for record in (self.order, self.order.job_ids, self.vehicle):
            with self.assertRaises(AccessError):
                record.with_user(self.stranger).read(["display_name"])

    def test_public_needs_the_token(self):
        """R1.6: the link of the customer's message works without login, a guessed one does not."""
        self.authenticate(None, None)
        token = self._token()
        wrong = token[:-1] + ("0" if token[-1] != "0" else "1")
        other = self._quoted_order().sudo()._portal_ensure_token()
        for refused in (
            self.url,
            f"{self.url}?access_token=",
            f"{self.url}?access_token={wrong}",
            f"{self.url}?access_token={other}",
            f"{self.url}?access_token={wrong}&report_type=html",
        ):
            with self.subTest(refused):
                self.assertTrue(self._is_refused(refused))
        page = self.url_open(f"{self.url}?access_token={token}").text
        self.assertIn(self.order.name, page)
        self.assertIn("Squeals when braking", page)

    def test_link_of_a_former_customer(self):
        """R5.3: an order given to another customer is closed to the link that was sent before, and
        to e-mails to the former one."""
        old = f"{self.url}?access_token={self._token()}"
        self.order.message_subscribe(self.customer.ids)
        self.order.partner_id = self.stranger.partner_id
        self.assertNotIn(self.customer, self.order.message_partner_ids)
        self.authenticate(None, None)
        self.assertTrue(self._is_refused(old))
        new = f"{self.url}?access_token={self._token()}"
        self.assertIn(self.order.name, self.url_open(new).text)
        for user in ("test_owner", "test_stranger"):
            self.authenticate(user, user)
            self.assertEqual(self.order.name in self.url_open("/my/service-orders").text,
                             user == "test_stranger")

    def test_car_that_was_sold(self):
        """R5.3: a former owner sees the own visit, not what became of the car since."""
        self.vehicle.write({"plate": "京B54321", "owner_id": self.stranger.partner_id.id})
        self.vehicle._record_odometer(77777, "manual")
        self.authenticate("test_owner", "test_owner")
        page = self.url_open(self.url).text
        self.assertIn("12345", page)
        self.assertNotIn("54321", page)
        with self.assertRaises(AccessError):
            self.order.with_user(self.owner).read(["vehicle_odometer"])

    def test_odd_token(self):
        """R5.3: a token in letters that no token has is a wrong one."""
        self._token()
        self.authenticate(None, None)
        self.assertTrue(self._is_refused(f"{self.url}?access_token=%C3%A9"))

    def test_missing_order(self):
        """R5.3: an order that does not exist looks the same as one that is not yours."""
        self.authenticate("test_owner", "test_owner")
        self.assertTrue(self._is_refused("/my/service-orders/999999999"))

    def test_counted_on_the_home_page(self):
        """R1.6: the home page of the portal counts the customer's own orders only."""
        for login, count in (("test_owner", 1), ("test_stranger", 0)):
            self.authenticate(login, login)
            counters = self.make_jsonrpc_request("/my/counters", {"counters": [
                "service_order_count"]})
            self.assertEqual(counters["service_order_count"], count)

    @skipUnless(shutil.which("wkhtmltopdf"), "needs wkhtmltopdf")
    def test_confirmation_as_pdf(self):
        """R2.6: the customer takes the confirmation home as a real PDF."""
        session = self.authenticate("test_owner", "test_owner")
        # Tests get the HTML of a report unless they ask for the file itself.
        session.context["force_report_rendering"] = True
        http.root.session_store.save(session)
        answer = self.url_open(f"{self.url}?report_type=pdf&download=1", timeout=60)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertTrue(answer.content.startswith(b"%PDF-"))
        self.assertIn(b"%%EOF", answer.content[-32:])
