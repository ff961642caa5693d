from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .test_technical_review import ReviewCommon
from .test_tours import ToursCommon

ORDER = "/odoo/action-service_advisor.service_order_action"
MEETING = "/odoo/action-service_advisor.calendar_event_action_technical"


@tagged("post_install", "-at_install")
class TestReviewTours(ToursCommon, ReviewCommon):
    def test_from_the_agenda_to_the_quotation(self):
        """R6.1 R6.2: the advisor is refused and asks, the technical lead decides in the meeting
        on a condition, the advisor meets it and quotes."""
        order = self._difficult_order()
        start = self._now() + timedelta(hours=1)
        meeting = self.env["calendar.event"].with_user(self.lead).create(
            {
                "name": "Technical Meeting",
                "is_service_meeting": True,
                "start": start,
                "stop": start + timedelta(hours=1),
                "partner_ids": [Command.set(self.lead.partner_id.ids)],
            }
        )
        self._tour("service_advisor_review_ask", self.advisor, f"{ORDER}/{order.id}")
        self._tour("service_advisor_review_meeting", self.lead, f"{MEETING}/{meeting.id}")
        condition = order.review_ids.condition_ids
        self.assertEqual((condition.owner_id, condition.gate), (self.advisor, "quote"))
        self.assertEqual(order.review_ids.decided_by_id, self.lead)
        self._tour("service_advisor_review_quote", self.advisor, f"{ORDER}/{order.id}")
        self.assertEqual(order.state, "quoted")
