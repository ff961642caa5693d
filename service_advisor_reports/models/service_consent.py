from odoo import models


class ServiceConsent(models.Model):
    """Who was asked is no longer missing an answer."""

    _inherit = "service.consent"

    def _after_record(self):
        super()._after_record()
        self.env["service.data.score"]._changed(self.partner_id)
