"""Technical reviews and meetings, two at once."""

from datetime import datetime

from odoo import SUPERUSER_ID, Command, api
from odoo.tests import tagged
from odoo.tools import mute_logger

from .meetings import MEETINGS, MeetingsCommon

START, DAY = datetime(2041, 3, 4, 1), "2041-03-04"


@tagged("post_install", "-at_install")
class TestReviewWorkers(MeetingsCommon):
    @classmethod
    def _make_shop(cls, env):
        technical = "service_advisor.group_technical"
        cls.lead = cls._make_user(env, "Lead", technical, "service_advisor.group_advisor")
        customer = cls._make(env, "res.partner", {"name": f"Customer {cls.mark}"})
        cls.vehicle = cls._make(
            env, "service.vehicle", {"plate": f"R {cls.mark}", "owner_id": customer.id}
        ).id
        cls.company = env.company.id

    def _review(self):
        """Return the id of a new review that waits; it goes with its order."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            order = self._make(
                env,
                "service.order",
                {"vehicle_id": self.vehicle, "job_ids": [Command.create({"concern": "Slips"})]},
            )
            lead = env["res.users"].browse(self.lead)
            review = order._ask_review(order.job_ids, "Can we?", lead)
            review.findings = "Yes"
            return review.id

    def test_two_verdicts(self):
        """R6.2: of two technical leads who decide at once one decides; the other is told."""
        for meeting in MEETINGS:
            with self.subTest(meeting):
                review = self._review()
                acts = [
                    (self.lead, self._press("service.technical.review", review, button))
                    for button in ("action_go", "action_no_go")
                ]
                answers = self._meet(meeting, *acts)
                self._assert_one_refused(meeting, answers, "Decided by now")

    def test_two_workers_make_one_meeting(self):
        """R6.1: the meeting of a week is made once, also by two workers that do not know of each
        other."""

        def make(env):
            company = env["res.company"].browse(self.company)
            with mute_logger("odoo.sql_db"):
                env["calendar.event"]._make_weekly(company, START, DAY)

        for meeting in MEETINGS:
            with self.subTest(meeting):
                answers = self._meet(meeting, (SUPERUSER_ID, make), (SUPERUSER_ID, make))
                self.assertEqual(answers, (None, None))
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    made = env["calendar.event"].search(
                        [("service_company_id", "=", self.company), ("service_weekly_on", "=", DAY)]
                    )
                    self.assertEqual(len(made), 1)
                    made.unlink()
