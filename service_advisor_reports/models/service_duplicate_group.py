from odoo import fields, models

from .service_duplicate_rules import RULES


class ServiceDuplicateGroup(models.Model):
    """More records than are worth comparing have something in common, such as the number of the
    shop's own telephone: that is no sign of a duplicate, but perhaps of a bad habit."""

    _name = "service.duplicate.group"
    _description = "Records With Something in Common"
    _order = "size desc, id"
    _rec_name = "value"

    pass_id = fields.Many2one(
        "service.duplicate.pass", required=True, readonly=True, index=True, ondelete="cascade"
    )
    rule = fields.Selection(RULES, "In Common", required=True, readonly=True)
    value = fields.Char(required=True, readonly=True)
    size = fields.Integer("Records", required=True, readonly=True)
