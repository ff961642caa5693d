import json
import threading
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from unittest.mock import patch

import requests
from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .test_documents import DocumentsCommon

ACCEPTED = (200, '{"code": "1", "status": "saved", "receipt": "R-1"}')


class Authority(HTTPServer):
    """A service of the authority on this machine; ``answers`` are given one after the other."""

    def __init__(self):
        self.answers, self.requests = [], []
        super().__init__(("127.0.0.1", 0), AuthorityHandler)
        self.url = f"http://127.0.0.1:{self.server_port}/record"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class AuthorityHandler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((json.loads(body), self.headers["Idempotency-Key"]))
        status, text = self.server.answers.pop(0)
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_args):
        """Say nothing on the console."""


@tagged("post_install", "-at_install")
class TestRecordUpload(DocumentsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # made once: what is uploaded is decided when the car leaves
        cls.settled_visit = cls()._settled_visit()

    def setUp(self):
        super().setUp()
        self.authority = Authority()
        self.addCleanup(self.authority.server_close)
        self.addCleanup(self.authority.shutdown)
        self.company.write(
            {
                "service_record_url": self.authority.url,
                "service_record_token": "secret-token",
                "service_record_upload": True,
            }
        )

    def _delivered(self):
        order = self.settled_visit
        self._hand_over(order)
        return order.sudo()  # the queue is read by managers

    def _upload(self, *answers):
        self.authority.answers += answers
        self._run_cron("ir_cron_upload_records")

    def test_off_by_default(self):
        """R2.6: nothing is queued until it is switched on, and only what leaves afterwards."""
        self.company.service_record_upload = False
        self.assertFalse(self.env["res.company"].create({"name": "X"}).service_record_upload)
        order = self._delivered()
        self.company.service_record_upload = True
        self.assertFalse(order.record_upload_ids)
        self._upload()
        self.assertFalse(self.authority.requests)

    def test_accepted(self):
        """R2.6: sent after the hand-over, once, with token and key; the receipt is kept and the
        token is not."""
        order = self._delivered()
        upload = order.record_upload_ids
        self.assertEqual((upload.state, self.authority.requests), ("queued", []))
        self._upload(ACCEPTED)
        self.assertEqual(
            (upload.state, upload.receipt, upload.response, upload.attempts),
            ("accepted", "R-1", "saved", 1),
        )
        [(sent, key)] = self.authority.requests
        self.assertEqual((sent.pop("access_token"), key), ("secret-token", upload.key))
        self.assertEqual(json.loads(upload.content), sent)
        self.assertNotIn("secret-token", upload.content)
        self.assertEqual(sent["basicInfo"]["costlistcode"], order.settlement_no)
        self.assertEqual(sent["basicInfo"]["vin"], self.vehicle.vin)
        self.assertIn(
            {"partscode": "BP-1", "partsname": "Brake pads", "partsquantity": "1"},
            sent["vehiclepartslist"],
        )
        self.assertIn(
            {"repairproject": self.operation.name, "workinghours": "1.5"},
            sent["repairprojectlist"],
        )
        self._upload()
        with self.assertRaisesRegex(UserError, "is accepted"):
            upload.with_user(self.manager).action_try_again()
        self.assertEqual(len(self.authority.requests), 1)

    def test_refused_and_again(self):
        """R2.6: what the authority says is shown; corrected, it is sent under another key."""
        order = self._delivered()
        upload = order.record_upload_ids
        self._upload((200, '{"code": "-1", "status": "mileage below the last one"}'))
        self.assertEqual(
            (upload.state, upload.response), ("refused", "mileage below the last one")
        )
        with self.assertRaises(AccessError):
            upload.with_user(self.advisor).action_try_again()
        order.odometer_in = 50001
        upload.with_user(self.manager).action_try_again()
        self._upload(ACCEPTED)
        self.assertEqual(upload.state, "accepted")
        keys = [key for _body, key in self.authority.requests]
        self.assertNotEqual(*keys)

    def test_tried_again_later(self):
        """R2.6: garbage and failures are tried again, later each time, with the same key; after
        the last try a person has to look."""
        order = self._delivered()
        upload = order.record_upload_ids
        waits = []
        for answer in ((502, "bad gateway"), (200, "<html>Please log in</html>")):
            self._upload(answer)
            self.assertEqual(upload.state, "queued")
            waits.append(upload.next_try_at - upload.sent_at)
            self._upload()  # it is not due
            upload.sudo().next_try_at = self._now()
        self.assertLess(*waits)
        self.assertEqual(len({key for _body, key in self.authority.requests}), 1)
        upload.sudo().attempts = 9
        self._upload((500, "down"))
        self.assertEqual((upload.state, upload.response), ("failed", "down"))
        upload.with_user(self.manager).action_try_again()
        self.assertEqual((upload.state, upload.attempts), ("queued", 0))

    def test_no_answer(self):
        """R2.6: an authority that does not answer in time keeps nothing waiting."""
        order = self._delivered()
        with patch.object(requests, "post", side_effect=requests.Timeout("slow")) as post:
            self._run_cron("ir_cron_upload_records")
        self.assertEqual(post.call_args.kwargs["timeout"], 20)
        self.assertIs(post.call_args.kwargs["allow_redirects"], False)
        upload = order.record_upload_ids
        self.assertEqual((upload.state, upload.response), ("queued", "Timeout"))
        self.company.service_record_url = "http://127.0.0.1:9/"
        upload.sudo().next_try_at = self._now()
        self._run_cron("ir_cron_upload_records")
        self.assertEqual((upload.state, upload.response), ("queued", "ConnectionError"))

    def test_redirect_is_not_followed(self):
        """R2.6 R5.3: the token goes to the address that was entered and nowhere else."""
        order = self._delivered()
        self._upload((302, ""))
        self.assertEqual(order.record_upload_ids.state, "failed")
        self.assertEqual(len(self.authority.requests), 1)

    def test_killed_in_the_middle(self):
        """R2.6: a try that a killed worker left is left alone while it may be alive, then made
        again under the same key."""
        order = self._delivered()
        upload = order.record_upload_ids
        # Not by assertRaises, which takes back what was committed before.
        with (
            patch.object(type(upload), "_call_service", side_effect=SystemExit) as killed,
            self.enter_registry_test_mode(),
            suppress(SystemExit),
            self.registry.cursor() as cr,
        ):
            api.Environment(cr, SUPERUSER_ID, {})["service.record.upload"]._cron_upload()
        killed.assert_called_once()
        self.env.invalidate_all()
        self.assertEqual((upload.state, upload.attempts), ("sending", 1))
        key = upload.key
        with self.assertRaisesRegex(UserError, "at this moment"):
            upload.with_user(self.manager).action_try_again()
        self._upload()
        self.assertFalse(self.authority.requests)
        upload.sudo().next_try_at = self._now() - timedelta(minutes=1)
        self._upload(ACCEPTED)
        self.assertEqual((upload.state, upload.attempts), ("accepted", 2))
        self.assertEqual(self.authority.requests[0][1], key)

    def test_missing_vin(self):
        """R2.6: a record with a gap is not sent; the list says what is missing."""
        self.vehicle.vin = False
        order = self._delivered()
        self._upload()
        upload = order.record_upload_ids
        self.assertEqual(upload.state, "failed")
        self.assertIn("vin", upload.response)
        self.assertFalse(self.authority.requests)
        self.vehicle.vin = "LSVAL41Z882104202"
        upload.with_user(self.manager).action_try_again()
        self._upload(ACCEPTED)
        self.assertEqual(upload.state, "accepted")

    def test_address_and_token(self):
        """R5.3: encrypted addresses only; where and with which token is the administrator's."""
        for url in ("http://authority.example/", "ftp://x", "https://", "authority.example",
                    "http://localhost.evil.example/", False):
            with self.assertRaises(ValidationError, msg=url):
                self.company.service_record_url = url
        self.company.service_record_url = "https://authority.example/record"
        for name in ("service_record_url", "service_record_token"):
            with self.assertRaises(AccessError):
                self.company.with_user(self.manager).read([name])

    def test_companies_and_roles(self):
        """R5.3: managers read the queue of their companies; nobody writes it."""
        order = self._delivered()
        upload = order.record_upload_ids
        upload.with_user(self.manager).read(["state"])
        for user in (self.advisor, self.technician, self.storekeeper):
            with self.assertRaises(AccessError):
                upload.with_user(user).read(["state"])
        with self.assertRaises(AccessError):
            upload.with_user(self.manager).write({"state": "accepted"})
        other = self.env["res.company"].create({"name": "Other Dealer"})
        stranger = new_test_user(
            self.env, "other_manager", "service_advisor.group_manager",
            company_id=other.id, company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            upload.with_user(stranger).read(["state"])
