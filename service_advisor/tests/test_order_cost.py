from unittest.mock import patch

from odoo import Command
from odoo.addons.base.tests.common import DISABLED_MAIL_CONTEXT
from odoo.tests import tagged

from .common import ServiceAdvisorCommon


# Until invoiced: before any addon that adds a gate at ready is loaded, so at_install.
@tagged("at_install", "-post_install")
class TestOrderCost(ServiceAdvisorCommon):
    """What an order does not ask the database for, and that it does right without."""

    def _count(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _new_orders(self, count):
        return self.env["service.order"].union(*(self._new_order() for _index in range(count)))

    def test_lists_come_with_their_fields(self):
        """R1.4: the jobs of an order, their lines and its versions are one question each."""
        order = self._authorised_order(jobs=2).sudo()
        jobs = order.job_ids.browse(order.job_ids.ids)
        for owner, field, name in (
            (order, "job_ids", "state"),
            (order, "proposal_ids", "state"),
            (order, "estimate_ids", "state"),
            (jobs, "line_ids", "price_unit"),
        ):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.subTest(field), self.assertQueryCount(1):
                owner[field].mapped(name)

    def test_steps_of_many(self):
        """R1.4 R1.6 R2.3: each step of many orders costs little more than of one: a message and
        its tracking per order, and what Odoo reserves part by part."""
        taken = {}
        for count in (1, 1, 6):  # the first one warms up
            orders = self._new_orders(count)
            orders.odometer_in = 50001
            for step, most in (("action_check_in", 2), ("action_quote", 3)):
                spent = self._count(getattr(orders, step))
                if count > 1:
                    self.assertLessEqual(spent, taken[step] + most * (count - 1), step)
                taken[step] = spent

    def test_workshop_rule_is_not_searched(self):
        """R2.2: the rule of the workshop is known, so Odoo need not look for it."""
        rules = type(self.env["stock.rule"])
        with patch.object(rules, "_search_rule_for_warehouses", side_effect=AssertionError):
            order = self._authorised_order()
        moves = order.sudo().picking_ids.move_ids
        self.assertEqual(moves.rule_id.route_id, self.warehouse.workshop_route_id)
        self.assertEqual(moves.location_dest_id.usage, "customer")
        self.assertEqual(moves.mapped("state"), ["assigned", "assigned"])

    def test_last_parts_are_reserved_once(self):
        """R2.2: two jobs want the last parts of one shelf: who comes second waits for the rest,
        and other moves are reserved as ever."""
        rare = self._new_part("Rare sensor", 50.0)
        self._put_on_shelf(rare, 3)
        self.operation.part_ids = [
            Command.clear(), Command.create({"product_id": rare.id, "quantity": 2})
        ]
        first, second = self._authorised_order().sudo(), self._authorised_order().sudo()
        self.assertEqual(first.picking_ids.move_ids.state, "assigned")
        moves = second.picking_ids.move_ids
        self.assertEqual((moves.state, moves.quantity), ("partially_available", 1))
        quant = self.env["stock.quant"]._gather(rare, self.warehouse.lot_stock_id)
        self.assertEqual((len(quant), quant.quantity, quant.reserved_quantity), (1, 3, 3))
        self._put_on_shelf(rare, 2)
        internal = self.env["stock.move"].create(
            {
                "product_id": rare.id,
                "product_uom_qty": 1,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            }
        )
        internal._action_confirm(merge=False)
        (internal | moves)._action_assign()
        self.assertEqual((internal.state, moves.state), ("assigned", "assigned"))
        self.assertEqual((len(quant), quant.quantity, quant.reserved_quantity), (1, 5, 5))

    def test_distribution_models(self):
        """R1.6: analytic distribution models of a shop apply to estimates and invoices; where
        there is none, none is searched."""
        Model = self.env["account.analytic.distribution.model"]
        Model.search([]).unlink()
        with patch.object(type(Model), "_create_domain", side_effect=AssertionError):
            order = self._ready_order()
            order.with_user(self.accountant).action_create_invoices()
        self.assertFalse(any(order.estimate_ids.order_line.mapped("analytic_distribution")))
        plan = self.env["account.analytic.plan"].create({"name": "Workshop"})
        account = self.env["account.analytic.account"].create(
            {"name": "Brakes", "plan_id": plan.id}
        )
        shares = {str(account.id): 100}
        Model.create({"product_id": self.pads.id, "analytic_distribution": shares})
        order = self._ready_order()
        order.with_user(self.accountant).action_create_invoices()
        for lines in (order.estimate_ids.order_line, order.invoice_ids.invoice_line_ids):
            pads = lines.filtered(lambda line: line.product_id == self.pads)
            self.assertEqual(pads.analytic_distribution, shares)
            self.assertFalse((lines - pads).filtered("analytic_distribution"))

    def _ready_order(self):
        order = self._authorised_order()
        self._work(order)
        self._issue_parts(order)
        self._ready(order)
        return order.sudo()

    def test_history_of_the_invoice(self):
        """R2.6: the invoice says in its history that it was created, and of what."""
        order = self._ready_order()
        logged = order.with_context(**dict.fromkeys(DISABLED_MAIL_CONTEXT, False))
        logged.with_user(self.accountant).action_create_invoices()
        said = " ".join(body or "" for body in order.invoice_ids.message_ids.mapped("body"))
        self.assertIn("Invoice Created", said)
        self.assertIn(order.estimate_ids.name, said)

    def test_tracked_once(self):
        """R5.3: a change is in the history of the order it belongs to, and nowhere by accident:
        a car does not tell the telephone number of whoever owned it."""
        tracked = {
            model: self.env[model].sudo()._track_get_fields() or set()
            for model in ("service.vehicle", "service.job", "stock.picking", "service.order")
        }
        self.assertNotIn("owner_phone", tracked["service.vehicle"])
        self.assertFalse(tracked["service.job"])
        self.assertNotIn("service_vehicle_id", tracked["stock.picking"])
        self.assertLessEqual({"state", "promised_at", "vehicle_id"}, tracked["service.order"])
