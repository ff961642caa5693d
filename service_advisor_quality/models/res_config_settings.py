from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_sampling_base = fields.Float(
        related="company_id.service_sampling_base", readonly=False
    )
    service_sampling_new = fields.Float(
        related="company_id.service_sampling_new", readonly=False
    )
    service_sampling_new_days = fields.Integer(
        related="company_id.service_sampling_new_days", readonly=False
    )
    service_sampling_difficult = fields.Float(
        related="company_id.service_sampling_difficult", readonly=False
    )
    service_sampling_comeback = fields.Float(
        related="company_id.service_sampling_comeback", readonly=False
    )
    service_sampling_failures = fields.Float(
        related="company_id.service_sampling_failures", readonly=False
    )
    service_sampling_failure_days = fields.Integer(
        related="company_id.service_sampling_failure_days", readonly=False
    )
    service_sampling_floor = fields.Float(
        related="company_id.service_sampling_floor", readonly=False
    )
    service_sampling_at_finish = fields.Boolean(
        related="company_id.service_sampling_at_finish", readonly=False
    )
    service_allow_own_inspection = fields.Boolean(
        related="company_id.service_allow_own_inspection", readonly=False
    )
