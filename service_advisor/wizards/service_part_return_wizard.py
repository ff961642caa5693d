from odoo import api, fields, models


class ServicePartReturnWizard(models.TransientModel):
    """A part of what was issued goes back to the shelf, the rest was fitted."""

    _name = "service.part.return.wizard"
    _description = "Return Unused Parts"

    line_id = fields.Many2one(
        "sale.order.line", "Part", required=True, readonly=True, ondelete="cascade"
    )
    product_uom_id = fields.Many2one(related="line_id.product_uom_id")
    quantity = fields.Float(
        compute="_compute_quantity",
        store=True,
        readonly=False,
        digits="Product Unit",
        help="What was issued and not returned yet; type less where some of it was fitted.",
    )

    @api.depends("line_id")
    def _compute_quantity(self):
        for wizard in self:
            wizard.quantity = wizard.line_id._get_unused_quantity()

    def action_confirm(self):
        """Return the quantity to the shelf.

        :raises UserError: naming the order, where more is typed than is out.
        """
        self.ensure_one()
        result = self.line_id._return_quantity(self.quantity)
        return result if isinstance(result, dict) else {"type": "ir.actions.act_window_close"}
