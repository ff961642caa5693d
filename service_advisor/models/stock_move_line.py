from odoo import models


class StockMoveLine(models.Model):
    """Reserved pieces of a workshop issue, picked one scan at a time."""

    _inherit = "stock.move.line"

    def _split_picked(self, quantity):
        """Mark ``quantity`` (in the product's unit) of this line as picked; the rest waits."""
        self.ensure_one()
        unit = self.product_id.uom_id
        if unit.compare(quantity, self.quantity_product_uom) >= 0:
            self.picked = True
            return
        amount = unit._compute_quantity(quantity, self.product_uom_id)
        picked = self.move_id.move_line_ids.filtered(
            lambda line: line.picked
            and (line.lot_id, line.location_id, line.product_uom_id)
            == (self.lot_id, self.location_id, self.product_uom_id)
        )[:1]
        self.quantity -= amount
        if picked:
            picked.quantity += amount
        else:
            self.copy({"quantity": amount, "picked": True})

    def _swap_lot(self, lot, quantity):
        """Pick ``quantity`` (in the product's unit) of ``lot`` in the place of these lines, which
        another lot is reserved on.

        :return: whether that much of the lot is free, and of these lines there was as much.
        """
        move, unit = self.move_id[:1], lot.product_id.uom_id
        if unit.compare(sum(self.mapped("quantity_product_uom")), quantity) < 0:
            return False
        move._lock_shelf()
        quants = self.env["stock.quant"]._get_reserve_quantity(
            lot.product_id, move.location_id, quantity, lot_id=lot
        )
        if unit.compare(sum(amount for _quant, amount in quants), quantity) < 0:
            return False
        for line in self:
            part = min(quantity, line.quantity_product_uom)
            quantity -= part
            left = line.quantity_product_uom - part
            if unit.compare(left, 0.0) <= 0:
                line.unlink()
            elif unit.compare(part, 0.0) > 0:
                line.quantity = unit._compute_quantity(left, line.product_uom_id)
        self.create(
            [
                move._prepare_move_line_vals(quantity=amount, reserved_quant=quant)
                | {"picked": True, "quantity": amount, "product_uom_id": unit.id}
                for quant, amount in quants
            ]
        )
        return True
