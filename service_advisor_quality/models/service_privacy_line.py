from odoo import fields, models


class ServicePrivacyLine(models.Model):
    _inherit = "service.privacy.line"

    subject = fields.Selection(
        selection_add=[
            ("complaints", "Own words in complaints and calls"),
            ("answers", "Own words in surveys"),
            ("calls", "Calls that were still to be made"),
        ],
        ondelete={"complaints": "cascade", "answers": "cascade", "calls": "cascade"},
    )
