from odoo import models


class ResPartner(models.Model):
    """What customers want to be asked about: changes of it are kept."""

    _inherit = "res.partner"
    _audited_fields = {
        "service_no_survey": "consent",
        "service_no_quality_call": "consent",
        "service_no_offer_call": "consent",
        "service_shares_results": "consent",
    }
