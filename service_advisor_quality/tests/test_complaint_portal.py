"""R4.1: the customer complains on the own page."""

import re

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..models.service_complaint_portal import OPEN_PER_ORDER
from .common import ServiceAdvisorQualityCommon

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f"
    b"\x15\xc4\x89"
)


@tagged("post_install", "-at_install")
class TestComplaintPortal(HttpCase, ServiceAdvisorQualityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(cls.env, "test_owner", "base.group_portal", partner_id=cls.customer.id)
        cls.stranger = new_test_user(cls.env, "test_stranger_portal", "base.group_portal")
        cls.order = cls.env["service.order"].with_user(cls.advisor).create(
            {"vehicle_id": cls.vehicle.id, "odometer_in": 50000}
        )
        cls.url = f"/my/service-orders/{cls.order.id}"

    def _token(self, record):
        return record.sudo()._portal_ensure_token()

    def _form(self, url):
        """Return the hidden fields of the last form on a page."""
        page = self.url_open(url).text
        return dict(re.findall(r'<input type="hidden" name="(\w+)"\s+value="([^"]*)"', page))

    def _complaints(self):
        return self.env["service.complaint"].search([("order_id", "=", self.order.id)])

    def test_complain_by_the_link(self):
        """R4.1: whoever holds the link of an order complains once per form, with photos."""
        token = self._token(self.order)
        fields = self._form(f"{self.url}?access_token={token}") | {
            "access_token": token,
            "words": "It squeals <b>again</b>",
            "demand": "New pads",
        }
        answers = [
            self.url_open(
                f"{self.url}/complaint",
                data=fields,
                files=[
                    ("photos", ("a.png", PNG, "image/png")),
                    ("photos", ("b.html", b"<script>", "image/png")),
                ],
            )
            for _twice in range(2)
        ]
        complaint = self._complaints()
        self.assertEqual(len(complaint), 1)
        self.assertEqual((complaint.channel, complaint.advisor_id), ("portal", self.advisor))
        self.assertEqual(complaint.partner_id, self.customer)
        self.assertEqual(complaint.message_ids.attachment_ids.mapped("name"), ["a.png"])
        for answer in answers:
            self.assertIn(complaint.name, answer.text)
            self.assertIn("A file was left out", answer.text)
            self.assertIn("will contact you before", answer.text)
            self.assertNotIn("<b>again</b>", answer.text)
        self.assertFalse(complaint.contacted_at)

    def test_nothing_without_the_token_of_the_form(self):
        """R4.1: a page of somebody else can not send in the customer's name."""
        token = self._token(self.order)
        fields = self._form(f"{self.url}?access_token={token}") | {
            "access_token": token, "words": "Forged",
        }
        for left_out in ("csrf_token", "form_token", "words"):
            data = {name: value for name, value in fields.items() if name != left_out}
            with mute_logger("odoo.http"):
                self.url_open(f"{self.url}/complaint", data=data)
            self.assertFalse(self._complaints())
        self.url_open(f"{self.url}/complaint", data=dict(fields, access_token="wrong"))
        self.assertFalse(self._complaints())

    def test_who_sees_it(self):
        """R4.1: the own customer and the link's holder see a complaint, nobody else does."""
        complaint = self.env["service.complaint"].with_user(self.reception).create(
            {"description": "Very loud noise", "order_id": self.order.id}
        )
        self.env["service.complaint.contact"].with_user(self.advisor).create(
            {"complaint_id": complaint.id, "words": "Grumpy customer"}
        )
        url = f"/my/service-complaints/{complaint.id}"
        for refused in (url, f"{url}?access_token=x", f"{url}?access_token=é", url + "0"):
            self.assertNotIn("Very loud noise", self.url_open(refused).text)
        page = self.url_open(f"{url}?access_token={self._token(complaint)}").text
        self.assertIn("Very loud noise", page)
        self.assertIn("We called you", page)
        self.assertNotIn("Grumpy", page)
        self.authenticate("test_owner", "test_owner")
        self.assertIn("Very loud noise", self.url_open(url).text)
        self.assertIn(complaint.name, self.url_open(self.url).text)
        self.authenticate("test_stranger_portal", "test_stranger_portal")
        self.assertNotIn("Very loud noise", self.url_open(url).text)
        with self.assertRaises(AccessError):
            complaint.with_user(self.stranger).read(["description"])

    def test_write_again(self):
        """R4.1: what the customer adds is kept, stops no clock and asks for an answer."""
        complaint = self.env["service.complaint"].with_user(self.reception).create(
            {"description": "Loud", "order_id": self.order.id}
        )
        token = self._token(complaint)
        url = f"/my/service-complaints/{complaint.id}"
        data = self._form(f"{url}?access_token={token}")
        self.assertEqual(data["access_token"], token)
        self.url_open(f"{url}/write", data=data | {"words": "And it smells"})
        self.assertTrue(complaint.unanswered_at)
        self.assertFalse(complaint.contacted_at)
        self.assertIn("And it smells", self.url_open(f"{url}?access_token={token}").text)

    def test_pressed_twice(self):
        """R4.1: a form that is sent twice counts once, the next form anew; one without words or
        without its token is told to be written again."""
        complaint = self.env["service.complaint"].with_user(self.reception).create(
            {"description": "Loud", "order_id": self.order.id}
        )
        url = f"/my/service-complaints/{complaint.id}"
        page = f"{url}?access_token={self._token(complaint)}"

        def written():
            self.env.invalidate_all()
            contacts = complaint.contact_ids.filtered(lambda each: each.direction == "in")
            comments = complaint.message_ids.filtered(lambda each: each.message_type == "comment")
            self.assertEqual(len(contacts), len(comments))
            return len(contacts)

        data = self._form(page) | {"words": "And it smells"}
        for _twice in range(2):
            answer = self.url_open(f"{url}/write", data=data)
            self.assertIn("we have received it", answer.text)
        self.assertEqual(written(), 1)
        self.url_open(f"{url}/write", data=self._form(page) | {"words": "And it smells"})
        self.assertEqual(written(), 2)
        data = self._form(page)
        for words, token in (("", data["form_token"]), ("Forged", ""), (" ", " ")):
            answer = self.url_open(
                f"{url}/write", data=data | {"words": words, "form_token": token}
            )
            self.assertIn("Please write what happened", answer.text)
            self.assertNotIn("we have received it", answer.text)
        self.assertEqual(written(), 2)

    def test_more_complaints_than_are_taken(self):
        """R4.1: beyond the limit a form is added to an open complaint, once as well."""
        token = self._token(self.order)
        for index in range(OPEN_PER_ORDER + 1):
            data = self._form(f"{self.url}?access_token={token}") | {
                "access_token": token, "words": f"Loud {index}",
            }
            for _twice in range(2):
                self.url_open(f"{self.url}/complaint", data=data)
        complaints = self._complaints()
        self.assertEqual(len(complaints), OPEN_PER_ORDER)
        added = complaints.contact_ids.filtered(lambda contact: contact.words == "Loud 5")
        self.assertEqual(len(added), 1)
