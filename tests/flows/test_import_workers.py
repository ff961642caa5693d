import base64
import threading
import time
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.addons.service_advisor.models import service_import, service_import_run
from odoo.addons.service_advisor.tools.import_file import write_csv
from odoo.tests import tagged
from odoo.tools import mute_logger

from .meetings import PATIENCE, MeetingsCommon

ROWS = 10


class Killed(BaseException):
    """What a worker meets that is killed: nothing catches it."""


@tagged("post_install", "-at_install")
class TestImportWorkers(MeetingsCommon):
    """Workers share an import, and one that is killed loses no row and doubles none."""

    def setUp(self):
        super().setUp()
        self.enterContext(patch.object(service_import_run, "BATCH", 3))
        self.enterContext(patch.object(service_import, "SMALL", 0))
        with self.registry.cursor() as cr:
            env = self._env(cr)
            rows = [
                [f"{self.mark}{n}", f"Owner {self.mark} {n}", f"{self.mark}-{n}", "2024-01-01",
                 str(1000 + n)]
                for n in range(ROWS)
            ]
            header = ["Plate", "Owner", "Order No.", "Date", "km"]
            record = env["service.import"].create(
                {"name": "old.csv", "file": base64.b64encode(write_csv(header, rows))}
            )
            record.action_start()
            self.assertEqual((record.state, record.done_rows), ("running", 0))
            self.record = record.id
        self.addCleanup(self._delete_import)

    @staticmethod
    def _env(cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def _delete_import(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            cars = env["service.vehicle"].search([("import_id", "=", self.record)])
            owners = cars.owner_id
            cars.history_ids.unlink()
            cars.unlink()
            owners.unlink()
            record = env["service.import"].browse(self.record)
            record.state = "draft"
            record.unlink()

    @staticmethod
    def _work(env):
        env["service.import"]._cron_import()

    def _assert_whole(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            record = env["service.import"].browse(self.record)
            self.assertEqual(record.state, "done", record.stop_reason)
            self.assertEqual(record.done_rows, ROWS)
            self.assertEqual((record.car_count, record.visit_count), (ROWS, ROWS))
            cars = env["service.vehicle"].search([("import_id", "=", self.record)])
            self.assertEqual(len(cars), ROWS)
            self.assertEqual(len(cars.history_ids), ROWS)
            self.assertEqual(len(cars.owner_id), ROWS)

    def test_a_killed_worker_is_followed_by_another(self):
        """R5.1: killed in the middle of the third batch; the next worker goes on there."""
        make = self.registry["service.import"]._make_visits
        calls = []

        def die(record, plan):
            calls.append(1)
            if len(calls) == 3:
                raise Killed
            return make(record, plan)

        with patch.object(self.registry["service.import"], "_make_visits", die):
            with self.assertRaises(Killed), self.registry.cursor() as cr:
                self._work(self._env(cr))
        with self.registry.cursor() as cr:
            record = self._env(cr)["service.import"].browse(self.record)
            self.assertEqual((record.state, record.done_rows), ("running", 6))
            self.assertEqual(record.progress, 60)
        with self.registry.cursor() as cr:
            self._work(self._env(cr))
        self._assert_whole()

    def test_two_workers_share_the_rows(self):
        """R5.1: two workers at once take every row once."""
        take = self.registry["service.import"]._take_batch
        barrier = threading.Barrier(2, timeout=PATIENCE)

        def slowly(record, batch, is_last):
            take(record, batch, is_last)
            time.sleep(0.05)  # so that the other worker comes by meanwhile

        def run():
            with self.registry.cursor() as cr:
                barrier.wait()
                while True:
                    env = self._env(cr)
                    record = env["service.import"].browse(self.record)
                    record.invalidate_recordset()
                    if record.state != "running":
                        return
                    self._work(env)
                    cr.commit()

        with (
            patch.object(self.registry["service.import"], "_take_batch", slowly),
            mute_logger("odoo.sql_db"),
        ):
            threads = [threading.Thread(target=run) for _index in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(PATIENCE)
                self.assertFalse(thread.is_alive())
        self._assert_whole()
