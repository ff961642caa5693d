from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_survey_send = fields.Boolean(
        related="company_id.service_survey_send", readonly=False
    )
    service_survey_id = fields.Many2one(related="company_id.service_survey_id", readonly=False)
    service_survey_delay = fields.Integer(
        related="company_id.service_survey_delay", readonly=False
    )
    service_survey_pause = fields.Integer(
        related="company_id.service_survey_pause", readonly=False
    )
    service_survey_validity = fields.Integer(
        related="company_id.service_survey_validity", readonly=False
    )
    service_survey_limit = fields.Integer(
        related="company_id.service_survey_limit", readonly=False
    )
    service_followup_user_id = fields.Many2one(
        related="company_id.service_followup_user_id", readonly=False
    )
    service_followup_days = fields.Integer(
        related="company_id.service_followup_days", readonly=False
    )
    service_followup_attempts = fields.Integer(
        related="company_id.service_followup_attempts", readonly=False
    )
    service_declined_days = fields.Integer(
        related="company_id.service_declined_days", readonly=False
    )
    service_maintenance_call = fields.Boolean(
        related="company_id.service_maintenance_call", readonly=False
    )
    service_lost_months = fields.Integer(
        related="company_id.service_lost_months", readonly=False
    )
