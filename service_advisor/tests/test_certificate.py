from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import SIGNATURE
from .test_documents import DocumentsCommon


@tagged("post_install", "-at_install")
class TestCertificate(DocumentsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["service.repair.warranty"].search(
            [("repair_class", "=", "level_2")]
        ).needs_certificate = True
        cls.operation.repair_class = "level_2"

    def _settled(self):
        order = self._authorised_order()
        self._work(order)
        self._issue_parts(order)
        self._ready(order)
        self._invoice(order)
        return order

    def _void(self, certificate, reason, user=None):
        action = certificate.with_user(user or self.manager).action_open_void()
        Wizard = self.env[action["res_model"]].with_user(user or self.manager)
        Wizard.with_context(**action["context"]).create({"reason": reason}).action_confirm()
        self.env.invalidate_all()

    def test_gate(self):
        """R2.6: a car whose class of repair needs it does not leave without a certificate, and
        the refusal names who issues it."""
        order = self._settled()
        self.assertTrue(order.needs_certificate)
        self.assertIn("issue the certificate of completion", order.next_step)
        with self.assertRaisesRegex(UserError, "needs a certificate.*Manager"):
            order.with_user(self.advisor).action_open_handover()
        action = order.with_user(self.manager).action_issue_certificate()
        certificate = order.certificate_id
        self.assertEqual(action["context"]["active_ids"], certificate.ids)
        self.assertRegex(certificate.name, r"^CC\d{6}$")
        self.assertEqual(certificate.job_ids, order.job_ids)
        self.assertEqual(certificate.issued_by_id, self.manager)
        self.assertIn("hand over the car", order.next_step)
        with self.assertRaisesRegex(UserError, "Make it void first"):
            order.with_user(self.manager).action_issue_certificate()
        self._hand_over(order)
        self.assertEqual(order.state, "delivered")

    def test_not_needed(self):
        """R2.6: a small repair leaves without one, and none can be issued for it."""
        self.operation.repair_class = "small"
        order = self._settled()
        self.assertFalse(order.needs_certificate)
        with self.assertRaisesRegex(UserError, "None of its work needs"):
            order.with_user(self.manager).action_issue_certificate()
        self._hand_over(order)

    def test_by_somebody_else(self):
        """R2.6: issued by somebody who may do so and has not done the work, once it is ready."""
        order = self._authorised_order()
        with self.assertRaisesRegex(UserError, "issue its certificate"):
            order.with_user(self.manager).action_issue_certificate()
        self._work(order)
        self._issue_parts(order)
        self._ready(order)
        for user in (self.advisor, self.technician, self.storekeeper):
            with self.assertRaisesRegex(UserError, "has not worked on it"):
                order.with_user(user).action_issue_certificate()
        group = self.env.ref("service_advisor.group_certificate")
        self.technician.group_ids = [Command.link(group.id)]
        with self.assertRaisesRegex(UserError, "has not worked on it") as refused:
            order.with_user(self.technician).action_issue_certificate()
        self.assertNotIn(self.technician.name, str(refused.exception).split("ask")[1])
        inspector = new_test_user(
            self.env, "test_certifier", "service_advisor.group_seat,"
            "service_advisor.group_certificate",
        )
        order.with_user(inspector).action_issue_certificate()
        self.assertEqual(order.certificate_id.issued_by_id, inspector)
        with self.assertRaises(AccessError):
            order.certificate_id.with_user(self.manager).write({"state": "void"})

    def test_void_and_again(self):
        """R2.6: a wrong one becomes void with its reason, holds the car again and is replaced
        under a new number."""
        order = self._settled()
        order.with_user(self.manager).action_issue_certificate()
        first = order.certificate_id
        with self.assertRaisesRegex(UserError, "Say why"):
            self._void(first, " ")
        with self.assertRaisesRegex(UserError, "has not worked on it"):
            first.with_user(self.advisor)._void("x")
        self._void(first, "Wrong odometer")
        self.assertEqual((first.state, first.voided_by_id), ("void", self.manager))
        self.assertFalse(order.certificate_id)
        with self.assertRaisesRegex(UserError, "needs a certificate"):
            order.with_user(self.advisor)._deliver("Li", SIGNATURE, 50003)
        with self.assertRaisesRegex(UserError, "void already"):
            self._void(first, "Again")
        order.with_user(self.manager).action_issue_certificate()
        second = order.certificate_id
        self.assertGreater(second.name, first.name)
        report = "service_certificate_report"
        html = self._render(order, report, record=second, user=self.manager)
        for words in (second.name, f"Replaces certificate {first.name}", self.vehicle.vin,
                      order.plate, self.operation.name, "Level-2 Maintenance", "30 days",
                      self.manager.name):
            self.assertIn(words, " ".join(html.split()))
        self.assertIn("Wrong odometer", self._render(order, report, record=first))

    def test_filed_and_frozen(self):
        """R2.6: it is filed as it was issued and printed like that ever after, in the customer's
        language; what changes on the order since does not change it, nobody may delete it."""
        order = self._settled()
        order.with_user(self.manager).action_issue_certificate()
        certificate = order.certificate_id
        self.assertFalse(certificate.document_id)
        name, plate = self.operation.name, order.plate
        self.operation.name, order.vehicle_id.sudo().plate = "Something else", "沪Z99999"
        html = self._render(order, "service_certificate_report", record=certificate)
        # By the model of its pages Odoo finds and files what belongs to which record.
        for words in (name, plate, certificate.digest, 'data-oe-model="service.certificate"'):
            self.assertIn(words, html)
        self.assertNotIn("Something else", html)
        self._run_cron("ir_cron_file_certificates")
        document = certificate.document_id
        self.assertIn(certificate.digest.encode(), document.raw)
        self.assertIn(document, order.message_ids.attachment_ids)
        for user in (self.advisor, self.manager, self.storekeeper):
            with self.assertRaises(AccessError, msg=user.name):
                document.with_user(user).unlink()
            with self.assertRaises(AccessError, msg=user.name):
                certificate.with_user(user).write({"content": {}})
        report = self.env.ref("service_advisor.service_certificate_report")
        handed = report.with_user(self.advisor).retrieve_attachment(certificate)
        self.assertEqual(handed, document)
        self._void(certificate, "Wrong plate")
        self.assertFalse(report.retrieve_attachment(certificate), "a void one says so")

    def test_numbers_per_company(self):
        """R2.6 R5.3: every company counts its own; certificates of others are not seen."""
        order = self._settled()
        order.with_user(self.manager).action_issue_certificate()
        other = self.env["res.company"].create({"name": "Other Dealer"})
        self.assertEqual(other._get_next_number("service.certificate"), "CC000001")
        stranger = new_test_user(
            self.env, "other_manager", "service_advisor.group_manager",
            company_id=other.id, company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            order.certificate_id.with_user(stranger).read(["name"])
        with self.assertRaises(AccessError):
            order.with_user(stranger).action_issue_certificate()
