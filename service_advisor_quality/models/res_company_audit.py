from odoo import models


class ResCompany(models.Model):
    """Settings that decide on checks, surveys and money: changes are kept."""

    _inherit = "res.company"
    _audited_fields = {
        "service_allow_own_inspection": "settings",
        "service_compensation_limit": "settings",
        "service_sampling_base": "settings",
        "service_sampling_floor": "settings",
        "service_survey_send": "settings",
    }
