from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from .test_technical_review import ReviewCommon


@tagged("post_install", "-at_install")
class TestTechnicalMeeting(ReviewCommon):
    """R6.1: technical leads meet: agenda, minutes, decisions, tasks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"

    def _meeting(self, **vals):
        return self.env["calendar.event"].with_user(self.lead).create(
            {
                "name": "Technical Meeting",
                "is_service_meeting": True,
                "start": "2031-03-03 01:00:00",
                "stop": "2031-03-03 02:00:00",
                "partner_ids": [Command.set((self.lead | self.advisor).partner_id.ids)],
            }
            | vals
        )

    def test_agenda_to_verdict(self):
        """R6.1: waiting reviews come on the agenda once; the verdict is given from there, with
        the minutes as findings, and the order goes on."""
        order, other = self._difficult_order(), self._difficult_order()
        review, second = self._ask(order), self._ask(other)
        meeting = self._meeting()
        meeting.with_user(self.advisor).action_fill_agenda()
        meeting.action_fill_agenda()
        self.assertEqual(meeting.service_agenda_ids.review_id, review | second)
        item = meeting.service_agenda_ids.filtered(lambda one: one.review_id == review)
        self.assertIn("Can we do it?", item.topic)
        with self.assertRaisesRegex(UserError, "Only a technical lead"):
            item.with_user(self.advisor).action_go()
        with self.assertRaisesRegex(UserError, "findings"):
            item.action_go()
        item.minutes = "With the lift of the branch"
        item.action_go()
        self.assertEqual((review.verdict, review.findings), ("go", item.minutes))
        order.action_quote()
        self.assertEqual(order.state, "quoted")
        action = (meeting.service_agenda_ids - item).action_open_review()
        self.assertEqual((action["res_id"], action["target"]), (second.id, "new"))

    def test_close(self):
        """R6.1: closing sends the minutes to all who were invited and the tasks to their owners;
        then nothing changes."""
        review = self._ask(self._difficult_order())
        meeting = self._meeting()
        meeting.action_fill_agenda()
        item = meeting.service_agenda_ids
        item.write({"minutes": "Talked about it", "decision": "Ask the maker", "task": "Call"})
        meeting.service_agenda_ids = [Command.create({"topic": "New lift"})]
        with self.assertRaisesRegex(UserError, "needs somebody who does it"):
            meeting.action_close_meeting()
        item.write({"task_owner_id": self.advisor.id, "task_due": "2031-03-05"})
        with self.assertRaisesRegex(UserError, "A technical lead closes"):
            meeting.with_user(self.advisor).action_close_meeting()
        meeting.action_close_meeting()
        self.assertEqual(item.activity_ids.user_id, self.advisor)
        self.assertEqual(item.activity_ids.summary, "Call")
        minutes = meeting.message_ids[:1]
        self.assertIn(self.advisor.partner_id, minutes.partner_ids)
        for text in (review.name, "Talked about it", "Ask the maker", "Call", "New lift", "09:00"):
            self.assertIn(text, minutes.body)
        for change in (
            lambda: item.write({"minutes": "Never said"}),
            lambda: item.unlink(),
            lambda: meeting.action_close_meeting(),
            lambda: meeting.action_fill_agenda(),
            lambda: meeting.unlink(),
        ):
            with self.assertRaisesRegex(UserError, "closed|stay on record"):
                change()
        with self.assertRaises(AccessError):
            meeting.service_closed_at = False

    def test_only_own_company(self):
        """R5.2 R6.1: a review of another company is not decided in this meeting."""
        review = self._ask(self._difficult_order())
        other = self.env["res.company"].create({"name": "Branch"})
        meeting = self._meeting().sudo()
        meeting.service_company_id = other
        meeting._fill_agenda()
        self.assertFalse(meeting.service_agenda_ids)
        with self.assertRaisesRegex(UserError, "its own meeting"):
            meeting.service_agenda_ids = [Command.create({"review_id": review.id})]

    def test_seen_by_the_own_company(self):
        """R5.2 R6.1: other branches do not read what was said."""
        other = self.env["res.company"].create({"name": "Branch"})
        stranger = new_test_user(
            self.env,
            "test_stranger",
            "service_advisor.group_technical",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        meeting = self._meeting()
        with self.assertRaises(AccessError):
            meeting.with_user(stranger).read(["name"])
        with self.assertRaises(AccessError):
            meeting.with_user(stranger).action_fill_agenda()

    def test_other_events(self):
        """R6.1: what is no technical meeting has no agenda and is prepared by nobody."""
        event = self._meeting(is_service_meeting=False)
        with self.assertRaisesRegex(UserError, "no technical meeting"):
            event.action_fill_agenda()
        meeting = self._meeting()
        with self.assertRaisesRegex(UserError, "Advisors and technical leads"):
            meeting.with_user(self.technician).action_fill_agenda()

    # ---- every week -----------------------------------------------------------------------

    def _run(self, now):
        with freeze_time(now), self.enter_registry_test_mode():
            self.env.ref("service_advisor.ir_cron_prepare_meetings").method_direct_trigger()
        return self.env["calendar.event"].search(
            [("service_company_id", "=", self.company.id), ("service_weekly_on", "!=", False)],
            order="start",
        )

    def _every_monday(self):
        # Reviews of demo data are no part of this.
        self.company.write(
            {
                "service_meeting_weekday": "0",
                "service_meeting_hour": 9.5,
                "service_meeting_duration": 1.5,
                "service_meeting_user_ids": [Command.set(self.advisor.ids)],
            }
        )

    def test_weekly(self):
        """R6.1: the next meeting is made once, in the company's time; its agenda is made up and
        sent a day before, once; a meeting that was moved is not made again."""
        self._every_monday()
        meeting = self._run("2031-03-05 00:00:00")
        self.assertEqual(meeting.start, datetime(2031, 3, 10, 1, 30))
        self.assertEqual(meeting.stop - meeting.start, timedelta(hours=1.5))
        self.assertLessEqual((self.lead | self.advisor).partner_id, meeting.partner_ids)
        self.assertNotIn(self.manager.partner_id, meeting.partner_ids)
        self.assertFalse(meeting.service_agenda_ids)
        review = self._ask(self._difficult_order())
        self.assertEqual(self._run("2031-03-05 01:00:00"), meeting)
        self.assertFalse(meeting.service_filled_at)
        self._run("2031-03-09 02:00:00")
        self.assertIn(review, meeting.service_agenda_ids.review_id)
        sent = meeting.message_ids.filtered(lambda message: "Agenda" in (message.subject or ""))
        self.assertIn(review.name, sent.body)
        self.assertIn(self.lead.partner_id, sent.partner_ids)
        self._run("2031-03-09 03:00:00")
        self.assertEqual(
            len(meeting.message_ids.filtered(lambda m: "Agenda" in (m.subject or ""))), 1
        )
        meeting.write({"start": "2031-03-11 01:30:00", "stop": "2031-03-11 03:00:00"})
        self.assertEqual(self._run("2031-03-09 04:00:00"), meeting)
        later = self._run("2031-03-10 02:00:00") - meeting
        self.assertEqual(later.start, datetime(2031, 3, 17, 1, 30))

    def test_weekly_once_in_the_database(self):
        """R6.1: two meetings of one week can not be there, whoever makes them."""
        self._every_monday()
        meeting = self._run("2031-03-05 00:00:00")
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            meeting.copy({"service_weekly_on": meeting.service_weekly_on}).flush_recordset()

    def test_cron_queries(self):
        """R6.1: without anything to do, many companies cost as many queries as one."""
        self._every_monday()
        self._run("2031-03-05 00:00:00")
        Company = self.env["res.company"]
        now = datetime(2031, 3, 5)
        counts = []
        for more in (0, 4):
            for index in range(more):
                Company.create({"name": f"Branch {index}", "service_meeting_weekday": "2"})
            companies = Company.search([("service_meeting_weekday", "!=", False)])
            companies.mapped("resource_calendar_id.tz")
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            companies._get_missing_meetings(now)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
