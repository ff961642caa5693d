from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        """The customer's answer form speaks the customer's language."""
        return [*super()._get_translation_frontend_modules_name(), "service_advisor"]
