from odoo import Command
from odoo.tests import tagged

from .test_tours import ToursCommon


@tagged("post_install", "-at_install")
class TestSuggestionTour(ToursCommon):
    def test_suggestions_by_clicking(self):
        """R1.3: an advisor adds due work with one click and writes down why a recall waits."""
        self.env["service.maintenance.plan"].search([]).action_archive()
        oil = self.env["service.operation"].create({"code": "OIL", "name": "Oil change"})
        check = self.env["service.operation"].create({"code": "AIR", "name": "Change airbag"})
        self.env["service.maintenance.plan"].create(
            {
                "name": "Every car",
                "line_ids": [Command.create({"operation_id": oil.id, "every_km": 10000})],
            }
        )
        self.env["service.recall"].create(
            {
                "name": "R-1",
                "title": "Airbag",
                "do_not_drive": True,
                "operation_id": check.id,
                "vin_ids": [Command.create({"vin_from": self.vehicle.vin})],
            }
        )
        order = self._new_order()
        order.action_check_in()
        action = "service_advisor.service_order_action"
        url = f"/odoo/action-{action}/{order.id}"
        self._tour("service_advisor_suggestions", self.advisor, url)
        self.assertIn(oil, order.job_ids.operation_id)
        recall = order.suggestion_ids.filtered("recall_id")
        self.assertEqual(recall.dismiss_reason, "Has it done at home")
        self.assertFalse(order.open_suggestion_ids)


@tagged("post_install", "-at_install")
class TestSymptomPhoneTour(ToursCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_symptom_guide_on_a_phone(self):
        """R1.3: three taps answer a question, one proposes the cause it points to."""
        check = self.env["service.operation"].create({"code": "CHK", "name": "Brake check"})
        symptom = self.env["service.symptom"].create({"name": "Squeals"})
        question = self.env["service.symptom.question"].create(
            {
                "symptom_id": symptom.id,
                "name": "From which wheels?",
                "kind": "choice",
                "choice_ids": [
                    Command.create({"name": "Front"}),
                    Command.create({"name": "Rear"}),
                ],
            }
        )
        symptom.cause_ids = [
            Command.create({"name": "Not clear", "operation_id": check.id}),
            Command.create(
                {
                    "name": "Front pads worn",
                    "operation_id": self.operation.id,
                    "choice_ids": [Command.set(question.choice_ids[:1].ids)],
                }
            ),
        ]
        job = self._new_order(operation_id=False, symptom_id=symptom.id).job_ids
        url = f"/odoo/action-service_advisor.service_job_action/{job.id}"
        self._tour("service_advisor_symptom_phone", self.advisor, url)
        self.assertEqual(job.answer_ids.answer, "Front")
        self.assertEqual(job.operation_id, self.operation)
