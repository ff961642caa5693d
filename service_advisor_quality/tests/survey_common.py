from datetime import timedelta
from unittest.mock import patch

from .common import ServiceAdvisorQualityCommon


class SurveyCommon(ServiceAdvisorQualityCommon):
    """The small shop with customers to be asked and called."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"email": "li@customer.example", "phone": "+86 21 5550 1001"})
        cls.survey = cls.env.ref("service_advisor_quality.survey_service")
        cls.questions = {
            question.service_topic: question for question in cls.survey.question_ids
        }
        # Visits of demo data are somebody else's.
        cls.env["service.order"].search([("delivered_at", "!=", False)]).write(
            {"survey_status": "internal", "followup_made_at": "2020-01-01"}
        )
        cls.env["service.vehicle"].search([]).followup_looked_on = "2999-01-01"

    def _deliver(self, days=2, customer=None, vehicle=None, **vals):
        """Return an order that was handed over ``days`` ago."""
        then = self._now() - timedelta(days=days)
        vehicle = vehicle or self.vehicle
        return self.env["service.order"].create(
            {
                "vehicle_id": vehicle.id,
                "partner_id": (customer or vehicle.owner_id).id,
                "advisor_id": self.advisor.id,
                "checked_in_at": then - timedelta(hours=8),
                "ready_at": then - timedelta(hours=1),
                "delivered_at": then,
                **vals,
            }
        )

    def _new_car(self, index):
        """Return a car of a customer of its own."""
        customer = self.env["res.partner"].create(
            {
                "name": f"Customer {index}",
                "email": f"customer{index}@mail.example",
                "phone": f"+86 21 5550 2{index:03}",
            }
        )
        return self.env["service.vehicle"].create(
            {"plate": f"T-{index:05}", "owner_id": customer.id, "model_id": self.model.id}
        )

    def _run(self, model, method):
        """Run a scheduled action; nothing is committed."""
        with patch.object(self.env.registry["ir.cron"], "_commit_progress", _go_on):
            getattr(self.env[model], method)()
        self.env.invalidate_all()

    def _ask(self):
        self._run("service.order", "_cron_ask_customers")

    def _answer(self, order, words=None, **scores):
        """Let the customer of ``order`` answer the survey that was sent; return the answer."""
        answer = self.env["survey.user_input"].search([("service_order_id", "=", order.id)])
        answer._mark_in_progress()
        for topic, score in scores.items():
            answer._save_lines(self.questions[topic], str(score))
        if words:
            answer._save_lines(self.questions["words"], words)
        answer._mark_done()
        self.env.flush_all()
        return answer


def _go_on(*_args, **_kwargs):
    return float("inf")
