from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_parts import PartsCommon


# Until ready: before any addon that adds a gate there is loaded, so at_install.
@tagged("at_install", "-post_install")
class TestReturnUnused(PartsCommon):
    def _issued(self):
        order = self._approve(self._order_for(self.operation))
        self._issue_parts(order)
        return order

    def _on_shelf(self, product, location=None):
        self.env.invalidate_all()
        location = location or self.warehouse.lot_stock_id
        return self.env["stock.quant"]._get_available_quantity(product, location)

    def test_one_click_from_the_line(self):
        """R2.4: an unused part is back on the shelf in one click, and less is delivered."""
        order = self._issued()
        line = self._line(order, self.fluid)
        self.assertEqual((line.is_out, line.qty_delivered, line.part_issued), (True, 2, 2))
        line.with_user(self.storekeeper).action_return_unused()
        line = self._line(order, self.fluid)
        self.assertEqual((line.qty_delivered, line.part_returned), (0, 2))
        self.assertEqual((line.part_state, line.is_out), ("returned", False))
        self.assertEqual(self._on_shelf(self.fluid), 10)
        back = order.picking_ids.filtered("return_id")
        self.assertEqual((back.state, back.service_order_id), ("done", order))
        self.assertEqual(self._line(order, self.pads).qty_delivered, 1)
        self.assertEqual(order.parts_state, "issued")
        with self.assertRaisesRegex(UserError, f"{order.name}.*back on the shelf"):
            line.with_user(self.storekeeper).action_return_unused()

    def test_one_click_from_the_transfer(self):
        """R2.4: all that a transfer issued and that is still out comes back at once."""
        order = self._issued()
        self._line(order, self.fluid).with_user(self.storekeeper)._return_quantity(1)
        picking = order.picking_ids.filtered(lambda p: not p.return_id)
        self.assertTrue(picking.has_unused)
        picking.with_user(self.storekeeper).action_return_unused()
        self.assertEqual(set(order.job_ids.line_ids.mapped("qty_delivered")), {0})
        self.assertEqual(self._on_shelf(self.fluid), 10)
        self.assertEqual(self._on_shelf(self.pads), 10)
        self.env.invalidate_all()
        self.assertFalse(picking.has_unused)
        with self.assertRaisesRegex(UserError, "is out any more"):
            picking.with_user(self.storekeeper).action_return_unused()

    def test_less_than_all(self):
        """R2.4: where some of it was fitted, the rest comes back; never more than is out."""
        order = self._issued()
        line = self._line(order, self.fluid).with_user(self.storekeeper)
        action = line.action_open_return()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.storekeeper)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(wizard.quantity, 2)
        wizard.quantity = 3
        with self.assertRaisesRegex(UserError, f"{order.name}.*are out"):
            wizard.action_confirm()
        wizard.quantity = 1
        wizard.action_confirm()
        self.assertEqual(self._line(order, self.fluid).qty_delivered, 1)
        self.assertEqual(self._line(order, self.fluid).part_state, "issued")

    def test_only_the_warehouse(self):
        """R5.3: technicians and advisors move no stock."""
        order = self._issued()
        for user in (self.technician, self.advisor):
            with self.assertRaises(AccessError):
                self._line(order, self.fluid).with_user(user).action_return_unused()

    def test_three_step_receipts(self):
        """R2.4: where goods are received in three steps, unused parts still go straight to the
        shelf they were taken from."""
        self.warehouse.reception_steps = "three_steps"
        place = self.env["stock.location"].create(
            {"name": "Rack 7", "location_id": self.warehouse.lot_stock_id.id}
        )
        part = self._new_part("Racked part", 5.0)
        self.env["stock.quant"]._update_available_quantity(part, place, 1)
        self.operation.part_ids = [Command.create({"product_id": part.id, "quantity": 1})]
        order = self._issued()
        self.assertEqual(self._on_shelf(part, place), 0)
        self._line(order, part).with_user(self.storekeeper).action_return_unused()
        self.assertEqual(self._on_shelf(part, place), 1)
        self.assertEqual(order.picking_ids.mapped("state"), ["done", "done"])

    def test_serial_numbers_come_back(self):
        """R2.4: the serial number that was issued is the one that comes back."""
        part = self._new_part("Control unit", 500.0)
        part.tracking = "serial"
        lots = self.env["stock.lot"].create(
            [{"name": f"SN{n}", "product_id": part.id} for n in range(2)]
        )
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(
                part, self.warehouse.lot_stock_id, 1, lot_id=lot
            )
        self.operation.part_ids = [Command.create({"product_id": part.id, "quantity": 2})]
        order = self._issued()
        issued = self._line(order, part).sudo().move_ids
        self.assertEqual(issued.move_line_ids.lot_id, lots)
        for left in (1, 0):
            self._line(order, part).with_user(self.storekeeper)._return_quantity(1)
            self.assertEqual(self._line(order, part).qty_delivered, left)
        back = issued.returned_move_ids.move_line_ids
        self.assertEqual(sorted(back.mapped("lot_id.name")), ["SN0", "SN1"])
        self.assertEqual(self._on_shelf(part), 2)

    def test_credited_after_the_invoice(self):
        """R2.6: what comes back after the invoice is credited by Odoo's own step."""
        order = self._issued()
        self._work(order)
        order.sudo()._keep({"ready_at": self._now()})
        self._invoice(order)
        line = self._line(order, self.fluid)
        line.with_user(self.storekeeper).action_return_unused()
        line = self._line(order, self.fluid)
        self.assertEqual((line.qty_to_invoice, line.invoice_status), (-2, "to invoice"))
        self.assertFalse(order.is_settled)
        credit = order.estimate_ids.sudo()._create_invoices(final=True)
        self.assertEqual((credit.move_type, credit.amount_untaxed), ("out_refund", 40))
