"""The watch of promises on two workers at once, and killed in the middle."""

from contextlib import closing
from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.addons.service_advisor.models import service_order_watch
from odoo.addons.service_advisor.tools.promise import round_up
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import mute_logger

from .meetings import MEETINGS, MeetingsCommon

ORDERS = 6
# A worker that watches in batches of two, says so, and stands still before its second commit.
WORKER = """
from odoo.addons.service_advisor.models import service_order_watch
service_order_watch.BATCH = 2
Order = registry["service.order"]
watch = Order._watch_safely
Order._get_watched_domain = lambda self: Domain("id", "in", ids)
def watch_and_wait(self, now, times):
    watch(self, now, times)
    worked(self)
Order._watch_safely = watch_and_wait
run("service.order", "_cron_watch_promises")
"""


@tagged("post_install", "-at_install")
class TestWatchWorkers(MeetingsCommon):
    @classmethod
    def _make_shop(cls, env):
        customer = cls._make(env, "res.partner", {"name": f"Customer {cls.mark}"})
        cls.vehicle = cls._make(
            env, "service.vehicle", {"plate": f"W {cls.mark}", "owner_id": customer.id}
        ).id

    def setUp(self):
        super().setUp()
        hour = timedelta(hours=1)
        now = fields.Datetime.now()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            orders = env["service.order"].create(
                [
                    {
                        "vehicle_id": self.vehicle,
                        "checked_in_at": now - 5 * hour,
                        "promised_at": now - hour + index * timedelta(minutes=1),
                    }
                    for index in range(ORDERS)
                ]
            )
            self.ids = orders.ids
        self.addCleanup(self._delete_orders)
        domain = Domain("id", "in", self.ids)
        for name, value in (("_get_watched_domain", lambda _self: domain),):
            patcher = patch.object(self.registry["service.order"], name, value)
            patcher.start()
            self.addCleanup(patcher.stop)
        patcher = patch.object(service_order_watch, "BATCH", 2)
        patcher.start()
        self.addCleanup(patcher.stop)

    def _delete_orders(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            orders = env["service.order"].browse(self.ids)
            orders.checked_in_at = False
            orders.unlink()

    def _run(self):
        with self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["service.order"]._cron_watch_promises()

    def _count(self):
        """Return how many orders are known to be late, have an alert and have a reminder."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            late = env["service.order"].search_count(
                [("id", "in", self.ids), ("risk", "=", "late")]
            )
            alerts = env["service.promise.alert"].search([("order_id", "in", self.ids)])
            kind = env.ref("service_advisor.mail_activity_type_promise")
            reminders = env["mail.activity"].search(
                [
                    ("res_model", "=", "service.order"),
                    ("res_id", "in", self.ids),
                    ("activity_type_id", "=", kind.id),
                ]
            )
            self.assertEqual(len(alerts.order_id), len(alerts), "nobody is told twice")
            self.assertEqual(len(set(reminders.mapped("res_id"))), len(reminders))
            return late, len(alerts), len(reminders)

    def test_killed_in_the_middle(self):
        """R2.3: what a killed worker had committed stays, the rest is done by the next run, and
        nobody is told twice."""
        with self._worker_in_the_middle(WORKER, self.ids):
            pass
        self.assertEqual(self._count(), (2, 2, 2))
        self._run()
        self.assertEqual(self._count(), (ORDERS, ORDERS, ORDERS))
        self._run()
        self.assertEqual(self._count(), (ORDERS, ORDERS, ORDERS))

    def test_two_workers(self):
        """R2.3: two workers at once tell everybody once, and neither waits nor fails."""
        def run(env):
            env["service.order"]._cron_watch_promises()

        answers = self._meet("free", (SUPERUSER_ID, run), (SUPERUSER_ID, run))
        self.assertEqual(answers, (None, None))
        self._run()
        self.assertEqual(self._count(), (ORDERS, ORDERS, ORDERS))

    def test_held_by_another(self):
        """R2.3: what another worker has in hand is passed over, and the rest is done."""
        with closing(self.registry.cursor()) as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["service.order"].browse(self.ids[:2]).lock_for_update()
            self._run()
            self.assertEqual(self._count(), (ORDERS - 2,) * 3)
            cr.rollback()
        self._run()
        self.assertEqual(self._count(), (ORDERS,) * 3)

    def test_done_meanwhile(self):
        """R2.3: a worker that comes too late finds the orders changed and leaves them alone."""
        now = fields.Datetime.now()
        with closing(self.registry.cursor()) as cr, mute_logger("odoo.sql_db"):
            env = api.Environment(cr, SUPERUSER_ID, {})
            orders = env["service.order"].search([("id", "in", self.ids)])
            self._run()
            orders._watch_safely(now, {})
            cr.commit()
        self.assertEqual(self._count(), (ORDERS,) * 3)


@tagged("post_install", "-at_install")
class TestTwoMove(MeetingsCommon):
    @classmethod
    def _make_shop(cls, env):
        customer = cls._make(env, "res.partner", {"name": f"Customer {cls.mark}"})
        vehicle = cls._make(
            env, "service.vehicle", {"plate": f"M {cls.mark}", "owner_id": customer.id}
        )
        cls.users = [
            cls._make(
                env(context={"no_reset_password": True}),
                "res.users",
                {
                    "name": name,
                    "login": f"{name}_{cls.mark}",
                    "group_ids": [(6, 0, env.ref("service_advisor.group_advisor").ids)],
                },
            ).id
            for name in ("ann", "ben")
        ]
        now = round_up(fields.Datetime.now())
        order = cls._make(
            env, "service.order", {"vehicle_id": vehicle.id, "advisor_id": cls.users[0]}
        )
        order.write({"checked_in_at": now, "promised_at": now + timedelta(hours=3),
                     "first_promised_at": now + timedelta(hours=3)})
        cls.order_id = order.id

    @classmethod
    def _delete_all(cls):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["service.order"].browse(cls.order_id).checked_in_at = False
        super()._delete_all()

    def _move(self, hours, seen):
        """Return the function of an environment that moves the promise ``seen`` by ``hours``."""

        def act(env):
            env["service.order"].browse(self.order_id)._move_promise(
                seen + timedelta(hours=hours), "Why", "workshop", seen=seen
            )

        return act

    def _read(self):
        """Return the promise as it was committed, and who moved it, the last one first."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            order = env["service.order"].browse(self.order_id)
            return order.promised_at, [
                change.user_id.id for change in order.promise_change_ids
            ]

    def test_two_move_the_promise(self):
        """R2.3: of two who move a promise from the same one, the second is told and looks again."""
        for meeting in MEETINGS:
            with self.subTest(meeting):
                seen, before = self._read()
                answers = self._meet(
                    meeting,
                    (self.users[0], self._move(1, seen)),
                    (self.users[1], self._move(2, seen)),
                )
                self._assert_one_refused(meeting, answers, "look again")
                promised, after = self._read()
                winner = answers.index(None)
                self.assertEqual(promised, seen + timedelta(hours=1 + winner))
                self.assertEqual(after, [self.users[winner], *before])
