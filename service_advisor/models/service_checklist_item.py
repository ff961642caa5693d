from odoo import fields, models


class ServiceChecklistItem(models.Model):
    """One thing to look at or to measure."""

    _name = "service.checklist.item"
    _description = "Inspection Checklist Item"
    _order = "checklist_id, sequence, id"
    _check_company_auto = True

    checklist_id = fields.Many2one(
        "service.checklist", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="checklist_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    section = fields.Char(required=True, translate=True, help="For instance Brakes or Lights.")
    name = fields.Char("Item", required=True, translate=True)
    method = fields.Char("How to Check", translate=True)
    answer = fields.Selection(
        [("colour", "Green, yellow or red"), ("measure", "Measurement")],
        default="colour",
        required=True,
        help="A measurement outside its limits is red by itself, inside them green.",
    )
    unit = fields.Char(help="For instance mm, bar or V.")
    min_limit = fields.Float("Lower Limit")
    max_limit = fields.Float("Upper Limit", help="0: no upper limit.")
    operation_id = fields.Many2one(
        "service.operation",
        "Recommended Operation",
        check_company=True,
        help="The job that is proposed where the item is yellow or red.",
    )

    _limits_in_order = models.Constraint(
        "CHECK(max_limit = 0 OR max_limit >= min_limit)",
        "The upper limit of an item is below its lower limit.",
    )

    def _prepare_line_vals(self):
        """Return the copy of this item that an inspection keeps."""
        self.ensure_one()
        copied = (
            "sequence", "section", "name", "method", "answer", "unit", "min_limit", "max_limit"
        )
        return {name: self[name] for name in copied} | {"operation_id": self.operation_id.id}
