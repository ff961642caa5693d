from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from .test_parts import PartsCommon


@tagged("post_install", "-at_install")
class TestPartsKept(PartsCommon):
    """What was issued stays known, whatever becomes of the line it was issued for."""

    def _issued(self):
        order = self._approve(self._order_for(self.operation))
        self._issue_parts(order)
        return order

    def test_issued_parts_follow_the_payer(self):
        """R2.2 R2.4: parts that are out are billed to the new payer, and not issued twice."""
        order = self._issued()
        moves = order.sudo().picking_ids.move_ids
        order.job_ids.write({"pay_type": "warranty", "payer_id": self.manufacturer.id})
        line = self._line(order, self.pads)
        self.assertEqual(line.order_id.partner_id, self.manufacturer)
        self.assertEqual(moves.sale_line_id, line | self._line(order, self.fluid))
        self.assertEqual((line.is_out, line.qty_delivered), (True, 1))
        order.action_quote()
        order.action_approve()
        self.assertEqual(order.sudo().picking_ids.move_ids, moves)
        self.assertEqual(self._line(order, self.fluid).qty_to_invoice, 2)

    def test_issued_parts_follow_the_operation(self):
        """R2.2 R2.4: another operation takes over the parts it needs as well; one that it does
        not need has to come back first."""
        order = self._issued()
        job, moves = order.job_ids, order.sudo().picking_ids.move_ids
        other = self.operation.copy({"code": "BRK-2"})
        refused = self.assertRaisesRegex(UserError, f"{order.name}.*was issued.*Return Unused")
        with refused, self.cr.savepoint():
            job.operation_id = self.sensor_job
        other.part_ids = [Command.clear()] + [
            Command.create({"product_id": part.id, "quantity": 3})
            for part in (self.pads, self.fluid)
        ]
        job.operation_id = other
        self.assertEqual(set(moves.sale_line_id.mapped("product_uom_qty")), {3})
        self.assertEqual(self._line(order, self.pads).qty_delivered, 1)

    def test_issued_part_is_not_deleted(self):
        """R2.4: a part that is out stays on the job until the warehouse has it back."""
        order = self._issued()
        line = self._line(order, self.pads).with_user(self.advisor)
        order.job_ids.action_reopen()
        with self.assertRaisesRegex(UserError, "Brake pads was issued"), self.cr.savepoint():
            line.unlink()
        line.with_user(self.storekeeper).action_return_unused()
        self._line(order, self.pads).with_user(self.advisor).unlink()
        self.assertFalse(self._line(order, self.pads))

    def test_no_substitute_of_what_was_issued(self):
        """R2.2: a part that was issued is not exchanged on paper."""
        self.pads.service_substitute_ids = self.fluid
        order = self._issued()
        with self.assertRaisesRegex(UserError, f"{order.name}.*issued or invoiced already"):
            self._line(order, self.pads).with_user(self.advisor).action_open_substitutes()

    def test_part_of_the_customer_stays_theirs(self):
        """R2.2: a part the customer brings has no price for the next payer either."""
        order = self._order_for(self.operation)
        self._line(order, self.pads).part_origin = "customer"
        order.job_ids.write({"pay_type": "internal", "payer_id": self.manufacturer.id})
        line = self._line(order, self.pads)
        self.assertEqual((line.part_origin, line.price_unit), ("customer", 0))

    def test_shared_out_as_the_job(self):
        """R2.2: parts that are found on a shared job are shared as it is."""
        order = self._new_order(jobs=1)
        job = order.job_ids
        job.share_ids = [
            Command.create(
                {"pay_type": "goodwill", "payer_id": self.manufacturer.id, "percent": 40}
            )
        ]
        self._approve(order)
        vals = {
            "product_id": self.sensor.id,
            "product_uom_qty": 1,
            "product_uom_id": self.sensor.uom_id.id,
        }
        found = order.sudo()._propose_part_lines([vals], "Look at it", job).service_job_id
        self.assertNotEqual(found, job)
        share = found.share_ids
        self.assertEqual(
            (share.pay_type, share.payer_id, share.percent), ("goodwill", self.manufacturer, 40)
        )
        self.assertTrue(found.is_shared)

    def test_lost_demand_of_another_part_stays(self):
        """R2.4: undoing takes back what was lost of the part that stands here now."""
        order = self._order_for(self.sensor_job)
        line = self._line(order, self.sensor).with_user(self.advisor)
        line.action_lost_demand()
        line.product_id = self.pads
        line.action_lost_demand()
        line.action_undo_lost_demand()
        self.assertEqual(line.lost_demand_ids.product_id, self.sensor)

    def test_moves_are_reserved_in_their_order(self):
        """R2.4: among other moves a part has no later turn than Odoo gives it."""
        order = self._approve(self._order_for(self.sensor_job))
        part = order.sudo().picking_ids.move_ids
        retail = self.env["stock.move"].create(
            {
                "product_id": self.sensor.id,
                "product_uom_qty": 1,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            }
        )
        retail._action_confirm()
        self._put_on_shelf(self.sensor, 1)
        (part + retail)._action_assign()
        self.assertEqual((part.state, retail.state), ("assigned", "confirmed"))

    def test_estimate_numbers(self):
        """R2.2: no number stands for two estimates, also where one was deleted."""
        order = self._order_for(self.operation)
        first = order.estimate_ids
        create = order.estimate_ids._create_estimates
        vals = order.job_ids._prepare_estimate_vals()
        second, third = (create([dict(vals)]) for _number in range(2))
        second.sudo().unlink()
        self.env.invalidate_all()
        fourth = create([dict(vals)])
        names = (first | third | fourth).mapped("name")
        self.assertEqual(names, [f"{order.name}-{number}" for number in (1, 3, 4)])
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.cr.savepoint(),
        ):
            fourth.sudo().name = third.name
            self.env.flush_all()

    def test_advisors_search_unfitted_parts(self):
        """R2.4: who may not read purchase orders is not offered to search them."""
        Unfitted = self.env["service.part.unfitted"]
        for user, offered in ((self.advisor, False), (self.storekeeper, True)):
            arch = Unfitted.with_user(user).get_view(view_type="search")["arch"]
            self.assertEqual('name="purchase_id"' in arch, offered)
