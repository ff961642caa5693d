from odoo import models


class StockMove(models.Model):
    """Whether the shelf could serve a part when it was first asked for."""

    _inherit = "stock.move"

    def _action_confirm(self, *args, **kwargs):
        """What has to be bought or moved first was not on the shelf."""
        moves = super()._action_confirm(*args, **kwargs)
        moves.filtered(lambda move: move.state == "waiting")._note_first_supply()
        return moves

    def _action_assign(self, *args, **kwargs):
        """The first reservation says whether all of a part was there."""
        result = super()._action_assign(*args, **kwargs)
        self._note_first_supply()
        return result

    def _note_first_supply(self):
        """Keep on the estimate lines of these moves, once, whether the shelf served them."""
        moves = self.filtered(
            lambda move: move.service_job_id
            and move.sale_line_id
            and not move.origin_returned_move_id
            and move.product_id.is_storable
        )
        # Nobody may write the fact by hand; the reservation does.
        lines = moves.sudo().sale_line_id.filtered(lambda line: not line.first_supply)
        if not lines:
            return
        waiting = moves.filtered(lambda move: move.state not in ("assigned", "done"))
        short = lines & waiting.sudo().sale_line_id  # as above
        short.first_supply = "short"
        (lines - short).first_supply = "served"
