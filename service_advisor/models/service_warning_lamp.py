from odoo import fields, models


class ServiceWarningLamp(models.Model):
    """A warning lamp that may be lit when a car is taken in."""

    _name = "service.warning.lamp"
    _description = "Warning Lamp"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
