from odoo import fields, models


class StockPicking(models.Model):
    """Parts that were issued and not needed go back to the shelf in one click."""

    _inherit = "stock.picking"

    has_unused = fields.Boolean(compute="_compute_has_unused")

    def _compute_has_unused(self):
        """Whether parts of a workshop issue are still out."""
        for picking in self:
            issued = picking.service_order_id and picking.state == "done"
            picking.has_unused = bool(issued and picking.move_ids._get_unused())

    def action_return_unused(self):
        """Return all that these transfers issued and nobody brought back yet.

        :raises UserError: naming the order of a transfer of which nothing is out.
        """
        unused = self.move_ids._get_unused()
        for picking in self.filtered("service_order_id"):
            if not picking.move_ids & self.env["stock.move"].union(*unused):
                picking.service_order_id._refuse(
                    self.env._(
                        "Nothing of %(transfer)s is out any more: it was not issued yet, or is "
                        "back on the shelf.",
                        transfer=picking.name,
                    )
                )
        return self._return_to_shelf(unused)

    def _return_to_shelf(self, quantities):
        """Make and validate the standard return of parts, each to the place it was taken from.

        :param quantities: ``{stock.move: quantity in the unit of the move}`` of issued parts.
        :return: True, or the dialog that validating the return asks for.
        """
        result = True
        moves = self.env["stock.move"].union(*quantities)
        for picking in moves.picking_id:
            # loop: one return per transfer, as Odoo's wizard makes it
            wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
            for line in wizard.product_return_moves:
                line.quantity = quantities.get(line.move_id, 0.0)
            back = wizard._create_return()
            back.move_ids._put_back()
            answer = back.with_context(skip_backorder=True).button_validate()
            result = answer if isinstance(answer, dict) else result
        return result

