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
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Workshop",
        check_company=True,
        help="The workshop in which the bay is; empty: that of every order.",
    )

    _name_company_uniq = models.UniqueIndex(
        "(name, company_id) WHERE active", "There is a bay with this name already."
    )

    def _is_at(self, warehouse):
        """Return whether the bay is in the workshop that ``warehouse`` supplies."""
        self.ensure_one()
        return not self.warehouse_id or self.warehouse_id == warehouse
