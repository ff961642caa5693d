from datetime import timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import SIGNATURE, ServiceAdvisorCommon


class PartRequestCommon(ServiceAdvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sensor = cls._new_part("Wear sensor", 30.0)
        cls._put_on_shelf(cls.sensor, 5)

    def _ask(self, job, user=None, **vals):
        """Return the request of the technician for a part of ``job``."""
        vals = {"description": "Wear sensor front left"} | vals
        return (
            self.env["service.part.request"]
            .with_user(user or self.technician)
            .create(dict(vals, job_id=job.id))
        )

    def _choose(self, request, *parts):
        """Choose ``(product, quantity)`` pairs as the warehouse; return its request."""
        request = request.with_user(self.storekeeper)
        request.line_ids = [
            Command.create({"product_id": product.id, "quantity": quantity})
            for product, quantity in parts
        ]
        return request


# Until ready: before any addon that adds a gate there is loaded, so at_install.
@tagged("at_install", "-post_install")
class TestPartRequest(PartRequestCommon):
    def test_answer_is_a_draft_supplement(self):
        """R2.4: several products answer one request as a proposed job; what was approved stands."""
        order = self._authorised_order()
        job, lines = order.job_ids, order.job_ids.line_ids
        request = self._ask(job, photo=SIGNATURE, quantity=2)
        self.assertEqual((request.order_id, request.requested_by_id), (order, self.technician))
        self.assertEqual(request.vin, self.vehicle.vin)
        self.assertEqual((job.request_count, job.open_request_count), (1, 1))
        self.assertEqual((order.request_count, order.open_request_count), (1, 1))
        with Form(request.with_user(self.storekeeper)) as form:
            for product in (self.sensor, self.fluid):
                with form.line_ids.new() as line:
                    line.product_id = product
                    line.quantity = 2
                    self.assertEqual(line.free_qty, {self.sensor: 5, self.fluid: 8}[product])
        request.with_user(self.storekeeper).action_answer()
        supplement = request.answer_job_id
        self.assertEqual((request.state, request.closed_by_id), ("answered", self.storekeeper))
        self.assertEqual((supplement.state, supplement.order_id), ("proposed", order))
        self.assertEqual(supplement.answered_request_ids, request)
        parts = supplement.line_ids.filtered("product_id")
        self.assertEqual(parts.product_id, self.sensor | self.fluid)
        self.assertEqual(parts.mapped("product_uom_qty"), [2, 2])
        self.assertEqual(supplement.estimate_id.state, "draft")
        self.assertIn(self.advisor, supplement.activity_ids.user_id)
        self.assertEqual((job.state, job.line_ids), ("approved", lines))
        self.assertEqual(len(order.picking_ids), 1, "nothing is reserved before the approval")
        # The technician sees what came of it on the job.
        seen = job.with_user(self.technician)
        self.assertIn("2 × Wear sensor", seen.request_ids.answer)
        self.assertEqual((seen.request_count, seen.open_request_count), (1, 0))
        self.assertIn("Wear sensor", seen.message_ids[0].body)
        # Approved, it is reserved and billed once, like other work.
        order.action_quote()
        order.action_approve()
        self.assertEqual(supplement.state, "approved")
        self.assertEqual(supplement.move_ids.mapped("state"), ["assigned", "assigned"])

    def test_answer_while_nobody_was_asked(self):
        """R2.4: parts of a job that is only proposed join it: there is no question to repeat."""
        order = self._new_order()
        order.action_check_in()
        job = order.job_ids
        request = self._ask(job, product_id=self.sensor.id, quantity=3)
        self.assertEqual(request.line_ids.product_id, self.sensor, "ready to be answered")
        request.with_user(self.storekeeper).action_answer()
        self.assertEqual(request.answer_job_id, job)
        self.assertEqual(order.job_ids, job)
        line = job.line_ids.filtered(lambda line: line.product_id == self.sensor)
        self.assertEqual(line.product_uom_qty, 3)

    def test_answer_leaves_the_question(self):
        """R2.4 R1.6: a quoted job stays quoted; its parts found later are asked apart."""
        order = self._new_order()
        order.action_check_in()
        order.action_quote()
        proposal = order.proposal_ids
        self._choose(self._ask(order.job_ids), (self.sensor, 1)).action_answer()
        first, supplement = order.job_ids.sorted("id")
        self.assertEqual((first.state, supplement.state), ("quoted", "proposed"))
        self.assertEqual(proposal.state, "open")

    def test_answer_goes_to_the_payer_of_the_job(self):
        """R2.4: more parts of a warranty repair are the manufacturer's to approve."""
        order = self._authorised_order(
            pay_type="warranty", payer_id=self.manufacturer.id
        )
        self._choose(self._ask(order.job_ids), (self.sensor, 1)).action_answer()
        supplement = order.job_ids.sorted("id")[-1]
        self.assertEqual(
            (supplement.pay_type, supplement.payer_id), ("warranty", self.manufacturer)
        )

    def test_refused_with_a_reason(self):
        """R2.4: the technician is told why; without a reason nothing is refused."""
        request = self._ask(self._authorised_order().job_ids)
        warehouse = request.with_user(self.storekeeper)
        with self.assertRaisesRegex(UserError, "RO.*Write the reason"):
            warehouse.action_refuse()
        with self.assertRaisesRegex(UserError, "Choose at least one part"):
            warehouse.action_answer()
        warehouse.refusal_reason = "The kit of the job has it"
        warehouse.action_refuse()
        self.assertEqual((request.state, request.answer), ("refused", "The kit of the job has it"))
        with self.assertRaisesRegex(UserError, "Storekeeper has answered"):
            warehouse.action_answer()
        with self.assertRaisesRegex(UserError, "Storekeeper has answered"):
            warehouse.refusal_reason = "Another reason"
        with self.assertRaisesRegex(UserError, "Storekeeper has answered"):
            self._choose(request, (self.sensor, 1))

    def test_says_what_is_needed(self):
        """R2.4: words, a photo or a product: one is enough, none is not; the job goes on."""
        job = self._authorised_order().job_ids
        with self.assertRaisesRegex(UserError, "RO.*Say what is needed"):
            self._ask(job, description=" ")
        self.assertEqual(
            self._ask(job, description=False, photo=SIGNATURE).display_name, "Part on the photo"
        )
        job.sudo()._keep({"state": "declined"})
        with self.assertRaisesRegex(UserError, "is Declined, so it needs no parts"):
            self._ask(job)
        order = self._new_order()
        order.action_cancel()
        with self.assertRaisesRegex(UserError, "It is Cancelled"):
            self._ask(order.job_ids)

    def test_who_waits_long(self):
        """R2.4: the oldest stands first, and red once it waits longer than the company wants."""
        self.company.service_request_limit = 30
        job = self._authorised_order().job_ids
        with freeze_time(self._now() - timedelta(minutes=45)):
            old = self._ask(job)
        new = self._ask(job)
        self.assertEqual((old | new).mapped("is_waiting_long"), [True, False])
        self.assertEqual(old.waiting_minutes, 45)
        action = self.env.ref("service_advisor.service_part_request_action")
        self.assertIn("search_default_open", action.context)

    def test_lost_sale_in_one_tap(self):
        """R2.4: product or words, quantity, order and time are kept once, and can be undone."""
        order = self._authorised_order()
        words = self._ask(order.job_ids, quantity=2)
        chosen = self._ask(order.job_ids, product_id=self.sensor.id)
        (words | chosen).with_user(self.storekeeper).action_lost_demand()
        (words | chosen).with_user(self.advisor).action_lost_demand()
        lost = self.env["service.lost.demand"].search([("order_id", "=", order.id)], order="id")
        self.assertEqual(lost.mapped("name"), ["Wear sensor front left", "Wear sensor"])
        self.assertEqual(lost.mapped("quantity"), [2, 1])
        self.assertEqual(lost.product_id, self.sensor)
        self.assertEqual((words.state, words.answer), ("lost", "Not to be had in time"))
        with self.assertRaisesRegex(UserError, "Storekeeper told the lost sale"):
            words.with_user(self.advisor).action_undo_lost()
        lost[0].with_user(self.storekeeper).action_undo()
        self.assertEqual((words.state, words.closed_by_id.id), ("requested", False))
        chosen.with_user(self.manager).action_undo_lost()
        self.assertFalse(lost.exists())
        # An answered request is not lost any more: its job can be.
        self._choose(words, (self.sensor, 1)).action_answer()
        with self.assertRaisesRegex(UserError, "has answered"):
            words.with_user(self.advisor).action_lost_demand()

    def test_counts_cost_the_same_for_many(self):
        """R2.4: the counters of two and of many orders take as many queries."""
        orders = [self._authorised_order() for _index in range(4)]
        for order in orders:
            self._ask(order.job_ids)
        counts = []
        for some in (orders[:2], orders):
            records = self.env["service.order"].union(*some)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("open_request_count")
            records.job_ids.mapped("open_request_count")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)


@tagged("post_install", "-at_install")
class TestPartRequestAccess(PartRequestCommon):
    def setUp(self):
        super().setUp()
        self.order = self._authorised_order()
        self.request = self._ask(self.order.job_ids)

    def test_technician_asks_and_answers_not(self):
        """R2.4 R5.3: own open requests can be mended; answers are the warehouse's."""
        mine = self.request.with_user(self.technician)
        mine.description = "Wear sensor, front right"
        with self.assertRaisesRegex(UserError, "The warehouse answers"):
            mine.action_answer()
        with self.assertRaisesRegex(UserError, "The warehouse answers"):
            mine.action_refuse()
        with self.assertRaisesRegex(UserError, "tells a lost sale"):
            mine.action_lost_demand()
        with self.assertRaises(AccessError):
            mine.line_ids = [Command.create({"product_id": self.sensor.id})]
        with self.assertRaisesRegex(AccessError, "can not be entered by hand"):
            mine.state = "answered"
        other = self._ask(self.order.job_ids, user=self.manager)
        with self.assertRaises(AccessError):
            other.with_user(self.technician).description = "Mine now"
        with self.assertRaises(AccessError):
            other.with_user(self.technician).unlink()
        mine.unlink()
        self.assertFalse(self.request.exists())

    def test_desk(self):
        """R2.4 R5.3: reception reads; an advisor asks, and tells a lost sale."""
        seen = self.request.with_user(self.reception)
        self.assertEqual(seen.display_name, "Wear sensor front left")
        with self.assertRaises(AccessError):
            self._ask(self.order.job_ids, user=self.reception)
        with self.assertRaises(AccessError):
            seen.description = "Other"
        with self.assertRaisesRegex(UserError, "tells a lost sale"):
            seen.action_lost_demand()
        asked = self._ask(self.order.job_ids, user=self.advisor)
        with self.assertRaises(UserError):
            asked.action_answer()
        self.request.with_user(self.advisor).action_lost_demand()
        self.assertEqual(self.request.state, "lost")

    def test_others_see_nothing(self):
        """R5.3: no portal user and no salesperson reads requests, lost sales or tags."""
        portal = self.env["res.users"].with_context(no_reset_password=True).create(
            {
                "name": "Portal",
                "login": "test_portal_requests",
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        self.request.with_user(self.storekeeper).action_lost_demand()
        for model in (
            "service.part.request",
            "service.part.request.line",
            "service.lost.demand",
            "service.warranty.part",
        ):
            for user in (portal, self.salesperson):
                with self.subTest(model, user=user.login), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
        with self.assertRaises(AccessError):
            self.env["service.lost.demand"].with_user(self.advisor).create(
                {"name": "x", "order_id": self.order.id}
            )

    def test_companies(self):
        """R5.3: another company's warehouse sees none of it."""
        other = self.env["res.company"].create({"name": "Other Shop"})
        self.request.with_user(self.storekeeper).action_lost_demand()
        self.storekeeper.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        for model in ("service.part.request", "service.lost.demand", "service.warranty.part"):
            self.assertFalse(self.env[model].with_user(self.storekeeper).search([]))
        with self.assertRaises(AccessError):
            self.request.with_user(self.storekeeper).read(["description"])
