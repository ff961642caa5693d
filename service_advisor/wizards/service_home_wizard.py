from odoo import fields, models


class ServiceHomeWizard(models.TransientModel):
    """At which workshop of the company technicians are at home."""

    _name = "service.home.wizard"
    _description = "Home Workshop of Technicians"

    technician_ids = fields.Many2many(
        "hr.employee.public",
        string="Technicians",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
        domain="[('is_service_technician', '=', True)]",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Home Workshop",
        help="Planned for the orders of this workshop only, unless lent. Empty: for all.",
    )

    def action_confirm(self):
        """Keep it.

        :raises UserError: where the user is no service manager of their company, or they are
            booked for work elsewhere, which is listed.
        """
        for wizard in self:
            wizard.technician_ids._set_home(wizard.warehouse_id)
        return {"type": "ir.actions.act_window_close"}
