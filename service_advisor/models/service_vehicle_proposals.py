from odoo import api, fields, models

from ..tools.plate import plate_kind
from ..tools.vin import match_make, vin_country, vin_manufacturer, vin_model_year

# The fuel types of a fleet model, in the words of the workshop.
ENERGIES = {
    "gasoline": "petrol",
    "diesel": "diesel",
    "full_hybrid": "hybrid",
    "plug_in_hybrid_diesel": "plug_in_hybrid",
    "plug_in_hybrid_gasoline": "plug_in_hybrid",
    "cng": "gas",
    "lpg": "gas",
    "electric": "electric",
}


class ServiceVehicle(models.Model):
    """What VIN and model tell about a car. Proposed where nothing was entered, never over it."""

    _inherit = "service.vehicle"

    vin_country_id = fields.Many2one(
        "res.country", "Built In", compute="_compute_vin_country_id", help="As the VIN tells."
    )

    @api.depends("model_id.brand_id", "vin")
    def _compute_brand_id(self):
        unknown = self.filtered(lambda vehicle: not vehicle.model_id and not vehicle.brand_id)
        proposals = unknown._propose_brands()
        for vehicle in self:
            vehicle.brand_id = (
                vehicle.model_id.brand_id or vehicle.brand_id or proposals.get(vehicle)
            )

    def _propose_brands(self):
        """Return ``{vehicle: make}`` of those whose VIN names a make that exists."""
        manufacturers = {vehicle: vin_manufacturer(vehicle.vin) for vehicle in self}
        if not any(manufacturers.values()):
            return {}
        brands = {brand.name: brand for brand in self.env["fleet.vehicle.model.brand"].search([])}
        names = {name: match_make(name, list(brands)) for name in manufacturers.values() if name}
        return {
            vehicle: brands[names[name]]
            for vehicle, name in manufacturers.items()
            if names.get(name)
        }

    @api.depends("vin", "first_registration_date")
    def _compute_model_year(self):
        for vehicle in self:
            registered = vehicle.first_registration_date
            year = vin_model_year(vehicle.vin, registered and registered.year)
            vehicle.model_year = vehicle.model_year or (year and str(year))

    @api.depends("model_id")
    def _compute_energy(self):
        for vehicle in self:
            vehicle.energy = vehicle.energy or vehicle._propose_energy()

    def _propose_energy(self):
        """Return the energy of the model. Every model of a fleet is electric until somebody says
        otherwise, so that is not believed against a plate that electric cars do not get."""
        energy = ENERGIES.get(self.model_id.default_fuel_type, False)
        if energy == "electric" and plate_kind(self.plate) == "ordinary":
            return False
        return energy

    @api.depends("vin")
    def _compute_vin_country_id(self):
        names = {vehicle: vin_country(vehicle.vin) for vehicle in self}
        known = [name for name in names.values() if name]
        Country = self.env["res.country"].with_context(lang="en_US")  # names as the VIN list has
        countries = {
            country.name: country.id for country in Country.search([("name", "in", known)])
        }
        for vehicle, name in names.items():
            vehicle.vin_country_id = countries.get(name, False)
