from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_compensation_limit = fields.Monetary(
        related="company_id.service_compensation_limit",
        readonly=False,
    )
    service_refund_user_id = fields.Many2one(
        related="company_id.service_refund_user_id", readonly=False
    )
    service_confirmation_attempts = fields.Integer(
        related="company_id.service_confirmation_attempts", readonly=False
    )
