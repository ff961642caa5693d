from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ServiceAdvisorQualityCommon


@tagged("post_install", "-at_install")
class TestReview(ServiceAdvisorQualityCommon):
    def test_inspector_asks(self):
        """R3.4: an inspector asks the technical team about finished work, and does not decide."""
        order = self._finished_order()
        action = order.with_user(self.inspector).action_ask_review()
        wizard = self.env[action["res_model"]].with_user(self.inspector)
        wizard = wizard.with_context(**action["context"]).create(
            {"question": "Is this noise normal?", "job_ids": order.job_ids.ids}
        )
        self.assertTrue(wizard.reviewer_id)
        wizard.action_confirm()
        review = order.job_ids.review_id
        self.assertEqual((review.asked_by_id, review.state), (self.inspector, "waiting"))
        with self.assertRaisesRegex(UserError, "Only a technical lead"):
            review.with_user(self.inspector).action_go()
