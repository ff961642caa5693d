from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ServiceAdvisorCommon


@tagged("post_install", "-at_install")
class TestConsent(ServiceAdvisorCommon):
    """R5.3: consent per purpose, with date and evidence."""

    def _record(self, state="given", purpose="sales", customer=None, **vals):
        customer = (customer or self.customer).with_user(self.reception)
        return customer._record_consent(purpose, state, "counter", evidence="Said so", **vals)

    def test_newest_is_in_force(self):
        """R5.3: each answer is kept with date and person; the newest one of a purpose holds."""
        given = self._record()
        self.assertEqual(given.user_id, self.reception)
        self.assertEqual(self.customer._get_consenting("sales"), self.customer)
        self.assertFalse(self.customer._get_consenting("marketing"))
        # Both within one second: what was recorded later holds.
        withdrawn = self._record("withdrawn")
        self.assertFalse(self.customer._get_consenting("sales"))
        self.assertEqual(self.customer._get_refusing("sales"), self.customer)
        self.assertEqual((given | withdrawn).filtered("is_in_force"), withdrawn)
        in_force = self.env["service.consent"].search(
            [("partner_id", "=", self.customer.id), ("is_in_force", "=", True)]
        )
        self.assertEqual(in_force, withdrawn)

    def test_expiry(self):
        """R5.3: a consent that was given until a day ends after it, and the end is recorded."""
        today = fields.Date.today()
        consent = self._record(expires_on=today)
        self.assertTrue(consent.is_in_force)
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self.env.invalidate_all()
            self.assertFalse(self.customer._get_consenting("sales"))
            self.assertFalse(consent.is_in_force)
            with self.enter_registry_test_mode():
                self.env.ref("service_advisor.ir_cron_expire_consents").method_direct_trigger()
        ended = self.customer.service_consent_ids[:1]
        self.assertEqual((ended.state, ended.channel), ("withdrawn", "expiry"))

    def test_nobody_edits(self):
        """R5.3: no role writes, deletes or adds an answer by hand, managers included."""
        consent = self._record()
        for user in (self.reception, self.advisor, self.manager, self.env.ref("base.user_admin")):
            mine = consent.with_user(user)
            with self.assertRaises(AccessError):
                mine.write({"state": "refused"})
            with self.assertRaises(AccessError):
                mine.unlink()
            with self.assertRaises(AccessError):
                mine.create(
                    {
                        "partner_id": self.customer.id,
                        "purpose": "sales",
                        "state": "given",
                        "channel": "counter",
                    }
                )
        # People of sales, who may write customers, record and read none.
        with self.assertRaises(AccessError):
            consent.with_user(self.salesperson).read(["state"])
        with self.assertRaises(AccessError):
            self.env["service.consent.wizard"].with_user(self.salesperson).create(
                {"partner_id": self.customer.id}
            )
        with self.assertRaises(AccessError):
            self.customer.with_user(self.technician)._record_consent("sales", "given", "phone")

    def test_dialog(self):
        """R5.3: the dialog shows what was answered before, wants evidence, and records what was
        asked only."""
        self._record("refused", "marketing")
        order = self._new_order()
        action = order.action_record_consent()
        wizard = (
            self.env["service.consent.wizard"]
            .with_user(self.reception)
            .with_context(**action["context"])
            .create({})
        )
        lines = {line.purpose: line for line in wizard.line_ids}
        self.assertEqual(lines["marketing"].current, "refused")
        with self.assertRaisesRegex(UserError, "no answer"):
            wizard.action_confirm()
        lines["sales"].answer = "given"
        lines["survey"].answer = "refused"
        with self.assertRaisesRegex(UserError, "evidence"):
            wizard.action_confirm()
        wizard.write({"scan": "aGk=", "scan_name": "signed.pdf", "channel": "paper"})
        wizard.action_confirm()
        answers = {
            consent.purpose: consent.state
            for consent in self.customer.service_consent_ids.filtered("is_in_force")
        }
        self.assertEqual(answers, {"marketing": "refused", "sales": "given", "survey": "refused"})
        consent = self.customer.service_consent_ids.filtered(lambda c: c.purpose == "sales")
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", "service.consent"), ("res_field", "=", "scan"),
             ("res_id", "=", consent.id)]
        )
        # The scan is for who may read the answer.
        self.assertTrue(attachment.with_user(self.reception).raw)
        with self.assertRaises(AccessError):
            attachment.with_user(self.salesperson).read(["raw"])

    def test_constant_queries(self):
        """R5.3: asking and recording cost the same for few customers and many."""
        customers = self.env["res.partner"].create([{"name": f"C{i}"} for i in range(14)])
        costs = []
        for some in (customers[:2], customers[2:4], customers[4:]):
            before = self.cr.sql_log_count
            some._record_consent("sales", "given", "counter", evidence="Yes")
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(some._get_consenting("sales"), some)
            costs.append(self.cr.sql_log_count - before)
        self.assertEqual(costs[1], costs[2])

    def test_companies_are_apart(self):
        """R5.3: answers of a customer of another company are that company's."""
        other = self.env["res.company"].create({"name": "Other Shop"})
        self.customer.company_id = other
        consent = self.env["service.consent"]._record(
            [{"partner_id": self.customer.id, "purpose": "sales", "state": "given",
              "channel": "counter"}]
        )
        found = self.env["service.consent"].with_user(self.reception).search([])
        self.assertNotIn(consent, found)


@tagged("post_install", "-at_install")
class TestConsentPortal(HttpCase):
    """R5.3: customers see and change what their data may be used for."""

    def _post(self, **data):
        return self.url_open("/my/service-data/consent", data=data, allow_redirects=True)

    def test_my_data(self):
        """R5.3: the customer gives and withdraws consent by a POST with the token of the form,
        for the own record only."""
        user = new_test_user(self.env, login="my data", groups="base.group_portal")
        self.authenticate("my data", "my data")
        page = self.url_open("/my/service-data")
        self.assertIn('id="service_my_data"', page.text)
        self.assertFalse(user.partner_id.service_consent_ids)
        with mute_logger("odoo.http"):
            refused = self._post(purpose="sales", answer="given")
        self.assertEqual(refused.status_code, 400, "no token, no answer")
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        page = self._post(purpose="sales", answer="given", csrf_token=token, partner_id="3")
        self.assertIn("Withdraw", page.text)
        consent = user.partner_id.service_consent_ids
        self.assertEqual(
            (consent.purpose, consent.state, consent.channel, consent.user_id),
            ("sales", "given", "portal", user),
        )
        self.assertIn("car sales", consent.evidence)
        self._post(purpose="sales", answer="no", csrf_token=token)
        self._post(purpose="marketing", answer="no", csrf_token=token)
        self._post(purpose="anything", answer="given", csrf_token=token)
        self._post(purpose="survey", answer="deleted", csrf_token=token)
        self.env.invalidate_all()
        answers = [(c.purpose, c.state) for c in user.partner_id.service_consent_ids]
        self.assertEqual(
            answers, [("marketing", "refused"), ("sales", "withdrawn"), ("sales", "given")]
        )
        self.url_open("/my/service-data/consent?purpose=sales&answer=given")
        self.assertEqual(len(user.partner_id.service_consent_ids), 3, "a GET changes nothing")
