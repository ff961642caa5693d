from odoo import models
from odoo.fields import Domain

from ..tools.import_plan import Fleet, fold


class ServiceImport(models.Model):
    """Makes and models that rows name: known ones by their name, others are made."""

    _inherit = "service.import"

    def _load_models(self, lines):
        """Return the :class:`~..tools.import_plan.Fleet` of makes and models these rows name."""
        fleet, rows = Fleet(), [line.values for line in lines if not line.problems]
        makes = {fold(values.get("make")) for values in rows}
        names = {values["model"] for values in rows if values.get("model")}
        if not names and not any(makes):
            return fleet
        brands = self.env["fleet.vehicle.model.brand"].search_fetch([], ["name"])
        fleet.makes = {fold(brand.name): brand.id for brand in reversed(brands)}
        named = [fleet.makes[make] for make in makes if make in fleet.makes]
        found = self.env["fleet.vehicle.model"].search_fetch(
            Domain("brand_id", "in", named) | Domain("name", "in", list(names)),
            ["name", "brand_id"],
            order="id",
        )
        for model in found:
            fleet.learn_model(model.brand_id.name, model.name, model.id)
        return fleet

    def _make_models(self, plan):
        """Give the cars their makes and models, new ones where there are none of that name."""
        slots = [slot for slot in plan.slots if {"model", "make"} & slot.vals.keys()]
        if not slots:
            return
        fleet = self._load_models(plan.lines)
        pairs = {slot: slot.vals.get("model") or (slot.vals["make"], "") for slot in slots}
        self._make_missing_makes(fleet, pairs.values())
        self._make_missing_models(fleet, pairs.values())
        for slot, (make, model) in pairs.items():
            if model:
                slot.model_vals = {"model_id": fleet.find_model(make, model)}
            else:
                slot.model_vals = {"brand_id": fleet.makes[fold(make)]}

    def _make_missing_makes(self, fleet, pairs):
        missing = {fold(make): make for make, _model in pairs if make}
        names = [name for key, name in missing.items() if key not in fleet.makes]
        brands = self.env["fleet.vehicle.model.brand"].create([{"name": name} for name in names])
        fleet.makes.update({fold(brand.name): brand.id for brand in brands})

    def _make_missing_models(self, fleet, pairs):
        missing = {}
        for make, model in pairs:
            if model and not fleet.find_model(make, model):
                missing.setdefault((fold(make), fold(model)), (make, model))
        made = self.env["fleet.vehicle.model"].create(
            [
                # Odoo would take it for electric.
                {
                    "name": model,
                    "brand_id": fleet.makes[fold(make)],
                    "default_fuel_type": False,
                }
                for make, model in missing.values()
            ]
        )
        for model in made:
            fleet.learn_model(model.brand_id.name, model.name, model.id)
