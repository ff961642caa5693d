from odoo import fields, models


class ServiceToolKind(models.Model):
    """What a special tool is for."""

    _name = "service.tool.kind"
    _description = "Kind of Special Tool"
    _order = "name"

    name = fields.Char(required=True, translate=True)
