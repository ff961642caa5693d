from odoo.tests import tagged

from .test_similar_cases import CasesCommon
from .test_tours import ToursCommon

MY_JOBS = "/odoo/action-service_advisor.service_job_action_workshop"


@tagged("post_install", "-at_install")
class TestTechnicalTours(ToursCommon, CasesCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_similar_cases_and_feedback(self):
        """R6.1 R6.3: on the phone a technician finds from a job what it was before, and tells
        that the hours are too short; the manager corrects the catalogue."""
        self._make_case(
            concern="Engine judders", cause="Coil cracked", correction="Coil replaced",
            fault_codes="P0301, P0302",
        )
        self._make_case(concern="前轮异响", cause="制动片磨损", correction="更换制动片")
        order = self._authorised_order(concern="Engine judders", fault_codes="P0301 P0302")
        self._tour("service_advisor_similar_cases", self.technician, MY_JOBS)
        self._tour("service_advisor_plan_feedback", self.technician, MY_JOBS)
        feedback = order.job_ids.feedback_ids
        self.assertEqual((feedback.state, feedback.kind), ("open", "hours"))
        self.assertEqual(feedback.suggested_hours, 2.5)
        self.browser_size = "1366x768"
        page = "/odoo/action-service_advisor.service_plan_feedback_action"
        self._tour("service_advisor_answer_feedback", self.manager, page)
        self.assertEqual((feedback.state, feedback.outcome), ("done", "catalogue_hours"))
        self.assertEqual((feedback.old_hours, feedback.new_hours), (1.5, 2.5))
        self.assertEqual(self.operation.allowed_hours, 2.5)
