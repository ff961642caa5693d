from odoo import fields, models


class ServicePrivacyLine(models.Model):
    _inherit = "service.privacy.line"

    subject = fields.Selection(
        selection_add=[("leads", "Name and address on leads of sales")],
        ondelete={"leads": "cascade"},
    )
