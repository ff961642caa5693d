"""Alerts looked for by two workers at once, by one that is killed, and decided on by two people."""

from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.addons.service_advisor_quality.models import service_batch
from odoo.fields import Domain
from odoo.tests import tagged

from .meetings import MEETINGS, MeetingsCommon

# Half a year in which nothing came back, then four weeks in which half of it does.
COUNTS = [(0, 10)] * 24 + [(5, 10)] * 4
# A worker that looks at one company at a time, says so, and stands still before its second commit.
WORKER = """
from odoo.addons.service_advisor_quality.models import service_batch
service_batch.BATCH = 1
Find = registry["service.alert.find"]
domain, look = Find._get_look_domain, Find._look
operation = ids.pop()
Find._get_look_domain = lambda self: domain(self) & Domain("id", "in", ids)
Find._count_weeks = lambda self, company, kind, weeks: (
    {operation: COUNTS} if kind == "operation" else {}
)
def look_and_wait(self, companies):
    look(self, companies)
    worked(companies)
Find._look = look_and_wait
run("service.alert.find", "_cron_find")
""".replace("COUNTS", repr(COUNTS))


@tagged("post_install", "-at_install")
class TestAlertWorkers(MeetingsCommon):
    """R5.2: one alert per subject and period, whoever meets."""

    @classmethod
    def _make_shop(cls, env):
        cls.companies = [
            cls._make(env, "res.company", {"name": f"Dealer {number} {cls.mark}"}).id
            for number in range(3)
        ]
        cls.operation = cls._make(
            env, "service.operation", {"code": f"A {cls.mark}", "name": "Air conditioning"}
        ).id
        cls.users = [
            cls._make_user(env, name, "service_advisor.group_manager") for name in ("one", "two")
        ]
        env["res.users"].browse(cls.users).write(
            {"company_ids": [(4, company) for company in cls.companies]}
        )

    @classmethod
    def _delete_all(cls):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            env["ir.sequence"].search([("company_id", "in", cls.companies)]).unlink()
            env["res.users"].browse(cls.users).write(
                {"company_ids": [(3, company) for company in cls.companies]}
            )
            env["res.company"].browse(cls.companies).active = False
        cls.made = [made for made in cls.made if made[0] != "res.company"]
        super()._delete_all()

    def setUp(self):
        super().setUp()
        Find = self.registry["service.alert.find"]
        domain, only = Find._get_look_domain, Domain("id", "in", self.companies)
        patchers = (
            patch.object(Find, "_get_look_domain", lambda find: domain(find) & only),
            patch.object(
                Find, "_count_weeks",
                lambda _find, _company, kind, _weeks: (
                    {self.operation: COUNTS} if kind == "operation" else {}
                ),
            ),
            patch.object(service_batch, "BATCH", 1),
        )
        for patcher in patchers:
            patcher.start()
            self.addCleanup(patcher.stop)
        self.addCleanup(self._forget)

    def _forget(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            env["service.alert"].search([("company_id", "in", self.companies)]).unlink()
            env["res.company"].browse(self.companies).service_alert_checked_on = False

    def _find_alerts(self, env):
        return env["service.alert"].search([("company_id", "in", self.companies)])

    def _count(self):
        """Return how many companies have an alert, each one only."""
        with self.registry.cursor() as cr:
            alerts = self._find_alerts(api.Environment(cr, SUPERUSER_ID, {}))
            self.assertEqual(len(alerts), len(alerts.company_id))
            self.assertEqual(len(alerts.activity_ids), len(alerts))
            return len(alerts)

    def _run(self, env):
        env["service.alert.find"]._cron_find()

    def test_two_workers(self):
        """R5.2: two workers at once raise each alert once, and neither fails."""
        for meeting in ("stale", "free"):
            with self.subTest(meeting):
                request = (SUPERUSER_ID, self._run)
                self.assertEqual(self._meet(meeting, request, request), (None, None))
                with self.registry.cursor() as cr:
                    self._run(api.Environment(cr, SUPERUSER_ID, {}))
                self.assertEqual(self._count(), len(self.companies))
                self._forget()

    def test_killed_in_the_middle(self):
        """R5.2: what a killed worker had committed stays; the next run does the rest, once."""
        with self._worker_in_the_middle(WORKER, [*self.companies, self.operation]):
            pass
        self.assertEqual(self._count(), 1)
        for _again in range(2):
            with self.registry.cursor() as cr:
                self._run(api.Environment(cr, SUPERUSER_ID, {}))
            self.assertEqual(self._count(), len(self.companies))

    def test_two_people(self):
        """R5.2: of two people who decide at once, one has decided and the other is told."""
        for meeting in MEETINGS:
            with self.subTest(meeting):
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    self._run(env)
                    alert = self._find_alerts(env)[0].id

                def dismiss(env, alert=alert):
                    context = {"allowed_company_ids": self.companies}
                    env["service.alert"].with_context(**context).browse(alert)._dismiss("Bad lot")

                answers = self._meet(meeting, *((user, dismiss) for user in self.users))
                self._assert_one_refused(meeting, answers, "decided already")
                self._forget()
