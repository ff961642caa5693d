"""The escalation of improvements on two workers at once, and killed in the middle."""

from contextlib import closing
from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.addons.service_advisor_quality.models import service_improvement_due
from odoo.fields import Domain
from odoo.tests import tagged

from .meetings import MeetingsCommon

COUNT = 6
# A worker that escalates in batches of two, says so, and stands still before its second commit.
WORKER = """
from odoo.addons.service_advisor_quality.models import service_improvement_due
service_improvement_due.BATCH = 2
Improvement = registry["service.improvement"]
late, escalate = Improvement._get_overdue_domain, Improvement._escalate
Improvement._get_overdue_domain = (
    lambda self, days=None: Domain("id", "in", ids) & late(self, days)
)
def escalate_and_wait(self, level):
    escalate(self, level)
    worked(self)
Improvement._escalate = escalate_and_wait
run("service.improvement", "_cron_escalate")
"""


@tagged("post_install", "-at_install")
class TestImprovementWorkers(MeetingsCommon):
    @classmethod
    def _make_shop(cls, env):
        cls.company = cls._make(env, "res.company", {"name": f"Dealer {cls.mark}"}).id
        cls.owner = cls._make_user(env, "owner", "service_advisor.group_advisor")
        cls.manager = cls._make_user(env, "boss", "service_advisor.group_manager")
        env["res.users"].browse([cls.owner, cls.manager]).write(
            {"company_ids": [(4, cls.company)], "company_id": cls.company}
        )

    @classmethod
    def _delete_all(cls):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            env["ir.sequence"].search([("company_id", "=", cls.company)]).unlink()
            env["res.users"].browse([cls.owner, cls.manager]).write(
                {"company_id": env.company.id, "company_ids": [(3, cls.company)]}
            )
            env["res.company"].browse(cls.company).active = False
        cls.made = [made for made in cls.made if made[0] != "res.company"]
        super()._delete_all()

    def setUp(self):
        super().setUp()
        day = fields.Date.today() - timedelta(days=10)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            self.ids = env["service.improvement"].create(
                [
                    {
                        "problem": f"Fault {index}",
                        "company_id": self.company,
                        "owner_id": self.owner,
                        "due_date": day,
                    }
                    for index in range(COUNT)
                ]
            ).ids
        self.addCleanup(self._delete_improvements)
        mine = Domain("id", "in", self.ids)
        Improvement = self.registry["service.improvement"]
        late = Improvement._get_overdue_domain
        patchers = (
            patch.object(
                Improvement, "_get_overdue_domain",
                lambda model, days=None: mine & late(model, days),
            ),
            patch.object(service_improvement_due, "BATCH", 2),
        )
        for patcher in patchers:
            patcher.start()
            self.addCleanup(patcher.stop)

    def _delete_improvements(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            env["service.improvement"].browse(self.ids).unlink()

    def _run(self):
        with self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["service.improvement"]._cron_escalate()

    def _count(self):
        """Return how many reminders the owner and the manager have; nobody has one twice."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            reminders = env["mail.activity"].search(
                [("res_model", "=", "service.improvement"), ("res_id", "in", self.ids)]
            )
            self.assertEqual(
                len({(found.res_id, found.user_id) for found in reminders}), len(reminders)
            )
            return tuple(
                len(reminders.filtered(lambda found, user=user: found.user_id.id == user))
                for user in (self.owner, self.manager)
            )

    def test_killed_in_the_middle(self):
        """R3.2: what a killed worker had committed stays, the rest is done by the next run, and
        nobody is told twice."""
        with self._worker_in_the_middle(WORKER, self.ids):
            pass
        self.assertEqual(self._count(), (2, 0))
        self._run()
        self.assertEqual(self._count(), (COUNT, COUNT))
        self._run()
        self.assertEqual(self._count(), (COUNT, COUNT))

    def test_two_workers(self):
        """R3.2: two workers at once tell everybody once, and neither waits nor fails."""
        def run(env):
            env["service.improvement"]._cron_escalate()

        answers = self._meet("free", (SUPERUSER_ID, run), (SUPERUSER_ID, run))
        self.assertEqual(answers, (None, None))
        self._run()
        self.assertEqual(self._count(), (COUNT, COUNT))

    def test_held_by_another(self):
        """R3.2: what somebody has in hand is passed over, and the rest is done."""
        with closing(self.registry.cursor()) as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["service.improvement"].browse(self.ids[:2]).lock_for_update()
            self._run()
            self.assertEqual(self._count(), (COUNT - 2, COUNT - 2))
            cr.rollback()
        self._run()
        self.assertEqual(self._count(), (COUNT, COUNT))
