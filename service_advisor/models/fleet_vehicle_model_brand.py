from odoo import fields, models


class FleetVehicleModelBrand(models.Model):
    _inherit = "fleet.vehicle.model.brand"

    # Each dealer has its own contract with the manufacturer or its importer.
    service_manufacturer_id = fields.Many2one(
        "res.partner",
        "Manufacturer Billed for Warranty",
        company_dependent=True,
        help="Proposed as the payer of warranty and goodwill work on cars of this make.",
    )
