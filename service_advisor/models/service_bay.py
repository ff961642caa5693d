from odoo import fields, models


class ServiceBay(models.Model):
    """A place in the workshop where one car is worked on."""

    _name = "service.bay"
    _description = "Bay"
    _inherit = ["service.resource.mixin"]
    _order = "sequence, name"

    sequence = fields.Integer(default=10)
    kind_ids = fields.Many2many(
        "service.bay.kind", string="Equipped For", help="The kinds of work that fit this bay."
    )

    _name_company_uniq = models.UniqueIndex(
        "(name, company_id) WHERE active", "There is a bay with this name already."
    )
