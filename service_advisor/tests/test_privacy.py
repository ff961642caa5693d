import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from .common import SIGNATURE, ServiceAdvisorCommon

NAME, PHONE, MAIL, STREET = (
    "Zhuoyuan Testperson", "+86 139 4711 0815", "zhuoyuan@planted.example", "Planted Road 77"
)
WORDS = (NAME, PHONE, "+8613947110815", MAIL, STREET)


class PrivacyCommon(ServiceAdvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"name": NAME, "phone": PHONE, "email": MAIL, "street": STREET,
                            "country_id": cls.env.ref("base.cn").id})
        cls.old = cls._past_order(12)
        cls.young = cls._past_order(2)

    @classmethod
    def _past_order(cls, years):
        """Return a closed order of so many years ago, with texts, a photo and signatures."""
        order = cls.env["service.order"].create(
            {
                "vehicle_id": cls.vehicle.id,
                "sender_name": NAME,
                "job_ids": [(0, 0, {"concern": f"{NAME} hears a noise, call {PHONE}",
                                    "operation_id": cls.operation.id})],
            }
        )
        order.message_post(body=f"Called {NAME} on {PHONE}")
        order.message_post(body="Where is my car?", author_id=cls.customer.id, email_from=MAIL,
                           message_type="email")
        cls.env["service.job.photo"].create(
            {"job_id": order.job_ids.id, "photo": SIGNATURE, "note": f"Shoe of {NAME}"}
        )
        then = fields.Datetime.now() - timedelta(days=365 * years)
        order.sudo().write(
            {
                "handover_signature": SIGNATURE,
                "handover_name": NAME,
                "checked_in_at": then,
                "delivered_at": then,
                "closed_at": then,
            }
        )
        cls.env["service.handover"].sudo().create(
            {"order_id": order.id, "lang": "en_US", "content": {"customer": NAME}, "digest": "x"}
        )
        cls.env.flush_all()
        return order

    def _request(self, kind="erasure", user=None):
        return self.env["service.privacy.request"].with_user(user or self.manager).create(
            {"partner_id": self.customer.id, "kind": kind, "identity": "known"}
        )

    def _erase(self):
        request = self._request()
        request.action_check_identity()
        request.action_erase()
        return request

    def _find_words(self):
        """Return ``{table.column}`` where a text of the person stands in our tables or in those
        of contacts and messages."""
        self.env.flush_all()
        columns = self.env.execute_query(
            SQL(
                "SELECT table_name, column_name FROM information_schema.columns "
                "WHERE table_schema = current_schema AND data_type IN "
                "('character varying', 'text', 'jsonb') AND (starts_with(table_name, 'service_') "
                "OR table_name IN ('res_partner', 'res_users', 'mail_message', 'mail_mail', "
                "'mail_tracking_value', 'sale_order', 'sale_order_line', 'calendar_event', "
                "'mail_activity', 'survey_user_input', 'survey_user_input_line'))"
            )
        )
        found = set()
        for table, column in columns:
            [[count]] = self.env.execute_query(
                SQL(
                    "SELECT COUNT(*) FROM %s WHERE %s",
                    SQL.identifier(table),
                    SQL(" OR ").join(
                        SQL("strpos(%s::text, %s) > 0", SQL.identifier(column), word)
                        for word in WORDS
                    ),
                )
            )
            if count:
                found.add(f"{table}.{column}")
        return found


@tagged("post_install", "-at_install")
class TestPrivacy(PrivacyCommon):
    """R5.3: a customer is told what we hold, and is erased on request."""

    def test_access_report(self):
        """R5.3: the report has all that is held, section by section, for managers alone and only
        once it was checked who asks."""
        request = self._request("access")
        with self.assertRaises(UserError):
            request.action_print()
        request.action_check_identity()
        sections = {each["key"]: each["rows"] for each in request._get_report_sections()}
        text = json.dumps(sections, ensure_ascii=False)
        for word in (NAME, PHONE, MAIL, STREET, "沪A·12345", self.old.name, self.young.name,
                     "Where is my car?", "Photo"):
            self.assertIn(word, text)
        self.assertEqual(len(sections["cars"]), 1)
        with self.assertRaises(AccessError):
            request.with_user(self.reception)._get_report_sections()
        html = self.env["ir.actions.report"].with_user(self.manager)._render_qweb_html(
            "service_advisor.report_service_access", request.ids
        )[0].decode()
        self.assertIn(STREET, html)
        request.action_done()
        self.assertEqual((request.state, request.done_by_id), ("done", self.manager))

    def test_erasure(self):
        """R5.3: afterwards no text of the database names the person, but the signed evidence that
        must be kept; orders and their work stay."""
        self.assertIn("service_job.concern", self._find_words())
        user = new_test_user(
            self.env, MAIL, "base.group_portal", partner_id=self.customer.id, name=NAME
        )
        request = self._erase()
        self.assertEqual(self._find_words(), {"service_handover.content"})
        handovers = self.env["service.handover"].sudo().search([])
        self.assertIn(NAME, str(handovers.filtered(lambda h: h.order_id == self.young).content))
        self.assertNotIn(NAME, str(handovers.filtered(lambda h: h.order_id == self.old).content))
        self.assertEqual(self.customer.name, f"Erased customer #{self.customer.id}")
        self.assertFalse(self.customer.active or user.active)
        self.assertTrue(self.young.handover_signature and self.young.job_ids.photo_ids.photo)
        self.assertFalse(self.old.handover_signature or self.old.job_ids.photo_ids.photo)
        self.assertTrue((self.old | self.young).exists().job_ids)
        self.assertEqual((request.state, request.certificate_no[:2]), ("done", "EC"))
        kept = request.line_ids.filtered(lambda line: line.kind == "kept")
        self.assertIn("orders", kept.mapped("subject"))
        ends = kept.filtered(lambda line: line.subject == "orders").until
        self.assertEqual(ends.year, fields.Date.today().year + 8)
        html = self.env["ir.actions.report"].with_user(self.manager)._render_qweb_html(
            "service_advisor.report_service_erasure", request.ids
        )[0].decode()
        self.assertIn(request.certificate_no, html)
        for word in (*WORDS, self.customer.name):
            self.assertNotIn(word, html)

    def test_erased_once(self):
        """R5.3: a request is answered once, and erasing somebody erased changes nothing."""
        request = self._erase()
        with self.assertRaisesRegex(UserError, "Done"):
            request.action_erase()
        again = self._erase()
        self.assertFalse(again.line_ids)
        self.assertNotEqual(again.certificate_no, request.certificate_no)

    def test_blocked_by_what_is_open(self):
        """R5.3: nobody is erased while a car is here or an invoice is open; the error names it."""
        order = self._new_order()
        request = self._request()
        with self.assertRaisesRegex(UserError, "Check first who asks"):
            request.action_erase()
        request.action_check_identity()
        with self.assertRaisesRegex(UserError, order.name):
            request.action_erase()
        order.action_cancel()
        invoice = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.customer.id,
             "invoice_line_ids": [(0, 0, {"name": "Work", "price_unit": 10})]}
        )
        with self.assertRaisesRegex(UserError, "not paid"):
            request.action_erase()
        invoice.button_cancel()
        request.action_erase()

    def test_identity_and_roles(self):
        """R5.3: the desk takes requests down; only a manager answers, and says how it was checked
        who asks, or why not."""
        request = self._request(user=self.reception)
        for step in ("action_check_identity", "action_erase", "action_refuse", "action_done"):
            with self.assertRaises(AccessError):
                getattr(request, step)()
        with self.assertRaises(AccessError):
            request.write({"state": "done"})
        mine = request.with_user(self.manager)
        mine.identity = False
        with self.assertRaisesRegex(UserError, "how you know"):
            mine.action_check_identity()
        with self.assertRaisesRegex(UserError, "why"):
            mine.action_refuse()
        mine.refusal_reason = "It is not proved who asks"
        mine.action_refuse()
        self.assertEqual(mine.state, "refused")
        with self.assertRaises(UserError):
            mine.unlink()
        with self.assertRaises(AccessError):
            request.with_user(self.technician).read(["name"])

    def test_due(self):
        """R5.3: the answer is due a month after the request, later it is late."""
        request = self._request("access")
        request.received_at = "2026-01-31 10:00:00"
        self.assertEqual(str(request.due_on), "2026-02-28")
        self.assertTrue(request.is_late)
        self.assertIn(request, request.search([("is_late", "=", True)]))

    def test_staff_is_not_erased(self):
        """R5.3: the contact of a user of the house is not erased by a request."""
        request = self._request()
        request.partner_id = self.advisor.partner_id
        request.action_check_identity()
        with self.assertRaisesRegex(UserError, "administrator"):
            request.action_erase()


@tagged("post_install", "-at_install")
class TestPrivacyPortal(HttpCase, PrivacyCommon):
    def test_ask_on_the_page(self):
        """R5.3: a customer asks on the own page, once; a visitor without account can not."""
        new_test_user(self.env, "privacy_owner", "base.group_portal",
                      partner_id=self.customer.id, name=NAME)
        self.authenticate("privacy_owner", "privacy_owner")
        page = self.url_open("/my/service-data")
        self.assertIn("service_my_data", page.text)
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        for _twice in range(2):
            self.url_open("/my/service-data/ask", data={"kind": "erasure",
                                                           "csrf_token": token})
        request = self.env["service.privacy.request"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual((len(request), request.channel, request.kind), (1, "portal", "erasure"))
        self.assertEqual(request.state, "new", "nobody is erased by a click")
        self.assertIn(request.name, self.url_open("/my/service-data").text)
        with mute_logger("odoo.http"):  # it says who was refused
            answer = self.url_open(f"/service/privacy/{request.id}/data")
        self.assertNotIn(STREET, answer.text)
