from odoo import fields, models


class ServiceBayKind(models.Model):
    """What a bay is equipped for."""

    _name = "service.bay.kind"
    _description = "Kind of Bay"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
