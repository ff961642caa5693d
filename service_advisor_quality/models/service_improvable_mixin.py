from odoo import models


class ServiceImprovableMixin(models.AbstractModel):
    """Something to learn from; how, ``service.improvement._improve`` knows of each model."""

    _name = "service.improvable.mixin"
    _description = "Something to Learn From"

    def action_improve(self):
        """Open the improvement that was begun from this, begun now where there is none yet.

        :raises UserError: where there is nothing to learn, in words.
        """
        self.ensure_one()
        return self.env["service.improvement"]._improve(self)._get_records_action()
