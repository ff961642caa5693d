from odoo import models

from .res_partner_consent import SWITCHES


class ServiceConsent(models.Model):
    """The switches of the customer follow the newest answer."""

    _inherit = "service.consent"

    def _after_record(self):
        result = super()._after_record()
        for (purpose, given), rows in self.grouped(
            lambda consent: (consent.purpose, consent.state == "given")
        ).items():
            if purpose in SWITCHES:
                switch, refuses = SWITCHES[purpose]
                value = given != refuses
                moved = rows.partner_id.filtered(lambda p, s=switch, v=value: p[s] != v)
                if moved:
                    moved.write({switch: value})
        return result
