from odoo import models


class ServiceConsent(models.Model):
    """What the customer answers holds for the leads that sales has, and is missing no more."""

    _inherit = "service.consent"

    def _after_record(self):
        result = super()._after_record()
        about_sales = self.filtered(lambda consent: consent.purpose == "sales")
        if about_sales:
            self.env["service.lead.proposal"]._follow_consent(about_sales.partner_id)
        self.env["service.data.score"]._changed(self.partner_id)
        return result
