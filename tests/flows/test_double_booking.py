from datetime import datetime, timedelta

from odoo import SUPERUSER_ID, api
from odoo.fields import Command
from odoo.tests import tagged

from .meetings import MEETINGS, MeetingsCommon

NINE = datetime(2031, 1, 6, 9)  # a Monday


@tagged("post_install", "-at_install")
class TestDoubleBooking(MeetingsCommon):
    """Two advisors book the same bay at once, each in a transaction of their own."""

    @classmethod
    def _make_shop(cls, env):
        context = {"no_reset_password": True}
        group = env.ref("service_advisor.group_advisor")
        cls.advisors = [
            cls._make(
                env(context=context), "res.users",
                {"name": name, "login": f"{name}_{cls.mark}",
                 "group_ids": [Command.set(group.ids)]},
            ).id
            for name in ("ann", "ben")
        ]
        customer = cls._make(env, "res.partner", {"name": f"Customer {cls.mark}"})
        vehicle = cls._make(
            env, "service.vehicle", {"plate": f"D {cls.mark}", "owner_id": customer.id}
        )
        order = cls._make(
            env, "service.order",
            {"vehicle_id": vehicle.id,
             "job_ids": [Command.create({"concern": name}) for name in ("First", "Second")]},
        )
        cls.jobs = order.job_ids.ids
        bay = cls._make(env, "service.bay", {"name": f"Bay {cls.mark}"})
        bay.resource_id.calendar_id = False
        cls.bay, cls.bay_name = bay.id, bay.name

    def _book(self, job_id, start):
        def act(env):
            resource = env["service.bay"].browse(self.bay).resource_id
            job = env["service.job"].browse(job_id)
            job._book([(resource, start, start + timedelta(hours=2))])

        return act

    def _free(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["service.booking"].search([("job_id", "in", self.jobs)]).unlink()

    def test_same_bay_at_once(self):
        """R2.1: one gets the bay, the other is told by what it is held; both may have it one
        after the other."""
        first, second = self.jobs
        for meeting in MEETINGS:
            with self.subTest(meeting):
                self.addCleanup(self._free)
                self._free()
                answers = self._meet(
                    meeting,
                    (self.advisors[0], self._book(first, NINE)),
                    (self.advisors[1], self._book(second, NINE + timedelta(hours=1))),
                )
                winner = ("First", "Second")[answers.index(None)]
                self._assert_one_refused(meeting, answers, self.bay_name, winner)
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    held = env["service.booking"].search([("job_id", "in", self.jobs)])
                    self.assertEqual(held.job_id.concern, winner)
        self._free()
        answers = self._meet(
            "open",
            (self.advisors[0], self._book(first, NINE)),
            (self.advisors[1], self._book(second, NINE + timedelta(hours=2))),
        )
        self.assertEqual(answers, (None, None))
