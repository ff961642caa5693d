from odoo import models


class ServiceConsent(models.Model):
    """What the customer answers about sales holds for the leads that sales has."""

    _inherit = "service.consent"

    def _after_record(self):
        result = super()._after_record()
        about_sales = self.filtered(lambda consent: consent.purpose == "sales")
        if about_sales:
            self.env["service.lead.proposal"]._follow_consent(about_sales.partner_id)
        return result
