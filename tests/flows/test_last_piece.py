from odoo import SUPERUSER_ID, Command, api
from odoo.tests import tagged

from .meetings import MEETINGS, MeetingsCommon


@tagged("post_install", "-at_install")
class TestLastPiece(MeetingsCommon):
    """Two people need the last piece on the shelf at once."""

    @classmethod
    def _make_shop(cls, env):
        prefix = "service_advisor.group_"
        cls.advisors = [cls._make_user(env, name, prefix + "advisor") for name in ("pia", "pit")]
        cls.storekeepers = [
            cls._make_user(env, name, "stock.group_stock_user", prefix + "seat")
            for name in ("sam", "sue")
        ]
        customer = cls._make(env, "res.partner", {"name": f"Customer {cls.mark}"})
        labour = cls._make(env, "product.product", {"name": "Labour", "type": "service"})
        cls.vehicle = cls._make(
            env, "service.vehicle", {"plate": f"L {cls.mark}", "owner_id": customer.id}
        ).id
        cls.labour = labour.id

    def _make_orders(self, pieces, approved):
        """Commit two orders for a new part of which ``pieces`` are on the shelf.

        :return: ids of the part and of the two orders, quoted or approved.
        """
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            part = env["product.product"].create(
                {"name": f"Last piece {self.mark}", "type": "consu", "is_storable": True}
            )
            operation = env["service.operation"].create(
                {
                    "name": "Fit the last piece",
                    "code": f"{self.mark}-{part.id}",
                    "product_id": self.labour,
                    "part_ids": [Command.create({"product_id": part.id, "quantity": 1})],
                }
            )
            env = env(user=self.advisors[0])
            job = {"concern": "Needs the last piece", "operation_id": operation.id}
            orders = env["service.order"].create(
                [
                    {
                        "vehicle_id": self.vehicle,
                        "odometer_in": 1000,
                        "job_ids": [Command.create(dict(job))],
                    }
                    for _index in range(2)
                ]
            )
            shelf = orders.warehouse_id.lot_stock_id
            if pieces:
                Quant = env["stock.quant"].sudo()
                Quant._update_available_quantity(part.sudo(), shelf, pieces)
            orders.action_check_in()
            orders.action_quote()
            if approved:
                orders.action_approve()
            self.addCleanup(self._clean_up, orders.ids, operation.id, part.id)
        return part.id, orders.ids

    def _clean_up(self, order_ids, operation_id, part_id):
        """Delete what can be; what was issued stays as the archived history of a part."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            orders = env["service.order"].browse(order_ids)
            env["stock.quant"].search([("product_id", "=", part_id)]).sudo().unlink()
            cr.execute(
                "DELETE FROM stock_move_line WHERE product_id = %s; "
                "DELETE FROM stock_move WHERE product_id = %s",
                (part_id, part_id),
            )
            env.invalidate_all()
            orders.proposal_ids.unlink()  # nobody may delete a job that was answered
            orders.job_ids.state = "proposed"
            orders.estimate_ids.filtered(lambda e: e.state != "cancel")._action_cancel()
            orders.picking_ids.unlink()
            orders.job_ids.state = "proposed"
            orders.write({"checked_in_at": False})
            orders.unlink()
            env["service.operation"].browse(operation_id).unlink()
            env["product.product"].browse(part_id).unlink()

    def _assert_shelf_is_true(self, part_id):
        """Nothing on the shelf is negative, and no more is reserved than is there."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            quants = env["stock.quant"].search(
                [("product_id", "=", part_id), ("location_id.usage", "=", "internal")]
            )
            for quant in quants:
                self.assertGreaterEqual(quant.quantity, 0)
                self.assertLessEqual(quant.reserved_quantity, quant.quantity)
            moves = env["stock.move"].search([("product_id", "=", part_id)])
            reserved = moves.filtered(lambda move: move.state not in ("done", "cancel"))
            self.assertEqual(
                sum(quants.mapped("reserved_quantity")), sum(reserved.mapped("quantity"))
            )

    def _parts(self, order_ids):
        """Return the committed ``(state, quantity)`` of the parts of each order."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            orders = env["service.order"].browse(order_ids)
            return [
                [(move.state, move.quantity) for move in order.job_ids.move_ids]
                for order in orders
            ]

    def test_both_approve_the_last_piece(self):
        """R2.2: two customers approve the last piece at once: it is reserved for one of them,
        the other waits for the next, and nobody meets an error."""
        for meeting in MEETINGS:
            with self.subTest(meeting):
                part_id, order_ids = self._make_orders(1, approved=False)
                approvals = [
                    (uid, self._press("service.order", order_id, "action_approve"))
                    for uid, order_id in zip(self.advisors, order_ids, strict=True)
                ]
                self.assertEqual(self._meet(meeting, *approvals), (None, None))
                parts = self._parts(order_ids)
                self.assertCountEqual(parts, [[("assigned", 1.0)], [("confirmed", 0.0)]])
                if meeting != "free":
                    self.assertEqual(parts[0], [("assigned", 1.0)], "first come, first served")
                self._assert_shelf_is_true(part_id)

    def _issue(self, order_id):
        """Return the function of an environment that issues the part by hand, reserved or not."""

        def issue(env):
            picking = env["service.order"].browse(order_id).picking_ids
            picking.action_assign()
            if picking.move_ids.quantity:
                picking.move_ids.picked = True
                picking.button_validate()

        return issue

    def test_both_issue_the_last_piece(self):
        """R2.2: two storekeepers reach for the last piece at once: one issues it, the other
        finds nothing, and the shelf does not go below nothing."""
        for meeting in MEETINGS:
            with self.subTest(meeting):
                part_id, order_ids = self._make_orders(0, approved=True)
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    shelf = env["service.order"].browse(order_ids[0]).warehouse_id.lot_stock_id
                    part = env["product.product"].browse(part_id)
                    env["stock.quant"]._update_available_quantity(part, shelf, 1)
                requests = [
                    (uid, self._issue(order_id))
                    for uid, order_id in zip(self.storekeepers, order_ids, strict=True)
                ]
                self.assertEqual(self._meet(meeting, *requests), (None, None))
                parts = self._parts(order_ids)
                self.assertCountEqual(parts, [[("done", 1.0)], [("confirmed", 0.0)]])
                self._assert_shelf_is_true(part_id)

    def test_the_same_transfer_validated_twice(self):
        """R2.2: two storekeepers validate the same transfer at once: it is issued once."""
        for meeting in MEETINGS:
            with self.subTest(meeting):
                part_id, order_ids = self._make_orders(1, approved=True)
                reserved = next(
                    order_id for order_id, parts in zip(
                        order_ids, self._parts(order_ids), strict=True
                    ) if parts == [("assigned", 1.0)]
                )

                def validate(env, order_id=reserved):
                    picking = env["service.order"].browse(order_id).picking_ids
                    picking.move_ids.picked = True
                    picking.button_validate()

                answers = self._meet(meeting, *[(uid, validate) for uid in self.storekeepers])
                self.assertIn(None, answers)
                [[state]] = [p for p in self._parts(order_ids) if p[0][0] == "done"]
                self.assertEqual(state, ("done", 1.0))
                self._assert_shelf_is_true(part_id)
