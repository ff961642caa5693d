from datetime import timedelta

from odoo.addons.service_advisor.tests.common import ServiceAdvisorCommon
from odoo.addons.sms.tests.common import SMSCommon
from odoo.exceptions import UserError
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestSmsProposal(SMSCommon, ServiceAdvisorCommon):
    def test_link_by_sms(self):
        """R1.6: the text message carries the customer's link, and when it was sent is kept."""
        self.customer.phone = "+86 138 0000 0001"
        order = self._new_order()
        with self.assertRaisesRegex(UserError, "Nothing was proposed yet"):
            order.action_sms_proposal()
        order.action_check_in()
        order.action_quote()
        action = order.action_sms_proposal()
        composer = self.env["sms.composer"].with_user(self.advisor)
        composer = composer.with_context(**action["context"]).create({})
        with self.mockSMSGateway():
            composer._action_send_sms()
        proposal = order.proposal_ids.sudo()
        self.assertIn(f"/my/service-proposals/{proposal.id}", self._sms[0]["body"])
        self.assertIn(proposal.access_token, self._sms[0]["body"])
        self.assertTrue(proposal.sent_at)

    def test_new_time_by_sms(self):
        """R2.3: the customer is told a new time by a text message, and the order keeps it."""
        self.customer.phone = "+86 138 0000 0001"
        order = self._authorised_order()
        moment = order.promised_at + timedelta(hours=2)
        order._move_promise(moment, "The disc comes later", "parts")
        action = order.action_sms_promise()
        composer = self.env["sms.composer"].with_user(self.advisor)
        composer = composer.with_context(**action["context"]).create({})
        with self.mockSMSGateway():
            composer._action_send_sms()
        body = self._sms[0]["body"]
        self.assertIn("A part that your car needs", body)
        self.assertNotIn("disc", body, "the reason is for the house")
        self.assertIn(order._format_day_time(order._get_expected_at()), body)
        self.assertTrue(order.promise_change_ids.told_at)
