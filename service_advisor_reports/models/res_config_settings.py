from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_lead_team_id = fields.Many2one(
        related="company_id.service_lead_team_id", readonly=False
    )
    service_lead_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of Bills"
    )
    service_lead_age = fields.Integer(related="company_id.service_lead_age", readonly=False)
    service_lead_bill = fields.Monetary(
        related="company_id.service_lead_bill",
        currency_field="service_lead_currency_id",
        readonly=False,
    )
    service_lead_lease_months = fields.Integer(
        related="company_id.service_lead_lease_months", readonly=False
    )
    service_lead_lost_months = fields.Integer(
        related="company_id.service_lead_lost_months", readonly=False
    )
    service_lead_pause = fields.Integer(related="company_id.service_lead_pause", readonly=False)
