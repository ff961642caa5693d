from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_alert_level = fields.Selection(
        related="company_id.service_alert_level", readonly=False
    )
