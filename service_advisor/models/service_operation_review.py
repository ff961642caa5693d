from odoo import fields, models


class ServiceOperation(models.Model):
    """Work that is not quoted before a technical lead has looked at it."""

    _inherit = "service.operation"

    is_difficult = fields.Boolean(
        "Difficult",
        help="Jobs with this operation are not quoted before a technical review has said go, or "
        "its conditions are met.",
    )
