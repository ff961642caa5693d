"""Surveys are sent by two workers at once, and by one that is killed in the middle."""

from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.addons.service_advisor_quality.models import service_batch
from odoo.fields import Domain
from odoo.tests import tagged

from .meetings import MeetingsCommon

ORDERS = 6
# A worker that asks in batches of two, says so, and stands still before its second commit.
WORKER = """
from odoo.addons.service_advisor_quality.models import service_batch
service_batch.BATCH = 2
Order = registry["service.order"]
ask = Order._ask_customers
Order._get_survey_domain = lambda self: (
    Domain("id", "in", ids) & Domain("survey_status", "=", False)
)
def ask_and_wait(self):
    ask(self)
    worked(self)
Order._ask_customers = ask_and_wait
run("service.order", "_cron_ask_customers")
"""


@tagged("post_install", "-at_install")
class TestSurveyWorkers(MeetingsCommon):
    """R4.4: each customer is asked once, whatever becomes of the workers."""

    @classmethod
    def _make_shop(cls, env):
        cls.vehicles = []
        for index in range(ORDERS):
            customer = cls._make(
                env,
                "res.partner",
                {"name": f"Customer {cls.mark}", "email": f"{cls.mark}.{index}@mail.example"},
            )
            vehicle = cls._make(
                env, "service.vehicle",
                {"plate": f"S{index} {cls.mark}", "owner_id": customer.id},
            )
            cls.vehicles.append(vehicle.id)

    def setUp(self):
        super().setUp()
        then = fields.Datetime.now() - timedelta(days=2)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            orders = env["service.order"].create(
                [{"vehicle_id": vehicle, "delivered_at": then} for vehicle in self.vehicles]
            )
            orders.partner_id.service_asked_at = False
            self.ids = orders.ids
        self.addCleanup(self._delete_orders)
        domain = Domain("id", "in", self.ids) & Domain("survey_status", "=", False)
        for patcher in (
            patch.object(
                self.registry["service.order"], "_get_survey_domain", lambda _self: domain
            ),
            patch.object(service_batch, "BATCH", 2),
        ):
            patcher.start()
            self.addCleanup(patcher.stop)

    def _delete_orders(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            answers = self._find_answers(env)
            self._find_mails(env, answers).unlink()
            answers.unlink()
            orders = env["service.order"].browse(self.ids)
            orders.delivered_at = False
            orders.unlink()

    def _find_answers(self, env):
        return env["survey.user_input"].search([("service_order_id", "in", self.ids)])

    def _find_mails(self, env, answers):
        return env["mail.mail"].search(
            [("model", "=", answers._name), ("res_id", "in", answers.ids)]
        )

    def _run(self):
        with self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["service.order"]._cron_ask_customers()

    def _count(self):
        """Return how many visits were asked about, by how many answers and e-mails."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            answers = self._find_answers(env)
            self.assertEqual(len(answers.service_order_id), len(answers))
            asked = env["service.order"].search_count(
                [("id", "in", self.ids), ("survey_status", "=", "asked")]
            )
            return asked, len(answers), len(self._find_mails(env, answers))

    def test_killed_in_the_middle(self):
        """R4.4: what a killed worker had committed stays, the next run asks the rest."""
        with self._worker_in_the_middle(WORKER, self.ids):
            pass
        self.assertEqual(self._count(), (2, 2, 2))
        self._run()
        self.assertEqual(self._count(), (ORDERS,) * 3)
        self._run()
        self.assertEqual(self._count(), (ORDERS,) * 3)

    def test_two_workers(self):
        """R4.4: two workers at once ask each customer once."""
        def run(env):
            env["service.order"]._cron_ask_customers()

        answers = self._meet("free", (SUPERUSER_ID, run), (SUPERUSER_ID, run))
        self.assertEqual(answers, (None, None))
        self._run()
        self.assertEqual(self._count(), (ORDERS,) * 3)

    def test_two_visits_of_one_customer(self):
        """R4.4: two workers with a visit each of one customer ask about one of them."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            orders = env["service.order"].browse(self.ids)
            first, second = orders[:1], orders[1:2]
            second.partner_id = first.partner_id
            (orders[2:]).survey_status = "refused"
        pair = (first.id, second.id)

        def ask(order_id):
            def act(env):
                order = env["service.order"].browse(order_id)
                domain = Domain("survey_status", "=", False)
                env["service.batch"]._run(order, domain, lambda batch: batch._ask_customers())

            return act

        for meeting in ("stale", "free"):
            with self.subTest(meeting):
                self._meet(meeting, (SUPERUSER_ID, ask(pair[0])), (SUPERUSER_ID, ask(pair[1])))
        self._run()
        with self.registry.cursor() as cr:
            orders = api.Environment(cr, SUPERUSER_ID, {})["service.order"].browse(pair)
            self.assertEqual(set(orders.mapped("survey_status")), {"asked", "recent"})
