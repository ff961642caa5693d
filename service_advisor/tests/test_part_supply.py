from contextlib import ExitStack
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ServiceAdvisorCommon


@tagged("post_install", "-at_install")
class TestPartSupply(ServiceAdvisorCommon):
    def _supply(self, jobs):
        """Return ``{product: first_supply}`` of the parts of ``jobs``."""
        lines = jobs.sudo().line_ids.filtered(lambda line: line.product_id.type == "consu")
        return {line.product_id: line.first_supply for line in lines}

    def test_served_at_first_request(self):
        """R2.2: what the shelf could serve at the approval is kept, whatever comes later."""
        rare = self._new_part("Rare part", 10.0)
        self._put_on_shelf(rare, 1)
        self.operation.part_ids = [Command.create({"product_id": rare.id, "quantity": 2})]
        order = self._authorised_order()
        job = order.job_ids
        served = {self.pads: "served", self.fluid: "served", rare: "short"}
        self.assertEqual(self._supply(job), served)
        self._put_on_shelf(rare, 10)
        order.sudo().picking_ids.action_assign()
        self.assertEqual(order.picking_ids.state, "assigned")
        self.assertEqual(self._supply(job), served, "in time now, but not at first request")
        # Approved again, it is the same demand; another product is a new one.
        job.action_reopen()
        line = job.line_ids.filtered(lambda line: line.product_id == self.pads)
        line.product_id = self.fluid
        self.assertFalse(line.sudo().first_supply)
        order.action_quote()
        order.action_approve()
        self.assertEqual(self._supply(job)[rare], "short")
        self.assertEqual(line.first_supply, "served")
        with self.assertRaisesRegex(AccessError, "typed in by hand"):
            line.first_supply = "short"

    def test_made_to_order_was_not_on_the_shelf(self):
        """R2.2: a part that is bought for the order was short, though it arrives."""
        mto = self.warehouse.mto_pull_id.route_id
        mto.active = True
        buy = self.warehouse.buy_pull_id.route_id
        self.pads.route_ids = [Command.link(mto.id), Command.link(buy.id)]
        self.pads.seller_ids = [Command.create({"partner_id": self.manufacturer.id})]
        order = self._authorised_order()
        self.assertEqual(self._supply(order.job_ids)[self.pads], "short")

    def test_no_shelf_no_fact(self):
        """R2.2: labour, and parts the customer brings, were asked of no shelf."""
        order = self._new_order()
        job = order.job_ids
        job.line_ids.filtered(lambda line: line.product_id == self.pads).part_origin = "customer"
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        self.assertEqual(self._supply(job), {self.pads: False, self.fluid: "served"})
        labour = job.sudo().line_ids.filtered(lambda line: line.product_id == self.labour)
        self.assertFalse(labour.first_supply)

    def test_issued_before_anybody_approved(self):
        """R2.4: a part added on the transfer was on the shelf."""
        order = self._authorised_order()
        extra = self._new_part("Wear sensor", 30.0)
        self._put_on_shelf(extra, 5)
        picking = order.picking_ids.with_user(self.storekeeper)
        picking.move_ids = [
            Command.create(
                {
                    "product_id": extra.id,
                    "product_uom_qty": 1,
                    "quantity": 1,
                    "location_id": picking.location_id.id,
                    "location_dest_id": picking.location_dest_id.id,
                }
            )
        ]
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(self._supply(order.job_ids.sorted("id")[-1]), {extra: "served"})

    def _cost(self, act):
        """Return the queries of ``act`` as a request of its own."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        act()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_cost_of_a_plain_order(self):
        """R2.2: to know what was served costs an approval one query, and an issue none."""
        move = type(self.env["stock.move"])
        ours = ("_note_first_supply", "_keep_old_parts")
        costs = {ours: [], (): []}
        # In turns and more than once: the first fill caches that the next ones find.
        for names in (ours, ()) * 3:
            order = self._new_order()
            order.action_check_in()
            order.action_quote()
            with ExitStack() as stack:
                for name in names:
                    stack.enter_context(patch.object(move, name, lambda moves: None))
                approval = self._cost(order.action_approve)
                issue = self._cost(lambda order=order: self._issue_parts(order))
            costs[names].append((approval, issue))
        # A second that passes in the middle makes one more update, with ours or without.
        without, with_ours = (
            [min(cost) for cost in zip(*costs[names][1:], strict=True)] for names in (ours, ())
        )
        self.assertLessEqual(with_ours[0] - without[0], 1, costs)
        self.assertLessEqual(with_ours[1], without[1], costs)


@tagged("post_install", "-at_install")
class TestLostLines(ServiceAdvisorCommon):
    def _pads_line(self, order):
        return order.job_ids.line_ids.filtered(lambda line: line.product_id == self.pads)

    def test_lost_sale_of_a_proposed_part(self):
        """R2.4: one tap on the part of a job that waits or was declined; twice is once."""
        order = self._new_order()
        line = self._pads_line(order).with_user(self.storekeeper)
        self.assertTrue(line.can_lose_demand)
        line.action_lost_demand()
        line.with_user(self.advisor).action_lost_demand()
        lost = self.env["service.lost.demand"].search([("order_id", "=", order.id)])
        self.assertEqual((lost.product_id, lost.quantity, lost.name), (self.pads, 1, "Brake pads"))
        self.assertEqual((lost.user_id, lost.sale_line_id), (self.storekeeper, line.sudo()))
        self.assertTrue(line.is_lost_demand)
        self.assertFalse(line.can_lose_demand)
        self.assertEqual(order.job_ids.state, "proposed", "no question is withdrawn by it")
        with self.assertRaisesRegex(UserError, "Storekeeper told the lost sale"):
            line.with_user(self.advisor).action_undo_lost_demand()
        line.action_undo_lost_demand()
        self.assertFalse(lost.exists())
        self.assertTrue(line.can_lose_demand)

    def test_lost_sale_outlives_its_job(self):
        """R2.4: a job that comes to nothing may be deleted, the lost sale stays known."""
        order = self._new_order(jobs=2)
        job = order.job_ids[0]
        job.line_ids.filtered(lambda line: line.product_id == self.pads).action_lost_demand()
        job.unlink()
        lost = self.env["service.lost.demand"].search([("order_id", "=", order.id)])
        self.assertEqual((lost.product_id, lost.job_id.id), (self.pads, False))

    def test_what_can_not_be_lost(self):
        """R2.4: approved parts are owed, labour is no part, and not everybody may tell."""
        order = self._new_order()
        line = self._pads_line(order)
        labour = order.job_ids.line_ids.filtered(lambda line: line.product_id == self.labour)
        with self.assertRaisesRegex(UserError, "is no part"):
            labour.action_lost_demand()
        with self.assertRaisesRegex(UserError, "tells a lost sale"):
            line.with_user(self.technician).action_lost_demand()
        order.action_check_in()
        order.action_quote()
        line.action_lost_demand()
        self.assertEqual(order.job_ids.state, "quoted")
        line.action_undo_lost_demand()
        order.action_approve()
        with self.assertRaisesRegex(UserError, "The job is Approved"):
            line.action_lost_demand()

    def test_lost_lines_cost_the_same_for_many(self):
        """R2.4: what can be lost of two and of many lines takes as many queries."""
        orders = self.env["service.order"].union(*(self._new_order() for _index in range(4)))
        counts = []
        for some in (orders[:2], orders):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.job_ids.part_line_ids.mapped("can_lose_demand")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
