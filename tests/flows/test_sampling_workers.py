"""In-process checks drawn by two workers at once, and by one that is killed in the middle."""

from contextlib import closing
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.addons.service_advisor_quality.models import service_sampling
from odoo.fields import Domain
from odoo.tests import tagged

from .meetings import MeetingsCommon

JOBS = 6
# A worker that decides in batches of two, says so, and stands still before its second commit.
WORKER = """
from odoo.addons.service_advisor_quality.models import service_sampling
service_sampling.BATCH = 2
Sampling = registry["service.sampling"]
undecided, decide = Sampling._get_undecided_domain, Sampling._decide_safely
Sampling._get_undecided_domain = lambda self: undecided(self) & Domain("id", "in", ids)
def decide_and_wait(self, jobs):
    decide(self, jobs)
    worked(self)
Sampling._decide_safely = decide_and_wait
run("service.sampling", "_cron_plan_checks")
"""


@tagged("post_install", "-at_install")
class TestSamplingWorkers(MeetingsCommon):
    @classmethod
    def _make_shop(cls, env):
        customer = cls._make(env, "res.partner", {"name": f"Customer {cls.mark}"})
        cls.vehicle = cls._make(
            env, "service.vehicle", {"plate": f"S {cls.mark}", "owner_id": customer.id}
        ).id
        cls.operation = cls._make(
            env,
            "service.operation",
            {"code": cls.mark, "name": "Brakes", "is_safety_critical": True},
        ).id

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            order = env["service.order"].create({"vehicle_id": self.vehicle})
            jobs = env["service.job"].create(
                [
                    {
                        "order_id": order.id,
                        "concern": f"Brakes {index}",
                        "operation_id": self.operation,
                        "state": "in_work",
                    }
                    for index in range(JOBS)
                ]
            )
            self.order_id, self.ids = order.id, jobs.ids
        self.addCleanup(self._delete)
        undecided = self.registry["service.sampling"]._get_undecided_domain
        only = Domain("id", "in", self.ids)
        for patcher in (
            patch.object(
                self.registry["service.sampling"],
                "_get_undecided_domain",
                lambda sampling: undecided(sampling) & only,
            ),
            patch.object(service_sampling, "BATCH", 2),
        ):
            patcher.start()
            self.addCleanup(patcher.stop)

    def _delete(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            order = env["service.order"].browse(self.order_id)
            order.inspection_ids.unlink()
            order.job_ids._keep({"state": "proposed"})
            order.unlink()

    def _run(self):
        with self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["service.sampling"]._cron_plan_checks()

    def _count(self):
        """Return how many jobs are decided on, and how many checks are planned; each once."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            decisions = env["service.sampling"].search([("job_id", "in", self.ids)])
            checks = env["service.inspection"].search([("job_ids", "in", self.ids)])
            self.assertEqual(len(decisions.job_id), len(decisions))
            self.assertEqual(len(checks.job_ids), len(checks))
            self.assertEqual(decisions.job_id, checks.job_ids)
            return len(decisions)

    def test_killed_in_the_middle(self):
        """R3.1: what a killed worker had committed stays, the rest is drawn by the next run, and
        no job is drawn twice."""
        with self._worker_in_the_middle(WORKER, self.ids):
            pass
        self.assertEqual(self._count(), 2)
        for _again in range(2):
            self._run()
            self.assertEqual(self._count(), JOBS)

    def test_two_workers(self):
        """R3.1: two workers at once draw every job once, and neither waits nor fails."""
        def run(env):
            env["service.sampling"]._cron_plan_checks()

        answers = self._meet("free", (SUPERUSER_ID, run), (SUPERUSER_ID, run))
        self.assertEqual(answers, (None, None))
        self._run()
        self.assertEqual(self._count(), JOBS)

    def test_held_by_another(self):
        """R3.1: a job that somebody changes just now is left to the next run."""
        with closing(self.registry.cursor()) as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["service.job"].browse(self.ids[:2]).lock_for_update()
            self._run()
            self.assertEqual(self._count(), JOBS - 2)
            cr.rollback()
        self._run()
        self.assertEqual(self._count(), JOBS)

    def test_drawn_meanwhile(self):
        """R3.1: a worker that comes too late finds the jobs drawn and leaves them alone."""
        with closing(self.registry.cursor()) as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            jobs = env["service.job"].search([("id", "in", self.ids)])
            self._run()
            env["service.sampling"]._decide_safely(jobs)
            cr.commit()
        self.assertEqual(self._count(), JOBS)
