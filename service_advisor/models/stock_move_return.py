from collections import defaultdict

from odoo import models


class StockMove(models.Model):
    """The way of unused parts back to where they were taken from."""

    _inherit = "stock.move"

    def _get_unused(self):
        """Return ``{move: quantity}`` of the issued parts of these moves that are still out."""
        return {
            move: quantity
            for move, quantity in self._get_unreturned()
            if move.product_uom.compare(quantity, 0.0) > 0
        }

    def _get_fitted_lots(self):
        """Return the lots and serial numbers of these issued parts that are still out."""
        back = self.returned_move_ids.filtered(lambda move: move.state == "done")
        net = defaultdict(float)
        for line in self.move_line_ids:
            net[line.lot_id] += line.quantity_product_uom
        for line in back.move_line_ids:
            net[line.lot_id] -= line.quantity_product_uom
        return self.env["stock.lot"].union(*(lot for lot, left in net.items() if left > 0))

    def _put_back(self):
        """Write on these return moves the lots and the places their parts were taken from."""
        self.move_line_ids.unlink()
        vals_list = []
        for move in self:
            left = move.product_uom_qty
            for (location, lot), taken in move._get_places_taken_from().items():
                amount = min(left, taken)
                if move.product_uom.compare(amount, 0.0) > 0:
                    vals_list.append(
                        move._prepare_move_line_vals()
                        | {
                            "location_dest_id": location.id,
                            "lot_id": lot.id,
                            "quantity": amount,
                            "product_uom_id": move.product_uom.id,
                            "picked": True,
                        }
                    )
                    left -= amount
        self.env["stock.move.line"].create(vals_list)

    def _get_places_taken_from(self):
        """Return ``{(stock.location, stock.lot): quantity}`` that the returned move took and
        that is not back yet, in the unit of this move; the latest taken first."""
        places = defaultdict(float)
        issued = self.origin_returned_move_id
        for line in issued.move_line_ids.sorted("id", reverse=True):
            places[line.location_id, line.lot_id] += line.product_uom_id._compute_quantity(
                line.quantity, self.product_uom
            )
        for line in (issued.returned_move_ids - self).move_line_ids:
            back = line.product_uom_id._compute_quantity(line.quantity, self.product_uom)
            # Returned to the same place, else wherever of the same lot.
            keys = sorted(
                (key for key in places if key[1] == line.lot_id),
                key=lambda key, line=line: key[0] != line.location_dest_id,
            )
            for key in keys:
                amount = min(back, places[key])
                places[key] -= amount
                back -= amount
        return places
