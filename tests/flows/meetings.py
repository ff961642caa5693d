"""Two requests meet, each in a transaction of its own: the common part of such tests."""

import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from types import SimpleNamespace
from unittest.mock import patch
from uuid import uuid4

import odoo.service.model
from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name
from odoo.tools import mute_logger

PATIENCE = 60  # seconds after which a stuck test gives up; nothing is measured

# How two requests meet. "stale": the second began before the first was committed. "open": the
# first has done its work and is not committed yet. "free": whoever comes first.
MEETINGS = ("stale", "open", "free")

# How a worker in a process of its own begins. What follows calls ``worked`` with the records of
# each batch, before it commits: the worker says so in the second one, and stands still.
WORKER = """
import sys, time
from odoo import SUPERUSER_ID, api
from odoo.fields import Domain
from odoo.modules.registry import Registry
from odoo.tools import config
config.parse_config(["-d", sys.argv[1], "--no-http", "--log-level=critical"], setup_logging=True)
registry = Registry(sys.argv[1])
ids = [int(found) for found in sys.argv[2].split(",")]
batches = []
def worked(records):
    records.env.flush_all()
    batches.append(records)
    if len(batches) == 2:
        print("in the middle", flush=True)
        time.sleep(600)
def run(model, action):
    with registry.cursor() as cr:
        getattr(api.Environment(cr, SUPERUSER_ID, {})[model], action)()
"""


class MeetingsCommon(BaseCase):
    """What is tested is committed, as in real requests, and deleted afterwards. A request that
    the database refuses is repeated by Odoo's own ``retrying``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.mark = uuid4().hex[:8]
        cls.made = []
        cls.addClassCleanup(cls._delete_all)
        with cls.registry.cursor() as cr:
            cls._make_shop(api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True}))

    @classmethod
    def _make(cls, env, model, vals):
        record = env[model].create(vals)
        cls.made.append((model, record.id))
        return record

    @classmethod
    def _make_user(cls, env, name, *groups):
        """Make a user with these groups (XML ids); return the id."""
        return cls._make(
            env(context={"no_reset_password": True}),
            "res.users",
            {
                "name": name,
                "login": f"{name}_{cls.mark}",
                "group_ids": [Command.set([env.ref(group).id for group in groups])],
            },
        ).id

    @classmethod
    def _make_shop(cls, env):
        """Make, with :meth:`_make`, what all tests of the class share."""

    @classmethod
    def _delete_all(cls):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            for model, record_id in reversed(cls.made):
                env[model].browse(record_id).unlink()

    # ---- two requests ---------------------------------------------------------------------

    def _request(self, uid, act, before=None, after=None):
        """Act as Odoo does for a request of ``uid``: with retries, then commit.

        :param act: function of an environment.
        :param before, after: called around the first try.
        :return: the message of the UserError the user gets, or None.
        """
        tries = []
        with closing(self.registry.cursor()) as cr:
            env = api.Environment(cr, uid, {})

            def attempt():
                tries.append(1)
                cr.execute("SELECT pg_backend_pid()")  # from here on, the past is frozen
                [backend] = cr.fetchone()
                if before and len(tries) == 1:
                    before(backend)
                act(env)
                env.flush_all()
                if after and len(tries) == 1:
                    after()

            try:
                retrying(attempt, env)
            except UserError as error:
                return str(error)
        return None

    def _meet(self, meeting, first, second):
        """Run two requests ``(uid, act)`` at once; return the messages of both."""
        answers = {}

        def run(name, request, **hooks):
            try:
                answers[name] = self._request(*request, **hooks)
            except Exception as error:  # raised again in the test's own thread
                answers[name] = error

        with mute_logger("odoo.sql_db", "odoo.service.model"):
            getattr(self, f"_meet_{meeting}")(run, first, second)
        for answer in answers.values():
            if isinstance(answer, Exception):
                raise answer
        return answers["first"], answers["second"]

    def _meet_stale(self, run, first, second):
        began, committed = threading.Event(), threading.Event()

        def before(_backend):
            began.set()
            self.assertTrue(committed.wait(PATIENCE))

        thread = threading.Thread(target=run, args=("second", second), kwargs={"before": before})
        thread.start()
        self.assertTrue(began.wait(PATIENCE))
        run("first", first)
        committed.set()
        thread.join(PATIENCE)
        self.assertFalse(thread.is_alive())

    def _meet_open(self, run, first, second):
        backends, retried, committed = [], threading.Event(), threading.Event()
        thread = threading.Thread(
            target=run, args=("second", second), kwargs={"before": backends.append}
        )

        def sleep(_seconds):
            retried.set()
            self.assertTrue(committed.wait(PATIENCE))

        def after():
            thread.start()
            end = time.monotonic() + PATIENCE
            while not retried.is_set() and thread.is_alive() and not self._waits(backends):
                self.assertLess(time.monotonic(), end, "the second request is stuck")
                time.sleep(0.01)

        with patch.object(odoo.service.model, "time", SimpleNamespace(sleep=sleep)):
            run("first", first, after=after)
            committed.set()
            if thread.ident:
                thread.join(PATIENCE)
        self.assertFalse(thread.is_alive())

    def _waits(self, backends):
        """Tell whether the database lets the second request wait for the first."""
        if not backends:
            return False
        with self.registry.cursor() as cr:
            cr.execute("SELECT 1 FROM pg_locks WHERE pid = %s AND NOT granted", backends)
            return bool(cr.rowcount)

    def _meet_free(self, run, first, second):
        barrier = threading.Barrier(2, timeout=PATIENCE)
        threads = [
            threading.Thread(
                target=run, args=args, kwargs={"before": lambda _backend: barrier.wait()}
            )
            for args in (("first", first), ("second", second))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
            self.assertFalse(thread.is_alive())

    def _assert_one_refused(self, meeting, answers, *words):
        """Exactly one of the two is refused, the second unless they were free, with ``words``."""
        refused = [answer for answer in answers if answer]
        self.assertEqual(len(refused), 1, answers)
        if meeting != "free":
            self.assertIsNone(answers[0])
        for word in words:
            self.assertIn(word, refused[0])

    @contextmanager
    def _worker_in_the_middle(self, code, ids):
        """Run ``code`` after ``WORKER`` in a process of its own until it stands still in its
        second batch; it is killed at the end of the block, with nothing of that batch committed.

        :param ids: those that the worker may touch.
        """
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER + code, get_db_name(), ",".join(map(str, ids))],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            self.assertEqual(process.stdout.readline().strip(), "in the middle")
            yield
        finally:
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=PATIENCE)

    def _press(self, model, record_id, button):
        """Return the function of an environment that presses ``button``."""
        return lambda env: getattr(env[model].browse(record_id), button)()

    def _confirm(self, wizard_id):
        return self._press("service.approval.wizard", wizard_id, "action_confirm")
