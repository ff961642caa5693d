from odoo import api, models
from odoo.fields import Domain

from ..tools.plate import normalise_plate
from ..tools.text import clean_text


class ServiceVehicle(models.Model):
    """One box finds a car by plate, VIN, phone or name, however they were typed."""

    _inherit = "service.vehicle"

    @api.model
    def _search_display_name(self, operator, value):
        """Find a car by any part of its plate, a former plate or its VIN, by its owner's name or
        phone.

        Owners and former plates are looked up first, each by its own index: an OR across a join
        would read every car.
        """
        if operator == "in":
            return self._get_exact_domain(value)
        if operator not in ("ilike", "like", "=ilike"):
            return NotImplemented  # a negative one is the rest of its positive one
        value = str(value or "")
        key = normalise_plate(value)
        if not key:
            return Domain.FALSE if value else Domain.TRUE
        found = Domain("plate_key", "like", key) | Domain("vin", "like", key)
        owners = self.env["res.partner"].search(self._get_owner_domain(value), limit=100)
        former = self.env["service.vehicle.plate"].search(
            [("plate_key", "like", key), ("date_to", "!=", False)], limit=100
        )
        return (
            found
            | Domain("owner_id", "in", owners.ids)
            | Domain("id", "in", former.vehicle_id.ids)
        )

    @api.model
    def _get_exact_domain(self, names):
        """Return the domain of the cars with one of these plates or VINs, as in an import. The
        model behind it, as shown and exported, does not matter."""
        keys = {normalise_plate(name.split(" (")[0]) for name in names if isinstance(name, str)}
        keys.discard("")
        return Domain("plate_key", "in", keys) | Domain("vin", "in", keys)

    @api.model
    def _get_owner_domain(self, text):
        """Return the domain of customers that ``text`` may mean: a name or a phone number."""
        text = clean_text(text)
        domain = Domain("name", "ilike", text)
        digits = "".join(char for char in normalise_plate(text) if char in "0123456789")
        if len(digits) >= 4 and not any(char.isalpha() for char in text):
            domain |= Domain("phone_mobile_search", "ilike", digits)
        return domain

    @api.model
    @api.readonly
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Say which former plate a car was found by."""
        found = super().name_search(name, domain, operator, limit)
        key = normalise_plate(name) if isinstance(name, str) else ""
        if not key or not found:
            return found
        former = self.env["service.vehicle.plate"].search_fetch(
            [
                ("vehicle_id", "in", [vehicle_id for vehicle_id, _name in found]),
                ("plate_key", "like", key),
                ("date_to", "!=", False),
            ],
            ["plate"],
        )
        plates = {row.vehicle_id.id: row.plate for row in former}
        return [
            (vehicle_id, self._mark_former(shown, plates.get(vehicle_id)))
            for vehicle_id, shown in found
        ]

    @api.model
    @api.readonly
    def web_name_search(self, name, specification, domain=None, operator="ilike", limit=100):
        """Show the former plate in the list under the box as well, which shows another name."""
        found = super().web_name_search(name, specification, domain, operator, limit)
        for values in found:
            if "__formatted_display_name" in values:
                values["__formatted_display_name"] = values["display_name"]
        return found

    @api.model
    def _mark_former(self, shown, plate):
        return self.env._("%(car)s, formerly %(plate)s", car=shown, plate=plate) if plate else shown
