from odoo import api, fields, models
from odoo.exceptions import AccessError

from .sale_order_line import AGREED_FIELDS


class SaleOrderLine(models.Model):
    """What a manufacturer did not pay, as a line of its own.

    It is accounting, and no part of what was proposed and approved: it voids no approval.
    """

    _inherit = "sale.order.line"

    service_claim_id = fields.Many2one(
        "service.claim",
        "Difference of Claim",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        readonly=True,
    )

    def write(self, vals):
        if AGREED_FIELDS & vals.keys() and any(line.service_claim_id for line in self):
            self._check_difference_by_step()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_difference(self):
        if any(line.service_claim_id for line in self):
            self._check_difference_by_step()

    @api.model
    def _check_difference_by_step(self):
        if not self.env.su:
            raise AccessError(
                self.env._(
                    "The difference of a warranty claim can not be entered by hand. Record the "
                    "manufacturer's answer on the claim."
                )
            )

    def _get_claimed_amount(self):
        """Return what this line comes to without taxes: as agreed, or once the work is over as
        much of it as was delivered."""
        self.ensure_one()
        agreed, quantity = self.product_uom_qty, self.product_uom_qty
        if self.service_job_id.state in ("qc", "done"):
            quantity = min(self.qty_delivered, agreed)
        return self.price_subtotal * quantity / agreed if agreed else 0.0

    def _get_price_ratio(self):
        """Return by how much the entered prices of these lines, of the same taxes, exceed their
        amounts without taxes: 1 unless prices include taxes."""
        if not any(self.tax_ids.mapped("price_include")):
            return 1.0
        entered = sum(
            line.price_unit * line.product_uom_qty * (1 - line.discount / 100) for line in self
        )
        return entered / (sum(self.mapped("price_subtotal")) or 1.0)
