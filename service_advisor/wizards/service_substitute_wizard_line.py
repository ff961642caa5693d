from odoo import fields, models

from ..models.product_template import PART_ORIGINS


class ServiceSubstituteWizardLine(models.TransientModel):
    """One part that could do instead."""

    _name = "service.substitute.wizard.line"
    _description = "Substitute of a Part"

    wizard_id = fields.Many2one(
        "service.substitute.wizard", required=True, index=True, ondelete="cascade"
    )
    product_id = fields.Many2one("product.product", "Part", required=True, readonly=True)
    origin = fields.Selection(PART_ORIGINS, "Part Origin", readonly=True)
    free_qty = fields.Float("Free on the Shelf", readonly=True, digits="Product Unit")
    price = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)

    def action_choose(self):
        """Put this part in the place of the proposed one; the payer is asked again."""
        self.ensure_one()
        self.wizard_id.line_id._substitute(self.product_id)
        return {"type": "ir.actions.act_window_close"}
