"""The scoring of customers and cars on two workers at once, and killed in the middle."""

import signal
import subprocess
import sys
from contextlib import closing
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.addons.service_advisor_reports.models import service_data_score
from odoo.tests import get_db_name, tagged

from .meetings import PATIENCE, MeetingsCommon

COUNT = 6
# A worker that scores in batches of two, says so, and stands still before its second commit.
WORKER = """
import sys, time
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config
config.parse_config(["-d", sys.argv[1], "--no-http", "--log-level=critical"], setup_logging=True)
registry = Registry(sys.argv[1])
from odoo.addons.service_advisor_reports.models import service_data_score
service_data_score.BATCH = 2
mine = {int(found) for found in sys.argv[2].split(",")}
Score = registry["service.data.score"]
Score._get_models = lambda self: ["service.vehicle"]
due, score, batches = Score._get_due, Score._score, []
Score._get_due = lambda self, model: {
    found: at for found, at in due(self, model).items() if found in mine
}
def score_and_wait(self, records):
    score(self, records)
    batches.append(records)
    if len(batches) == 2:
        print("in the middle", flush=True)
        time.sleep(600)
Score._score = score_and_wait
with registry.cursor() as cr:
    api.Environment(cr, SUPERUSER_ID, {})["service.data.score"]._cron_score()
"""


@tagged("post_install", "-at_install")
class TestDataWorkers(MeetingsCommon):
    """R5.1: everybody is scored, each finding is there once, whatever becomes of the workers."""

    @classmethod
    def _make_shop(cls, env):
        cls.ids = [
            cls._make(env, "service.vehicle", {"plate": f"D{index} {cls.mark}"}).id
            for index in range(COUNT)
        ]

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            cars = api.Environment(cr, SUPERUSER_ID, {})["service.vehicle"].browse(self.ids)
            self._find(cars.env).unlink()
            cars.data_scored_at = False
        Score = self.registry["service.data.score"]
        due = Score._get_due
        for patcher in (
            patch.object(Score, "_get_models", lambda _model: ["service.vehicle"]),
            patch.object(
                Score, "_get_due",
                lambda model, name: {
                    found: at for found, at in due(model, name).items() if found in self.ids
                },
            ),
            patch.object(service_data_score, "BATCH", 2),
        ):
            patcher.start()
            self.addCleanup(patcher.stop)

    def _find(self, env):
        return env["service.data.issue"].search([("vehicle_id", "in", self.ids)])

    def _run(self):
        with self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["service.data.score"]._cron_score()

    def _count(self):
        """Return how many cars are scored; each of their findings is there once."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            scored = env["service.vehicle"].browse(self.ids).filtered("data_scored_at")
            issues = self._find(env)
            keys = {(issue.vehicle_id, issue.code) for issue in issues}
            self.assertEqual(len(keys), len(issues))
            self.assertEqual(issues.vehicle_id, scored)
            return len(scored)

    def test_killed_in_the_middle(self):
        """R5.1: what a killed worker had committed stays, the rest is done by the next run."""
        ids = ",".join(map(str, self.ids))
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, get_db_name(), ids], stdout=subprocess.PIPE, text=True
        )
        try:
            self.assertEqual(worker.stdout.readline().strip(), "in the middle")
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.communicate(timeout=PATIENCE)
        self.assertEqual(self._count(), 2)
        self._run()
        self.assertEqual(self._count(), COUNT)

    def test_two_workers(self):
        """R5.1: two workers at once score everybody, and neither waits nor fails."""
        def run(env):
            env["service.data.score"]._cron_score()

        answers = self._meet("free", (SUPERUSER_ID, run), (SUPERUSER_ID, run))
        self.assertEqual(answers, (None, None))
        self._run()
        self.assertEqual(self._count(), COUNT)

    def test_held_by_another(self):
        """R5.1: what somebody has in hand is passed over, and the rest is done."""
        with closing(self.registry.cursor()) as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["service.vehicle"].browse(self.ids[:2]).lock_for_update()
            self._run()
            self.assertEqual(self._count(), COUNT - 2)
            cr.rollback()
        self._run()
        self.assertEqual(self._count(), COUNT)
