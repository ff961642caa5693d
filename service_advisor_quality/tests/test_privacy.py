import json

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ServiceAdvisorQualityCommon

NAME, PHONE, SAID = "Zhuoyuan Testperson", "+86 139 4711 0815", "Your man smokes in my car"


@tagged("post_install", "-at_install")
class TestPrivacy(ServiceAdvisorQualityCommon):
    """R5.3: complaints, answers and calls of a person are told, and erased on request."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"name": NAME, "phone": PHONE})
        cls.complaint = cls.env["service.complaint"].create(
            {"partner_id": cls.customer.id, "description": SAID, "demand": f"Call {PHONE}",
             "channel": "phone"}
        )
        cls.env["service.complaint.contact"].create(
            {"complaint_id": cls.complaint.id, "words": f"{NAME} is angry", "channel": "call"}
        )
        cls.followup = cls.env["service.followup"].create(
            {"partner_id": cls.customer.id, "vehicle_id": cls.vehicle.id, "words": SAID,
             "reason": f"Call {NAME}", "kind": "lost"}
        )
        survey = cls.env.ref("service_advisor_quality.survey_service")
        question = survey.question_ids.filtered(lambda q: q.question_type == "text_box")[:1]
        cls.answer = cls.env["survey.user_input"].create(
            {"survey_id": survey.id, "partner_id": cls.customer.id, "email": "z@planted.example",
             "user_input_line_ids": [(0, 0, {"question_id": question.id, "answer_type": "text_box",
                                             "value_text_box": SAID})] if question else []}
        )
        cls.request = cls.env["service.privacy.request"].with_user(cls.manager).create(
            {"partner_id": cls.customer.id, "kind": "erasure", "identity": "known"}
        )
        cls.request.action_check_identity()

    def test_told(self):
        """R5.3: the report has complaints, answers, calls and what the customer wants."""
        sections = self.request._get_report_sections()
        keys = [section["key"] for section in sections]
        self.assertEqual(keys[-4:], ["consents", "complaints", "answers", "calls"])
        self.assertEqual(json.dumps(sections, ensure_ascii=False).count(SAID), 3)

    def test_erased(self):
        """R5.3: an open complaint comes first; then own words are gone, calls are closed, and the
        facts that figures are made of stay."""
        with self.assertRaisesRegex(UserError, self.complaint.name):
            self.request.action_erase()
        self.complaint.sudo().closed_at = fields.Datetime.now()
        self.env.flush_all()
        self.assertEqual(self.complaint.state, "closed")
        self.request.action_erase()
        self.assertEqual(self.followup.state, "given_up")
        self.assertEqual(self.complaint.partner_id, self.customer)
        self.assertTrue(self.complaint.contact_due_at)
        self.assertTrue(self.customer.service_no_offer_call)
        for record in (self.complaint, self.complaint.contact_ids, self.followup, self.answer,
                       self.answer.user_input_line_ids, self.complaint.message_ids):
            text = str(record.sudo().read(load=""))
            for word in (SAID, NAME, PHONE, "z@planted.example"):
                self.assertNotIn(word, text, record)
        subjects = self.request.line_ids.mapped("subject")
        self.assertLessEqual({"complaints", "answers", "calls"}, set(subjects))
