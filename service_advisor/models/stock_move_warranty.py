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
        ours = self.filtered(
            lambda move: move.service_job_id
            and move.sale_line_id.order_id.service_pay_type == "warranty"
            and move.product_id.is_storable
        )
        if ours:
            issued = ours.filtered(lambda move: move.location_dest_id.usage == "customer")
            returned = ours.filtered(lambda move: move.location_id.usage == "customer")
            # The warehouse makes no tags by hand; issuing and returning parts does.
            WarrantyPart = self.env["service.warranty.part"].sudo()
            WarrantyPart._tag(issued)
            WarrantyPart._untag(returned)

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
