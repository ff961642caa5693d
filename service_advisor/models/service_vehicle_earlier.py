from odoo import api, fields, models


class ServiceVehicle(models.Model):
    """What other systems know of a car."""

    _inherit = "service.vehicle"
    _kept_fields = frozenset({"import_id", "has_earlier_visits"})

    import_id = fields.Many2one(
        "service.import",
        "Imported By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="service_advisor.group_manager",
        help="The import that brought this car here.",
    )
    history_ids = fields.One2many("service.history", "vehicle_id", "Earlier Visits")
    has_earlier_visits = fields.Boolean(
        readonly=True,
        copy=False,
        help="Kept with the car, so that nothing is searched for where there is nothing.",
    )

    def _get_earlier_visits(self):
        """Return ``{vehicle: visits known to other systems}`` of these cars, the latest first."""
        visits = self.env["service.history"]
        return {
            car: car.history_ids.sorted() if car.has_earlier_visits else visits for car in self
        }

    @api.model
    def get_import_templates(self):
        """Return the templates of Odoo's own import: customers first, their cars name them."""
        return [
            {
                "label": self.env._("Import Template for Vehicles"),
                "template": "/service_advisor/static/xls/service_vehicles.xlsx",
            },
        ]
