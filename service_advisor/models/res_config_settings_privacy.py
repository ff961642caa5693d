from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_privacy_months = fields.Integer(
        related="company_id.service_privacy_months", readonly=False
    )
    service_retention_years = fields.Integer(
        related="company_id.service_retention_years", readonly=False
    )
