from odoo import fields, models


class StockMove(models.Model):
    """Part of a job, on its way from the shelf to the car."""

    _inherit = "stock.move"

    service_job_id = fields.Many2one("service.job", "Job", index="btree_not_null")

    def _get_new_picking_values(self):
        values = super()._get_new_picking_values()
        orders = self.service_job_id.order_id
        if len(orders) == 1:
            values["service_order_id"] = orders.id
        return values

    def _action_assign(self, force_qty=False):
        """Look up the shelves of all parts at once, as Odoo does when goods leave: else it
        searches the same shelf of each part three times."""
        # Among others, parts wait for their turn: the order of the moves is Odoo's priority.
        if not self or not all(move.service_job_id for move in self):
            return super()._action_assign(force_qty=force_qty)
        shelves = self.env["stock.quant"]._get_quants_by_products_locations(
            self.product_id, self.location_id
        )
        return super(StockMove, self.with_context(quants_cache=shelves))._action_assign(
            force_qty=force_qty
        )

    def _assign_picking_post_process(self, new=False):
        """Transfers of service orders show their order; a note with a link says no more."""
        for_service = self.filtered("service_job_id")
        super(StockMove, for_service)._assign_picking_post_process(new=False)
        return super(StockMove, self - for_service)._assign_picking_post_process(new=new)

    def _get_upstream_documents_and_responsibles(self, visited):
        """Whoever bought a part is told when its estimate is cancelled."""
        moves = self
        if self.service_job_id:
            # The desk cancels estimates and may not read purchases.
            moves = self.sudo()
        return super(StockMove, moves)._get_upstream_documents_and_responsibles(visited)

    def _action_synch_order(self):
        """A part added on a workshop transfer is never billed silently.

        Odoo would add a line to the approved estimate of the transfer; here it becomes a
        draft supplement that the payer is asked about.
        """
        extra = self._get_unapproved_parts()
        extra._propose_supplement()
        return super(StockMove, self - extra)._action_synch_order()

    def _get_unapproved_parts(self):
        """Return the picked moves of service orders that no estimate line stands behind."""
        return self.filtered(
            lambda move: move.picked
            and not move.sale_line_id
            and not move.origin_returned_move_id
            and move.picking_id.service_order_id
            and move.location_dest_id.usage == "customer"
        )

    def _propose_supplement(self):
        """Create a proposed job per service order with the parts of these moves as lines."""
        for order, moves in self.grouped(lambda move: move.picking_id.service_order_id).items():
            # The warehouse worker has no right to sell: the proposal is made on their behalf.
            order.sudo()._propose_parts(moves)
