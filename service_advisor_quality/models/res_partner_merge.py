from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _before_merge(self, target):
        # The calls of both are the caller's; whoever merges makes one of two.
        self.env["service.followup"].sudo()._drop_doubled("partner_id", self, target)
        return super()._before_merge(target)
