from odoo import api, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    def _get_numbers(self):
        return super()._get_numbers() | {"service.complaint": ("Complaint", "CP", 6)}
