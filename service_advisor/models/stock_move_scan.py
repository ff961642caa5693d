from odoo import models


class StockMove(models.Model):
    """Scanned pieces are picked move lines beside the reserved ones that wait for their scan."""

    _inherit = "stock.move"

    def _get_scanned(self):
        """Return how much of these moves of one product is picked, in the product's unit."""
        return sum(
            line.product_uom_id._compute_quantity(line.quantity, line.product_id.uom_id)
            for line in self.move_line_ids.filtered("picked")
        )

    def _pick_scanned(self, lot, quantity):
        """Turn ``quantity`` (in the unit of the product) of what is reserved into picked lines.

        A lot or serial number other than the reserved one takes its place where it is free.

        :return: whether as much as that could be picked.
        """
        unit = self.product_id.uom_id
        waiting = self.move_line_ids.filtered(lambda line: not line.picked)
        same = waiting.filtered(lambda line: not lot or line.lot_id == lot)
        missing = quantity - sum(same.mapped("quantity_product_uom"))
        if unit.compare(missing, 0.0) > 0:
            swapped = lot and (waiting - same)._swap_lot(lot, missing)
            if not swapped and not self._pick_from_shelf(lot, missing):
                return False
            quantity -= missing
        for line in same:
            part = min(quantity, line.quantity_product_uom)
            if unit.compare(part, 0.0) > 0:
                line._split_picked(part)
                quantity -= part
        return True

    def _pick_from_shelf(self, lot, quantity):
        """Pick ``quantity`` (in the unit of the product) of what came to the shelf since the
        first scan: Odoo reserves no more for a move of which something is picked.

        :return: whether as much as that is free, and asked for beside what is reserved.
        """
        unit = self.product_id.uom_id
        move = self.filtered(
            lambda move: unit.compare(
                move.product_qty - sum(move.move_line_ids.mapped("quantity_product_uom")),
                quantity,
            )
            >= 0
        )[:1]
        if not move:
            return False
        move._lock_shelf()
        quants = self.env["stock.quant"]._get_reserve_quantity(
            move.product_id, move.location_id, quantity, lot_id=lot
        )
        if unit.compare(sum(amount for _quant, amount in quants), quantity) < 0:
            return False
        self.env["stock.move.line"].create(
            [
                move._prepare_move_line_vals(quantity=amount, reserved_quant=quant)
                | {"picked": True, "quantity": amount, "product_uom_id": unit.id}
                for quant, amount in quants
            ]
        )
        return True
