from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _before_merge(self, target):
        # Whoever may merge customers answers the pairs of both by it.
        self.env["service.duplicate"].sudo()._follow_merge("partner", self, target)
        return super()._before_merge(target)
