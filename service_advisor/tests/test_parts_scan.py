from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_parts import PartsCommon
from .test_tours import ToursCommon


# Until ready: before any addon that adds a gate there is loaded, so at_install.
@tagged("at_install", "-post_install")
class TestScan(PartsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pads.barcode = "4006381333931"
        cls.fluid.barcode = "FLUID-1"
        cls.unit = cls._new_part("Control unit", 500.0)
        cls.unit.tracking = "serial"
        cls.lots = cls.env["stock.lot"].create(
            [{"name": f"SN-{n}", "product_id": cls.unit.id} for n in range(3)]
        )
        for lot in cls.lots:
            cls.env["stock.quant"]._update_available_quantity(
                cls.unit, cls.warehouse.lot_stock_id, 1, lot_id=lot
            )

    def _picking(self, *parts):
        self.operation.part_ids = [
            Command.create({"product_id": part.id, "quantity": 1}) for part in parts
        ]
        order = self._approve(self._order_for(self.operation))
        return order.picking_ids.with_user(self.storekeeper)

    def _scan(self, picking, barcode):
        result = picking.action_scan_part(barcode)
        self.env.invalidate_all()
        return result["type"], result["message"]

    def _scanned(self, picking, product):
        return picking.move_ids.filtered(lambda m: m.product_id == product).service_scanned_qty

    def test_scan_piece_by_piece(self):
        """R2.4: each scan counts one piece, says how far it is, and never more than is asked."""
        picking = self._picking()
        self.assertEqual(self._scan(picking, "FLUID-1"), ("success", "Brake fluid: 1 of 2"))
        self.assertEqual(self._scanned(picking, self.fluid), 1)
        self.assertEqual(self._on_hand_reserved(self.fluid), 2, "the other stays reserved")
        self.assertEqual(self._scan(picking, "FLUID-1")[0], "success")
        kind, message = self._scan(picking, "FLUID-1")
        self.assertEqual(kind, "warning")
        self.assertIn("More of it has to be approved first", message)
        self.assertEqual(self._scanned(picking, self.fluid), 2)

    def _on_hand_reserved(self, product):
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id),
             ("location_id", "=", self.warehouse.lot_stock_id.id)]
        )
        return sum(quants.mapped("reserved_quantity"))

    def test_only_what_was_scanned_is_issued(self):
        """R2.4: validating issues the scanned pieces; the rest waits in a backorder."""
        picking = self._picking()
        for barcode in ("FLUID-1", "4006381333931"):
            self._scan(picking, barcode)
        picking.with_context(skip_backorder=True).button_validate()
        issued = {m.product_id: m.quantity for m in picking.move_ids}
        self.assertEqual(issued, {self.pads: 1, self.fluid: 1})
        rest = picking.service_order_id.picking_ids - picking
        self.assertEqual((rest.move_ids.product_id, rest.move_ids.quantity), (self.fluid, 1))
        self.assertEqual(rest.state, "assigned")

    def test_unknown_barcode(self):
        """R2.4: what is no part of the transfer changes nothing and is said aloud."""
        picking = self._picking()
        kind, message = self._scan(picking, "9999999")
        self.assertEqual(kind, "warning")
        self.assertIn(picking.name, message)
        self.assertFalse(any(picking.move_ids.mapped("picked")))

    def test_serial_number(self):
        """R2.4: the scanned serial number is issued, also where another was reserved; a product
        code alone is not enough, and no number counts twice."""
        self.unit.barcode = "UNIT-1"
        picking = self._picking(self.unit)
        self.assertEqual(self._scan(picking, "UNIT-1")[0], "warning")
        reserved = picking.move_line_ids.lot_id
        other = (self.lots - reserved)[0]
        self.assertEqual(self._scan(picking, other.name)[0], "success")
        lines = picking.move_line_ids.filtered(lambda line: line.product_id == self.unit)
        self.assertEqual((lines.lot_id, lines.picked, lines.quantity), (other, True, 1))
        self.assertEqual(self._scan(picking, other.name)[0], "warning")
        self._scan(picking, "4006381333931")
        picking.with_context(skip_backorder=True).button_validate()
        line = self._line(picking.service_order_id, self.unit)
        self.assertEqual((line.qty_delivered, line.move_ids.lot_ids), (1, other))

    def test_nothing_on_the_shelf(self):
        """R2.4: a part that is not there, or another order's, is not counted."""
        self.sensor.barcode = "SENSOR"
        picking = self._picking(self.sensor)
        kind, message = self._scan(picking, "SENSOR")
        self.assertEqual(kind, "warning")
        self.assertIn("is not on the shelf", message)
        self._put_on_shelf(self.sensor, 1)
        self.assertEqual(self._scan(picking, "SENSOR")[0], "success")

    def test_rest_arrives_after_the_first_scan(self):
        """R2.4: what comes to the shelf once something is counted can be counted as well."""
        self._take_from_shelf(self.fluid, 9)
        picking = self._picking()
        self.assertEqual(self._scan(picking, "FLUID-1")[0], "success")
        self.assertEqual(self._scan(picking, "FLUID-1")[0], "warning")
        self._put_on_shelf(self.fluid, 1)
        self.assertEqual(self._scan(picking, "FLUID-1"), ("success", "Brake fluid: 2 of 2"))
        self.assertEqual(self._on_hand_reserved(self.fluid), 2)
        self._scan(picking, "4006381333931")
        picking.button_validate()
        self.assertEqual(self._line(picking.service_order_id, self.fluid).qty_delivered, 2)

    def _take_from_shelf(self, product, quantity):
        self._put_on_shelf(product, -quantity)

    def test_code_of_a_part_that_looks_like_gs1(self):
        """R2.4: a part's own code is what it is, whatever GS1 would read into it."""
        self.company.nomenclature_id = self.env.ref(
            "barcodes_gs1_nomenclature.default_gs1_nomenclature"
        )
        self.fluid.barcode = "10AB12"  # GS1: lot AB12
        picking = self._picking()
        self.assertEqual(self._scan(picking, "10AB12")[0], "success")
        self.assertEqual(self._scanned(picking, self.fluid), 1)

    def test_gs1(self):
        """R2.4: a GS1 code names product, serial number and quantity at once."""
        self.company.nomenclature_id = self.env.ref(
            "barcodes_gs1_nomenclature.default_gs1_nomenclature"
        )
        picking = self._picking(self.unit)
        self.unit.barcode = "4006381333948"
        self.assertEqual(self._scan(picking, "0104006381333931")[0], "success")
        self.assertEqual(self._scanned(picking, self.pads), 1)
        self.assertEqual(self._scan(picking, "010400638133394821SN-2")[0], "success")
        self.assertIn(self.lots[2], picking.move_line_ids.filtered("picked").lot_id)

    def test_only_on_workshop_issues(self):
        """R2.4: other transfers take no scans, nor does one that is done; and it takes the
        rights of the warehouse."""
        receipt = self.env["stock.picking"].create(
            {"picking_type_id": self.warehouse.in_type_id.id}
        )
        with self.assertRaisesRegex(UserError, "nothing is scanned here"):
            receipt.action_scan_part("FLUID-1")
        picking = self._picking()
        with self.assertRaises(AccessError):
            picking.with_user(self.technician).action_scan_part("FLUID-1")
        picking.move_ids.picked = True
        picking.button_validate()
        with self.assertRaisesRegex(UserError, "is done or cancelled"):
            picking.action_scan_part("FLUID-1")


@tagged("post_install", "-at_install")
class TestScanTour(ToursCommon):
    def test_scan_in_the_form(self):
        """R2.4: a scanner types into the transfer's form: the count rises, an unknown code is
        said aloud."""
        self.pads.barcode = "4006381333931"
        order = self._authorised_order()
        picking = order.picking_ids
        self._tour(
            "service_advisor_scan",
            self.storekeeper,
            f"/odoo/action-service_advisor.stock_picking_action_workshop/{picking.id}",
        )
        lines = picking.move_line_ids.filtered("picked")
        self.assertEqual((lines.product_id, lines.quantity), (self.pads, 1))
