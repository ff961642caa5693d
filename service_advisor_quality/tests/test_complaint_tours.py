from odoo.addons.service_advisor.tests.test_tours import ToursCommon
from odoo.tests import tagged

from .test_complaint_handling import ComplaintHandlingCommon

ACTION = "/odoo/action-service_advisor_quality."


@tagged("post_install", "-at_install")
class TestComplaintTours(ToursCommon, ComplaintHandlingCommon):
    def test_complaint_after_maintenance(self):
        """C2 R4.1 R4.2: from the call to the withdrawn complaint, by clicking."""
        order = self._complained_order()
        self._tour("service_advisor_c2_call", self.advisor, ACTION + "service_complaint_action/new")
        complaint = self.env["service.complaint"].search([("order_id", "=", order.id)])
        self.assertEqual((complaint.channel, complaint.state), ("phone", "investigating"))
        self.assertFalse(complaint.is_contacted_late)
        self._tour(
            "service_advisor_c2_statement",
            self.technician,
            ACTION + "service_complaint_statement_action",
        )
        self.assertTrue(complaint.statement_ids.given_at)
        url = f"{ACTION}service_complaint_action/{complaint.id}"
        self._tour("service_advisor_c2_end", self.advisor, url)
        self.assertEqual(complaint.state, "withdrawn")
        self.assertTrue(complaint.confirmed_at)
        self.assertEqual(complaint.withdrawn_via, "call")
        self.assertEqual(
            complaint.step_ids.mapped("kind"),
            [
                "investigated", "analysed", "proposed", "accepted", "resolved", "confirmed",
                "withdrawn",
            ],
        )
