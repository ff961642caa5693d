from datetime import timedelta

from odoo import fields, models


class StockMove(models.Model):
    """Parts that a manufacturer pays: the old ones are kept for the manufacturer."""

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        """Tag the old part for each new one that went into a car, and take the tag back where
        the new one came back unused."""
        done = super()._action_done(cancel_backorder=cancel_backorder)
        done._keep_old_parts()
        return done

    def _keep_old_parts(self):
        # Asked of what is in memory: transfers of other departments and payers cost nothing.
        ours = self.filtered(lambda move: move.service_job_id and move.product_id.is_storable)
        issued = ours.filtered(
            lambda move: move.location_dest_id.usage == "customer"
            and move.sale_line_id.order_id.service_pay_type == "warranty"
        )
        # Whoever pays by now: what was tagged when it was issued counts.
        returned = ours.filtered(lambda move: move.location_id.usage == "customer")
        # The warehouse makes no tags by hand; issuing and returning parts does.
        WarrantyPart = self.env["service.warranty.part"].sudo()
        if issued:
            WarrantyPart._tag(issued)
        if returned:
            WarrantyPart._untag(returned)

    def _tag_late(self):
        """Tag the old parts for what is out of these moves, issued before their manufacturer
        was to pay; what is tagged already stays as it is."""
        out = self._get_unused()
        out = {move: quantity for move, quantity in out.items() if move.product_id.is_storable}
        if not out:
            return
        WarrantyPart = self.env["service.warranty.part"]
        tagged = WarrantyPart.search([("move_id", "in", [move.id for move in out])]).move_id
        moves = self.filtered(lambda move: move in out) - tagged
        for tag in WarrantyPart._tag(moves):
            move = tag.move_id
            tag.quantity = move.product_uom._compute_quantity(out[move], tag.uom_id)

    def _prepare_warranty_part_vals(self):
        """Return the values of the tag for the part that this move replaces."""
        self.ensure_one()
        job = self.service_job_id
        today = fields.Date.context_today(self)
        days = timedelta(days=self.company_id.service_kept_part_days)
        return {
            "product_id": self.product_id.id,
            "quantity": self._get_done_in_stock_unit(),
            "job_id": job.id,
            "payer_id": job.payer_id.id,
            "move_id": self.id,
            "issued_on": today,
            "keep_until": today + days,
        }

    def _get_done_in_stock_unit(self):
        return self.product_uom._compute_quantity(self.quantity, self.product_id.uom_id)
