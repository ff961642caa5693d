from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.maintenance import most_specific


class ServiceMaintenancePlan(models.Model):
    """What the manufacturer wants done to a car, and how often."""

    _name = "service.maintenance.plan"
    _description = "Maintenance Plan"
    _order = "sequence, id"
    _check_company_auto = True

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: every company uses the plan."
    )
    model_ids = fields.Many2many(
        "fleet.vehicle.model",
        string="Models",
        help="A plan for the model of a car comes before one for its make, and that before one "
        "for its energy.",
    )
    brand_id = fields.Many2one("fleet.vehicle.model.brand", "Make")
    energy = fields.Selection(
        selection=lambda self: self.env["service.vehicle"]
        ._fields["energy"]
        ._description_selection(self.env),
    )
    remind_km = fields.Integer(
        "Remind Before (km)", default=1000, help="Nearly due work is suggested from here on."
    )
    remind_days = fields.Integer("Remind Before (days)", default=30)
    line_ids = fields.One2many("service.maintenance.line", "plan_id", "Work", copy=True)

    @api.model
    def _get_by_vehicle(self, vehicles):
        """Return ``{vehicle: plan}`` with the plan that says the most about each car; cars
        that no plan fits are left out."""
        plans = self.search(Domain("company_id", "in", [False, *vehicles.company_id.ids]))
        # On a tie the company's own plan comes before a shared one.
        plans = plans.sorted(lambda plan: not plan.company_id)
        found = {}
        for vehicle in vehicles:
            fitting = [
                (plan, plan.model_ids, plan.brand_id, plan.energy)
                for plan in plans
                if plan.company_id in (vehicle.company_id, plan.company_id.browse())
            ]
            plan = most_specific(fitting, vehicle.model_id, vehicle.brand_id, vehicle.energy)
            if plan:
                found[vehicle] = plan
        return found
