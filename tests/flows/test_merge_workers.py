"""Two people merge the same cars or customers, and two workers search for duplicates, at once."""

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from .meetings import MEETINGS, MeetingsCommon


@tagged("post_install", "-at_install")
class TestMergeWorkers(MeetingsCommon):
    @classmethod
    def _make_shop(cls, env):
        cls.managers = [
            cls._make_user(env, f"Manager {number}", "service_advisor.group_manager")
            for number in range(2)
        ]

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            people = env["res.partner"].create(
                [{"name": f"Twin {self.mark}", "phone": "+86 21 5559 8801"} for _index in range(2)]
            )
            cars = env["service.vehicle"].create(
                [{"plate": f"M{number} {self.mark}", "owner_id": people[0].id}
                 for number in range(2)]
            )  # fmt: skip
            env["service.order"].create({"vehicle_id": cars[1].id})
            self.people, self.cars = people.ids, cars.ids
            self.passes = env["service.duplicate.pass"].search([]).ids
        self.addCleanup(self._delete)

    def _delete(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            env["service.duplicate.pass"].search([("id", "not in", self.passes)]).unlink()
            env["service.order"].search([("vehicle_id", "in", self.cars)]).unlink()
            env["service.vehicle"].browse(self.cars).exists().unlink()
            env["res.partner"].browse(self.people).exists().unlink()

    def _merge_cars(self, kept, merged):
        def act(env):
            wizard = env["service.vehicle.merge.wizard"].create(
                {"vehicle_id": self.cars[kept], "other_id": self.cars[merged], "keep": "first"}
            )
            wizard.action_merge()

        return act

    def test_cars(self):
        """R5.1: of two people who merge two cars, each into the other one, the first is served,
        the second is told who merged them; nothing is lost and one car is left."""
        for meeting in MEETINGS:
            with self.subTest(meeting=meeting):
                self._delete()
                self.setUp()
                answers = self._meet(
                    meeting,
                    (self.managers[0], self._merge_cars(0, 1)),
                    (self.managers[1], self._merge_cars(1, 0)),
                )
                self._assert_one_refused(meeting, answers, "was merged into", self.mark)
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    cars = env["service.vehicle"].browse(self.cars)
                    [left] = cars.filtered("active")
                    self.assertEqual((cars - left).merged_into_id, left)
                    orders = env["service.order"].search([("vehicle_id", "in", self.cars)])
                    self.assertEqual((len(orders), orders.vehicle_id), (1, left))
                    self.assertEqual(len(left.merge_ids), 1)

    def _merge_people(self, env):
        wizard = env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge(self.people, env["res.partner"].browse(self.people[0]))

    def test_customers(self):
        """R5.1: of two people who merge the same customers the second is told that it is done."""
        for meeting in MEETINGS:
            with self.subTest(meeting=meeting):
                self._delete()
                self.setUp()
                answers = self._meet(
                    meeting,
                    (self.managers[0], self._merge_people),
                    (self.managers[1], self._merge_people),
                )
                self._assert_one_refused(meeting, answers, "merged or deleted")

    def test_order_meanwhile(self):
        """R5.1: an order that is being written for the car that goes is waited for or comes
        along: none is left on the record nobody opens any more."""
        def take_in(env):
            env["service.order"].create({"vehicle_id": self.cars[1]})

        for meeting in ("open", "stale"):
            with self.subTest(meeting=meeting):
                self._delete()
                self.setUp()
                answers = self._meet(
                    meeting, (SUPERUSER_ID, take_in), (self.managers[0], self._merge_cars(0, 1))
                )
                self.assertEqual(answers, (None, None))
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    orders = env["service.order"].search([("vehicle_id", "in", self.cars)])
                    self.assertEqual(orders.vehicle_id.ids, [self.cars[0]])
                    self.assertEqual(len(orders), 2)

    def test_two_searches(self):
        """R5.1: two workers who search at once find every pair once, and neither fails."""
        def search(env):
            env["service.duplicate"]._cron_find_duplicates()

        answers = self._meet("free", (SUPERUSER_ID, search), (SUPERUSER_ID, search))
        self.assertEqual(answers, (None, None))
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            found = env["service.duplicate"].search([("partner_id", "in", self.people)])
            self.assertEqual(len(found), 1)
