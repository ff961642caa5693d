"""The action that stops forgotten clocks on two workers at once, and killed in the middle."""

from contextlib import closing
from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.addons.service_advisor.models import service_clocking_forgotten as forgotten
from odoo.tests import tagged

from .meetings import MeetingsCommon

CLOCKS = 6
# A worker that closes clocks in batches of two, says so, and stands still before its second
# commit.
WORKER = """
from odoo.addons.service_advisor.models import service_clocking_forgotten
service_clocking_forgotten.BATCH = 2
Clocking = registry["service.clocking"]
find, close = Clocking._find_forgotten, Clocking._close_batch
Clocking._find_forgotten = lambda self: {
    found: end for found, end in find(self).items() if found in ids
}
def close_and_wait(self, chosen, ends):
    close(self, chosen, ends)
    worked(self)
Clocking._close_batch = close_and_wait
run("service.clocking", "_cron_close_forgotten")
"""


@tagged("post_install", "-at_install")
class TestForgottenWorkers(MeetingsCommon):
    @classmethod
    def _make_shop(cls, env):
        customer = cls._make(env, "res.partner", {"name": f"Customer {cls.mark}"})
        vehicle = cls._make(
            env, "service.vehicle", {"plate": f"F {cls.mark}", "owner_id": customer.id}
        )
        manager = cls._make_user(env, "manager", "service_advisor.group_manager")
        order = cls._make(
            env,
            "service.order",
            {
                "vehicle_id": vehicle.id,
                "advisor_id": manager,
                "job_ids": [Command.create({"concern": "Squeals"})],
            },
        )
        cls.job = order.job_ids.id
        # A shop that never closes: a clock is forgotten after a number of hours.
        cls.people = [
            cls._make(
                env,
                "hr.employee",
                {"name": f"{number} {cls.mark}", "resource_calendar_id": False},
            ).id
            for number in range(CLOCKS)
        ]

    def setUp(self):
        super().setUp()
        now = fields.Datetime.now()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            self.ids = env["service.clocking"].create(
                [
                    {
                        "job_id": self.job,
                        "employee_id": person,
                        "start_at": now - timedelta(days=3),
                    }
                    for person in self.people
                ]
            ).ids
        self.addCleanup(self._delete_clocks)
        find = self.registry["service.clocking"]._find_forgotten

        def find_ours(model):
            return {found: end for found, end in find(model).items() if found in self.ids}

        for target, name, value in (
            (self.registry["service.clocking"], "_find_forgotten", find_ours),
            (forgotten, "BATCH", 2),
        ):
            patcher = patch.object(target, name, value)
            patcher.start()
            self.addCleanup(patcher.stop)

    def _delete_clocks(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            env["service.clocking"].browse(self.ids).unlink()
            self._find_reminders(env).unlink()

    def _find_reminders(self, env):
        return env["mail.activity"].search(
            [
                ("res_model", "=", "service.job"),
                ("res_id", "=", self.job),
                ("activity_type_id", "=", env.ref(forgotten.FORGOTTEN).id),
            ]
        )

    def _run(self):
        with self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["service.clocking"]._cron_close_forgotten()

    def _count(self):
        """Return how many clocks were closed by the action, and how many reminders there are."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            closed = env["service.clocking"].search_count(
                [("id", "in", self.ids), ("closed_by_system", "=", True), ("stop_at", "!=", False)]
            )
            return closed, len(self._find_reminders(env))

    def test_killed_in_the_middle(self):
        """R2.3: what a killed worker had committed stays, the rest is done by the next run, and
        nobody is told twice."""
        with self._worker_in_the_middle(WORKER, self.ids):
            # What the worker has in hand is passed over, nobody waits for it.
            self._run()
            self.assertEqual(self._count(), (CLOCKS - 2, CLOCKS - 2))
        self._run()
        self.assertEqual(self._count(), (CLOCKS, CLOCKS))
        self._run()
        self.assertEqual(self._count(), (CLOCKS, CLOCKS))

    def test_two_workers(self):
        """R2.3: two workers at once stop each clock and tell of it once; neither fails."""
        def run(env):
            env["service.clocking"]._cron_close_forgotten()

        answers = self._meet("free", (SUPERUSER_ID, run), (SUPERUSER_ID, run))
        self.assertEqual(answers, (None, None))
        self._run()
        self.assertEqual(self._count(), (CLOCKS, CLOCKS))

    def test_stopped_meanwhile(self):
        """R2.3: a clock that the technician stopped meanwhile keeps that end."""
        now = fields.Datetime.now()
        with closing(self.registry.cursor()) as cr:
            clocks = api.Environment(cr, SUPERUSER_ID, {})["service.clocking"]
            ends = clocks._find_forgotten()
            with self.registry.cursor() as other:
                env = api.Environment(other, SUPERUSER_ID, {})
                env["service.clocking"].browse(self.ids[0]).write({"stop_at": now})
            cr.commit()  # the action looks again after each batch
            clocks._close_batch(self.ids, ends)
            cr.commit()
        self.assertEqual(self._count(), (CLOCKS - 1, CLOCKS - 1))
