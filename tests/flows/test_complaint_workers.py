"""The watch of first contacts on two workers at once, and killed in the middle."""

from contextlib import closing
from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.addons.service_advisor_quality.models import service_complaint_watch
from odoo.addons.service_advisor_quality.models.service_complaint_alert import ACTIVITY
from odoo.fields import Domain
from odoo.tests import tagged

from .meetings import MeetingsCommon

COMPLAINTS = 6
# A worker that alerts in batches of two, says so, and stands still before its second commit.
WORKER = """
from odoo.addons.service_advisor_quality.models import service_complaint_watch
service_complaint_watch.BATCH = 2
Complaint = registry["service.complaint"]
domain, alert = Complaint._get_alert_domain, Complaint._alert_safely
Complaint._get_alert_domain = lambda self, now: domain(self, now) & Domain("id", "in", ids)
def alert_and_wait(self, now):
    raised = alert(self, now)
    worked(self)
    return raised
Complaint._alert_safely = alert_and_wait
run("service.complaint", "_cron_alert_contacts")
"""


@tagged("post_install", "-at_install")
class TestComplaintWorkers(MeetingsCommon):
    def setUp(self):
        super().setUp()
        now = fields.Datetime.now()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            complaints = env["service.complaint"].create(
                [
                    {
                        "description": f"Loud {self.mark}",
                        "received_at": now - timedelta(hours=30, minutes=index),
                    }
                    for index in range(COMPLAINTS)
                ]
            )
            self.ids = complaints.ids
        self.addCleanup(self._delete_complaints)
        domain = self.registry["service.complaint"]._get_alert_domain
        mine = Domain("id", "in", self.ids)
        for target, name, value in (
            (
                self.registry["service.complaint"],
                "_get_alert_domain",
                lambda this, moment: domain(this, moment) & mine,
            ),
            (service_complaint_watch, "BATCH", 2),
        ):
            patcher = patch.object(target, name, value)
            patcher.start()
            self.addCleanup(patcher.stop)

    def _delete_complaints(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            complaints = env["service.complaint"].browse(self.ids)
            complaints.activity_ids.unlink()
            env["mail.message"].search(
                [("model", "=", complaints._name), ("res_id", "in", self.ids)]
            ).unlink()
            # Complaints are never deleted; those of a test are.
            cr.execute("DELETE FROM service_complaint WHERE id IN %s", [tuple(self.ids)])

    def _run(self):
        with self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["service.complaint"]._cron_alert_contacts()

    def _count(self):
        """Return how many complaints were escalated; each of them once, with one reminder and
        one note."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            alerts = env["service.complaint.alert"].search([("complaint_id", "in", self.ids)])
            reminders = env["mail.activity"].search(
                [
                    ("res_model", "=", "service.complaint"),
                    ("res_id", "in", self.ids),
                    ("activity_type_id", "=", env.ref(ACTIVITY).id),
                ]
            )
            notes = env["mail.message"].search(
                [
                    ("model", "=", "service.complaint"),
                    ("res_id", "in", self.ids),
                    ("body", "like", "Nobody has contacted"),
                ]
            )
            for found in (alerts.mapped("complaint_id.id"), *(
                records.mapped("res_id") for records in (reminders, notes)
            )):
                self.assertEqual(len(found), len(alerts))
            self.assertEqual(len(alerts.complaint_id), len(alerts), "nobody is told twice")
            self.assertEqual(len(set(reminders.mapped("res_id"))), len(alerts))
            return len(alerts)

    def test_killed_in_the_middle(self):
        """R4.1: what a killed worker had committed stays, the rest is done by the next run, and
        each step is taken once."""
        with self._worker_in_the_middle(WORKER, self.ids):
            pass
        self.assertEqual(self._count(), 2)
        for _again in range(2):
            self._run()
            self.assertEqual(self._count(), COMPLAINTS)

    def test_two_workers(self):
        """R4.1: two workers at once take each step once, and neither waits nor fails."""

        def run(env):
            env["service.complaint"]._cron_alert_contacts()

        answers = self._meet("free", (SUPERUSER_ID, run), (SUPERUSER_ID, run))
        self.assertEqual(answers, (None, None))
        self._run()
        self.assertEqual(self._count(), COMPLAINTS)

    def test_held_by_another(self):
        """R4.1: what another worker has in hand is passed over, and the rest is done."""
        with closing(self.registry.cursor()) as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["service.complaint"].browse(self.ids[:2]).lock_for_update()
            self._run()
            self.assertEqual(self._count(), COMPLAINTS - 2)
            cr.rollback()
        self._run()
        self.assertEqual(self._count(), COMPLAINTS)
