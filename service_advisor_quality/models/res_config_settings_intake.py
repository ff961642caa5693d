from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_complaint_manager_id = fields.Many2one(
        related="company_id.service_complaint_manager_id", readonly=False
    )
    service_general_manager_ids = fields.Many2many(
        related="company_id.service_general_manager_ids", readonly=False
    )
    service_complaint_alias_name = fields.Char(
        "Name of the Address of Complaints",
        related="company_id.service_complaint_alias_id.alias_name",
        readonly=False,
    )
    service_complaint_alias_domain_id = fields.Many2one(
        "mail.alias.domain",
        "Domain of the Address of Complaints",
        related="company_id.service_complaint_alias_id.alias_domain_id",
        readonly=False,
    )
