"""R4.1: warnings, escalation and telling the general manager."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo.fields import Domain
from odoo.tests import tagged

from ..models import service_complaint_watch
from ..models.service_complaint_alert import ACTIVITY
from .test_complaint import START, ComplaintCommon


@tagged("post_install", "-at_install")
class TestComplaintAlert(ComplaintCommon):
    def setUp(self):
        super().setUp()
        self.company.service_complaint_manager_id = self.manager

    def _alert(self, complaints, hours):
        """Let the scheduled action do what is due ``hours`` after the start."""
        with freeze_time(START + timedelta(hours=hours)):
            now = START + timedelta(hours=hours)
            due = complaints.sudo().filtered_domain(complaints._get_alert_domain(now))
            self.env["service.complaint.alert"]._tell_managers(due._alert(now))
            self.env.flush_all()
        complaints.invalidate_recordset()

    def _reminders(self, complaint):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", complaint._name),
                ("res_id", "in", complaint.ids),
                ("activity_type_id", "=", self.env.ref(ACTIVITY).id),
            ]
        )

    def test_steps(self):
        """R4.1: the advisor is warned 4 hours and 1 hour before, the manager is told at the breach
        and each day, each step once, until somebody calls."""
        complaint = self._complain(order_id=self._new_order().id)
        self.assertEqual(complaint.next_alert_at, START + timedelta(hours=20))
        told = []
        for hours in (19, 20, 20.5, 23.2, 24, 30, 48, 50, 73):
            self._alert(complaint, hours)
            reminder = self._reminders(complaint)
            self.assertLessEqual(len(reminder), 1)
            told.append(reminder.user_id)
        self.assertEqual(
            complaint.alert_ids.sorted("id").mapped("key"),
            ["warning-4", "warning-1", "escalation-0", "escalation-1", "escalation-2"],
        )
        self.assertEqual(
            told, [self.env["res.users"], *[self.advisor] * 3, *[self.manager] * 5]
        )
        messages = self.env["mail.message"].search(
            [("partner_ids", "in", self.manager.partner_id.ids),
             ("subject", "like", "Complaints without first contact")]
        )
        self.assertEqual(len(messages), 3)
        self.assertIn(complaint.name, messages[0].body)
        self._log(complaint, START + timedelta(hours=74))
        self.assertFalse(complaint.next_alert_at)
        self.assertFalse(self._reminders(complaint))

    def test_breach_needs_no_action(self):
        """R4.1: a missed deadline is one although the scheduled action never ran."""
        complaint = self._complain()
        with freeze_time(START + timedelta(hours=30)):
            found = complaint.search(
                Domain("id", "in", complaint.ids) & Domain("is_contact_breached", "=", True)
            )
        self.assertEqual(found, complaint)
        self.assertFalse(complaint.alert_ids)

    def test_missed_steps_are_not_made_up_for(self):
        """R4.1: after a standstill of days the manager is told once."""
        complaint = self._complain()
        self._alert(complaint, 100)
        self.assertEqual(complaint.alert_ids.mapped("key"), ["escalation-3"])
        self.assertEqual(complaint.next_alert_at, START + timedelta(hours=120))

    def test_same_step_is_refused_twice(self):
        """R4.1: a second worker that comes too late raises nothing."""
        complaint = self._complain()
        self._alert(complaint, 24)
        complaint.sudo().last_alert_at = False
        self._alert(complaint, 24)
        self.assertEqual(complaint.alert_ids.mapped("key"), ["escalation-0"])

    def test_scheduled_action(self):
        """R4.1: the scheduled action takes what is due and nothing else."""
        due, later = self._complain(), self._complain(at=START + timedelta(hours=12))
        with freeze_time(START + timedelta(hours=25)), self.enter_registry_test_mode():
            self.env.ref("service_advisor_quality.ir_cron_alert_contacts").method_direct_trigger()
        self.assertTrue(due.alert_ids)
        self.assertFalse(later.alert_ids)

    def test_one_that_fails_keeps_no_other_waiting(self):
        """R4.1: of many complaints, the one that can not be told of is passed over."""
        complaints = self._complain() | self._complain() | self._complain()
        alert = type(complaints)._alert

        def fail(this, now):
            if complaints[1] in this:
                raise ValueError("broken")
            return alert(this, now)

        self.patch(type(complaints), "_alert", fail)
        logger = service_complaint_watch._logger.name
        with freeze_time(START + timedelta(hours=25)), self.assertLogs(logger, "ERROR"):
            complaints.sudo()._alert_safely(START + timedelta(hours=25))
        self.assertTrue(complaints[0].alert_ids and complaints[2].alert_ids)
        self.assertFalse(complaints[1].alert_ids)

    def test_cost_is_constant(self):
        """R4.1: a batch with message and activity costs the same for few and for many, and at
        most 60 queries."""
        complaints = self.env["service.complaint"]
        for _index in range(15):
            complaints |= self._complain(order_id=self._new_order().id)

        def cost(records, hours):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.sudo()._alert(START + timedelta(hours=hours))
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        cost(complaints, 25)
        few, many = cost(complaints[:2], 49), cost(complaints[2:], 49)
        self.assertEqual(len(complaints.alert_ids), 2 * len(complaints))
        self.assertEqual(few, many)
        self.assertLessEqual(many, 60)

    def test_cost_of_a_run(self):
        """R4.1: all of a run, with reminders, notes and the message to the manager, takes at most
        60 queries."""
        complaints = self.env["service.complaint"]
        for _index in range(10):
            complaints |= self._complain()
        self._alert(complaints, 25)  # what is read once per process
        self.env.flush_all()
        self.env.invalidate_all()
        messages = self.env["mail.message"].search_count([])
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        with freeze_time(START + timedelta(hours=49)), patch.object(
            self.env.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 1.0
        ):
            complaints.sudo()._cron_alert_contacts()
            self.env.flush_all()
        spent = self.env.cr.sql_log_count - before
        self.assertEqual(len(complaints.alert_ids), 2 * len(complaints))
        told = self.env["mail.message"].search_count([]) - messages
        self.assertEqual(told, len(complaints) + 1, "a note on each, one message to the manager")
        self.assertLessEqual(spent, 60)

    def test_withdrawn_or_discarded_is_over(self):
        """R4.1: nobody is reminded of what is withdrawn or discarded."""
        complaints = self._complain() | self._complain()
        self._alert(complaints, 25)
        self.assertEqual(len(self._reminders(complaints)), 2)
        complaints[0]._keep({"withdrawn_at": START + timedelta(hours=26)})
        complaints[1].with_user(self.manager)._discard("Advertising")
        self.assertFalse(self._reminders(complaints))
        self.assertFalse(any(complaints.mapped("next_alert_at")))
        self.assertTrue(self._is_breached(complaints[0], START + timedelta(days=3)))

    def test_major_is_told_at_once(self):
        """R4.1, K5: the general manager is told of a major complaint the moment it is one."""
        self.company.service_general_manager_ids = self.inspector

        def told(complaint):
            return self.env["mail.message"].search_count(
                [
                    ("model", "=", complaint._name),
                    ("res_id", "=", complaint.id),
                    ("message_type", "=", "user_notification"),
                    ("partner_ids", "in", self.inspector.partner_id.ids),
                ]
            )

        self.assertEqual(told(self._complain(severity="major")), 1)
        minor = self._complain()
        self.assertEqual(told(minor), 0)
        minor.severity = "major"
        minor.severity = "major"
        self.assertEqual(told(minor), 1)

    def test_without_settings_a_manager_is_told(self):
        """R4.1: where nobody is chosen, a service manager of the company is."""
        self.company.service_complaint_manager_id = False
        complaint = self._complain()
        self._alert(complaint, 24)
        user = complaint.alert_ids.user_id
        self.assertTrue(user.has_group("service_advisor.group_manager"))
        self.assertIn(self.company, user.company_ids)
