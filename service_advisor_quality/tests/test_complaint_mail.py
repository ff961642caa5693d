"""R4.1: complaints by e-mail, hostile ones too, and what is written to customers."""

import base64
from contextlib import ExitStack
from datetime import timedelta
from email.message import EmailMessage
from unittest.mock import patch

from odoo import fields
from odoo.addons.mail.tests.common import MailCommon
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.convert import convert_file

from ..models import service_complaint_mail
from ..tools.incoming import find_keys, is_automatic, strip_subject
from .common import ServiceAdvisorQualityCommon

SENDER = "Zhang Wei <zhang.wei@customer.example>"


@tagged("post_install", "-at_install")
class TestComplaintMail(ServiceAdvisorQualityCommon, MailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company._create_complaint_aliases()
        cls.company.service_complaint_alias_id.write(
            {"alias_name": "complaints", "alias_domain_id": cls.mail_alias_domain.id}
        )
        cls.address = f"complaints@{cls.mail_alias_domain.name}"
        cls.customer.email = "li@customer.example"

    def _mail(self, body="It squeals", subject="Complaint", sender=SENDER, html=None, **headers):
        """Return the source of a mail to the address of complaints."""
        mail = EmailMessage()
        if sender is not None:
            mail["From"] = sender
        mail["To"] = self.address
        if subject is not None:
            mail["Subject"] = subject
        self.number = getattr(self, "number", 0) + 1
        mail["Message-Id"] = headers.pop("message_id", f"<{self.number}@customer.example>")
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(body)
        if html:
            mail.add_alternative(html, subtype="html")
        return mail

    def _receive(self, mail):
        """Let the mail come in; return the complaints it made."""
        before = self.env["service.complaint"].search([])
        source = mail if isinstance(mail, bytes) else mail.as_bytes()
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(False, source)
            self.env.flush_all()
        return self.env["service.complaint"].search([]) - before

    def _customer_mails(self, complaint):
        """Return the mails of customers in the history of ``complaint``."""
        return complaint.message_ids.filtered(lambda message: message.message_type == "email")

    def _acknowledgements(self):
        return self._new_mails.filtered(lambda mail: mail.message_type == "auto_comment")

    # ---- intake ---------------------------------------------------------------------------

    def test_mail_becomes_a_complaint(self):
        """R4.1: a mail makes a complaint with the sender's words, and tells the sender so."""
        complaint = self._receive(self._mail("The brakes squeal again.\nPlease call me."))
        self.assertEqual(len(complaint), 1)
        self.assertEqual((complaint.channel, complaint.company_id), ("email", self.company))
        self.assertIn("The brakes squeal again.", complaint.description)
        self.assertEqual(complaint.email_key, "zhang.wei@customer.example")
        self.assertEqual(len(self._customer_mails(complaint)), 1)
        receipt = self._acknowledgements()
        self.assertEqual(receipt.email_to, "zhang.wei@customer.example")
        self.assertIn("auto-replied", receipt.headers)
        self.assertTrue(complaint.acknowledged_at)
        self.assertFalse(complaint.contacted_at, "an automatic mail is no contact")

    def test_finds_customer_order_and_car(self):
        """R4.1: an order number, a VIN or a plate in the mail, however written, names the car."""
        order = self._new_order()
        for text in (order.name, "my car 沪A·12345", "沪A 12345", "lsval41z882104202"):
            for mail in (
                self._mail(subject=f"Complaint {text}", sender="a@x.example"),
                self._mail(f"It is about {text}, hello", subject=text[:0], sender="b@x.example"),
            ):
                with self.subTest(text):
                    complaint = self._receive(mail)
                    self.assertEqual(complaint.vehicle_id, self.vehicle)
                    self.assertEqual(complaint.order_id, order)
                    self.assertEqual(complaint.advisor_id, self.advisor)
                    # A stranger who knows a plate does not learn whose car it is.
                    self.assertNotIn("Li Customer", self._acknowledgements().body_html)
                    complaint._keep({"closed_at": fields.Datetime.now()})
        known = self._receive(self._mail("Hello", sender="Li <li@customer.example>"))
        self.assertEqual(known.partner_id, self.customer)

    def test_language_of_the_customer(self):
        """R4.1: the acknowledgement speaks the customer's language."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        template = self.env.ref("service_advisor_quality.mail_template_complaint_received")
        template.with_context(lang="fr_FR").subject = "Bonjour {{ object.name }}"
        self._receive(self._mail(sender="li@customer.example"))
        self.assertIn("Bonjour", self._acknowledgements().subject)

    def test_replies_thread(self):
        """R4.1: replies, and new mails of the sender about the same order, stay one complaint."""
        order = self._new_order()
        complaint = self._receive(self._mail(subject=f"Squeals {order.name}"))
        first = self._customer_mails(complaint)
        reply = self._mail("And?", "Re: x", In_Reply_To=first.message_id)
        self.assertFalse(self._receive(reply))
        self.assertFalse(self._receive(self._mail("Again!", f"{order.name} once more")))
        self.assertFalse(self._receive(self._mail("Again!", "The car 沪A·12345")))
        heard = complaint.contact_ids.filtered(lambda contact: contact.direction == "in")
        self.assertEqual(len(heard), 3)
        self.assertTrue(complaint.unanswered_at)
        self.assertEqual(len(self._customer_mails(complaint)), 4)
        other = self._receive(self._mail("Mine too", f"{order.name}", sender="b@x.example"))
        self.assertEqual(len(other), 1)

    def test_duplicates(self):
        """R4.1: the same mail fetched twice, or sent twice, is one complaint."""
        mail = self._mail("Twice", "Twice")
        complaint = self._receive(mail)
        self.assertFalse(self._receive(mail))
        self.assertFalse(self._receive(self._mail("Twice", "Re: Twice")))
        self.assertEqual(len(complaint), 1)
        self.assertEqual(len(self._receive(self._mail("Other words", "Twice"))), 1)

    def test_closed_one_is_flagged(self):
        """R4.1: a reply to a closed complaint is kept with it, and a person decides."""
        complaint = self._receive(self._mail(subject="Squeals"))
        first = self._customer_mails(complaint)
        complaint._keep({"closed_at": fields.Datetime.now()})
        self.assertFalse(self._receive(self._mail("Still", In_Reply_To=first.message_id)))
        self.assertEqual(complaint.state, "closed")
        self.assertTrue(complaint.unanswered_at)
        self.assertIn("wrote again", complaint.activity_ids.summary)
        complaint.with_user(self.advisor)._reopen("It squeals still")
        self.assertEqual((complaint.state, complaint.reopen_count), ("new", 1))

    def test_time_on_the_way_counts(self):
        """K2: the clock starts when the customer sent the mail, not when it was fetched; a wrong
        date counts for nothing."""
        now = fields.Datetime.now().replace(microsecond=0)
        for ago, counted in ((5, 5), (24 * 400, 0), (-50, 0)):
            sent = now - timedelta(hours=ago)
            complaint = self._receive(
                self._mail(f"Sent {ago}", Date=sent.strftime("%a, %d %b %Y %H:%M:%S +0000"))
            )
            waited = now - complaint.received_at
            self.assertAlmostEqual(waited.total_seconds() / 3600, counted, delta=0.2)

    # ---- hostile --------------------------------------------------------------------------

    def test_hostile_mails(self):
        """R4.1: whatever a mail is made of, it makes one complaint and loses nothing."""
        photo = base64.b64encode(b"\x89PNG" * 50).decode()
        many = self._mail("See the photos")
        for index in range(60):
            many.add_attachment(b"GIF89a" + bytes([index]), "image", "gif", filename=f"{index}.gif")
        chinese = self._mail("x")
        chinese.set_content("刹车又响了，请尽快处理", charset="gb18030")
        broken = (
            f"From: {SENDER}\r\nTo: {self.address}\r\nMessage-Id: <broken@x.example>\r\n"
            "Subject: =?x-nonsense?B?/////w==?= hello\r\n"
            "Content-Type: text/plain; charset=x-nonsense\r\n\r\nThe wheel is loose "
        ).encode() + b"\xff\xfe\x00 end"
        cases = {
            "script": (
                self._mail(
                    html="<p onclick='steal()'>Loud<script>alert(1)</script><img src=x "
                    f"onerror=alert(2)><img src='data:image/png;base64,{photo}'></p>"
                ),
                "Loud",
            ),
            "huge": (self._mail("Loud noise " * 100000), "Loud noise"),
            "many": (many, "See the photos"),
            "chinese": (chinese, "刹车又响了"),
            "broken": (broken, "wheel is loose"),
            "no subject": (self._mail("No subject", subject=None), "No subject"),
            "no words": (self._mail("", subject=None, sender="c@x.example"), "without words"),
            "no sender": (self._mail("From nobody", sender=None), "From nobody"),
            "odd sender": (self._mail("Odd", sender="<<>>,;\x01 broken"), "Odd"),
            "markup": (self._mail("Price < 100 & {{ 7*7 }} ${x}"), "{{ 7*7 }}"),
        }
        for name, (mail, words) in cases.items():
            with self.subTest(name), mute_logger("odoo.addons.mail.models.mail_thread"):
                complaint = self._receive(mail)
                self.assertEqual(len(complaint), 1)
                self.assertIn(words, complaint.description)
                self.assertNotIn("alert(", complaint.description)
                self.assertNotIn("<script", "".join(complaint.message_ids.mapped("body")))
                self.assertLessEqual(len(complaint.description), 11000)
                message = self._customer_mails(complaint)
                self.assertEqual(len(message), 1)
                if name == "many":
                    self.assertEqual(len(message.attachment_ids), 60)
                if name == "huge":
                    self.assertGreater(len(message.body), 1000000)

    def test_no_loops(self):
        """R4.1: programs that answer programs get no acknowledgement, and no contact comes of
        it."""
        own = self._mail(sender=self.address, body="own")
        for mail in (
            self._mail("1", sender="MAILER-DAEMON@x.example", subject="Undelivered"),
            self._mail("2", Auto_Submitted="auto-replied"),
            self._mail("3", Precedence="bulk"),
            self._mail("4", sender="no-reply@shop.example"),
            self._mail("5", sender="advisor@shop.example"),
            own,
        ):
            complaint = self._receive(mail)
            self.assertFalse(self._acknowledgements())
            self.assertFalse(complaint.acknowledged_at)

    def test_absence_notice(self):
        """R4.1: an absence notice that answers us is kept, and asks nobody for an answer."""
        complaint = self._receive(self._mail())
        receipt = complaint.message_ids.filtered(lambda m: m.message_type == "auto_comment")
        absent = self._mail(
            "I am away", In_Reply_To=receipt.message_id, Auto_Submitted="auto-replied"
        )
        self.assertFalse(self._receive(absent))
        self.assertFalse(complaint.unanswered_at)
        self.assertFalse(self._acknowledgements())

    def test_acknowledgements_are_limited(self):
        """R4.1: two programs that answer each other stop after a few, and a flood is refused with
        a bounce."""
        with patch.object(service_complaint_mail, "ACKNOWLEDGEMENTS", 2):
            sent = 0
            for index in range(4):
                self.assertTrue(self._receive(self._mail(f"Number {index}")))
                sent += len(self._acknowledgements())
        self.assertEqual(sent, 2)
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 4)
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.assertFalse(self._receive(self._mail("One too many")))
        self.assertEqual(len(self._new_mails), 1, "a bounce")

    # ---- outgoing -------------------------------------------------------------------------

    def _post(self, complaint, user=None, fail=False, **kwargs):
        failure = AssertionError("no server") if fail else None
        server = type(self.env["ir.mail_server"])
        with self.mock_mail_gateway(), ExitStack() as stack:
            if failure:
                stack.enter_context(
                    patch.object(server, "_build_email__", side_effect=failure)
                )
            message = complaint.with_user(user or self.advisor).message_post(
                **{
                    "body": "We are sorry",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                    "partner_ids": self.customer.ids,
                }
                | kwargs
            )
            self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).send()
            self.env.flush_all()
        return message

    def _complaint(self):
        return self.env["service.complaint"].with_user(self.reception).create(
            {"description": "Loud", "channel": "phone", "partner_id": self.customer.id}
        )

    def test_a_sent_mail_stops_the_clock(self):
        """R4.1: a mail that a person wrote to the customer counts once it is sent, and once."""
        complaint = self._complaint()
        message = self._post(complaint)
        self.assertEqual(complaint.contact_ids.message_id, message)
        self.assertEqual(complaint.contact_ids.user_id, self.advisor)
        self.assertEqual(complaint.state, "contacted")

    def test_what_is_no_mail_to_the_customer(self):
        """R4.1: neither a note, nor a mail to somebody else, nor one by a program counts."""
        other = self.env["res.partner"].create({"name": "Other", "email": "o@x.example"})
        complaint = self._complaint()
        self._post(complaint, subtype_xmlid="mail.mt_note", partner_ids=[])
        self._post(complaint, partner_ids=other.ids)
        self._post(complaint, user=self.env.ref("base.user_root"))
        self._post(complaint, message_type="auto_comment")
        self._post(complaint, message_type="notification")
        self.assertFalse(complaint.contacted_at)

    def test_a_failed_mail_does_not_count(self):
        """R4.1: a mail that was not delivered is no contact."""
        complaint = self._complaint()
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            self._post(complaint, fail=True)
        self.assertFalse(complaint.contacted_at)

    def test_composer(self):
        """R4.1: the composer is opened with the customer, known or not."""
        action = self._complaint().action_write_mail()
        self.assertEqual(action["context"]["default_partner_ids"], self.customer.ids)
        unknown = self._receive(self._mail())
        action = unknown.with_user(self.advisor).action_write_mail()
        partner = self.env["res.partner"].browse(action["context"]["default_partner_ids"])
        self.assertEqual(partner.email_normalized, "zhang.wei@customer.example")
        self._post(unknown, partner_ids=partner.ids)
        self.assertTrue(unknown.contacted_at)
        empty = self.env["service.complaint"].create({"description": "x"})
        with self.assertRaises(UserError):
            empty.action_write_mail()

    # ---- spam -----------------------------------------------------------------------------

    def test_spam_is_kept(self):
        """R4.1: a manager discards what is no complaint, with a reason; nothing is deleted."""
        spam = self._receive(self._mail("Buy watches"))
        with self.assertRaises(AccessError):
            spam.with_user(self.advisor)._discard("Advertising")
        wizard = self.env["service.complaint.discard.wizard"].with_user(self.manager)
        context = spam.with_user(self.manager).action_open_discard()["context"]
        wizard.with_context(**context).create({"reason": "Advertising"}).action_confirm()
        self.assertFalse(self.env["service.complaint"].search([("id", "=", spam.id)]))
        self.assertEqual(spam.discard_reason, "Advertising")
        self.assertFalse(spam.is_contact_breached)
        spam.with_user(self.manager).action_restore()
        self.assertTrue(spam.active and spam.next_alert_at)

    # ---- addresses ------------------------------------------------------------------------

    def _update(self):
        """Load what is loaded at each update of the addon."""
        convert_file(
            self.env,
            "service_advisor_quality",
            "data/res_company_data.xml",
            {},
            mode="update",
            noupdate=False,
        )

    def test_address_of_old_and_new_companies(self):
        """R4.1: an update gives companies without an address for complaints one, a new company
        has it from the start, and nobody gets a second one."""
        known = self.company.service_complaint_alias_id
        new = self.env["res.company"].create({"name": "New Branch"})
        self.assertTrue(new.service_complaint_alias_id)
        closed = self.env["res.company"].create({"name": "Closed Branch"})
        closed.active = False
        (new | closed).service_complaint_alias_id = False
        self._update()
        made = new.service_complaint_alias_id | closed.service_complaint_alias_id
        self.assertEqual(len(made), 2)
        for company in new | closed:
            alias = company.service_complaint_alias_id
            self.assertEqual(alias.alias_model_id.model, "service.complaint")
            self.assertIn(f"'company_id': {company.id}", alias.alias_defaults)
        count = self.env["mail.alias"].search_count([])
        self._update()
        self.assertEqual(self.env["mail.alias"].search_count([]), count)
        self.assertEqual(self.company.service_complaint_alias_id, known)

    # ---- without records ------------------------------------------------------------------

    def test_reading(self):
        """R4.1: what a mail says about itself."""
        self.assertIn("沪A12345", find_keys("关于 沪A·12345 的投诉"))
        self.assertIn("RO000123", find_keys("Re: RO000123!"))
        self.assertIn("ABC123", find_keys("my plate is ABC 123"))
        self.assertFalse(find_keys(None))
        self.assertEqual(strip_subject("RE: Fwd:  回复：Loud"), "loud")
        self.assertTrue(is_automatic({"Auto-Submitted": "auto-generated"}, "a@x.example"))
        self.assertFalse(is_automatic({"Auto-Submitted": "no"}, "a@x.example"))
        self.assertTrue(is_automatic({}, "Postmaster@x.example"))
        self.assertTrue(is_automatic({}, ""))
