from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_improvement_watch_days = fields.Integer(
        related="company_id.service_improvement_watch_days", readonly=False
    )
    service_improvement_escalation_days = fields.Integer(
        related="company_id.service_improvement_escalation_days", readonly=False
    )
