from odoo import api, fields, models


class ServiceOperation(models.Model):
    """Work on which lives depend is never left unchecked."""

    _inherit = "service.operation"

    is_safety_critical = fields.Boolean(
        "Brakes or Steering",
        help="Lives depend on it: an inspector checks the work while it is under way, as often "
        "as the settings say and never at 0 %. High-voltage work is checked like this as well.",
    )
    is_always_checked = fields.Boolean(
        compute="_compute_is_always_checked",
        store=True,
        recursive=True,
        help="Brakes, steering or high voltage, also as a part of a package.",
    )

    @api.depends("is_safety_critical", "is_high_voltage", "component_ids.is_always_checked")
    def _compute_is_always_checked(self):
        for operation in self:
            operation.is_always_checked = bool(
                operation.is_safety_critical
                or operation.is_high_voltage
                or any(operation.component_ids.mapped("is_always_checked"))
            )
