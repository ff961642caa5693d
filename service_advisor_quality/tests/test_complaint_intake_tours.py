"""R4.1: a complaint by clicking."""

from odoo.addons.service_advisor.tests.test_tours import ToursCommon
from odoo.tests import tagged

from .common import ServiceAdvisorQualityCommon


@tagged("post_install", "-at_install")
class TestComplaintTour(ToursCommon, ServiceAdvisorQualityCommon):
    def test_call_and_call_back(self):
        """R4.1: a phone call becomes a complaint, and the call back stops its clock."""
        order = self._new_order()
        self._tour(
            "service_advisor_quality_complaint",
            self.advisor,
            f"/odoo/action-service_advisor.service_order_action/{order.id}",
        )
        complaint = self.env["service.complaint"].search([("order_id", "=", order.id)])
        self.assertEqual(complaint.state, "contacted")
        self.assertFalse(complaint.is_contacted_late)


@tagged("post_install", "-at_install")
class TestComplaintPhoneTour(ToursCommon, ServiceAdvisorQualityCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_customer_complains_on_a_phone(self):
        """R4.1: the customer complains by the link of the order, with a thumb."""
        order = self._new_order()
        self.start_tour(
            order.sudo().get_portal_url(), "service_advisor_quality_complaint_portal", login=None
        )
        complaint = self.env["service.complaint"].search([("order_id", "=", order.id)])
        self.assertEqual(complaint.channel, "portal")
        self.assertEqual(complaint.description, "The seat is dirty")
