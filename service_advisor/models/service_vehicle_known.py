from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.plate import normalise_plate
from ..tools.vin import normalise_vin


class ServiceVehicle(models.Model):
    """A car that is entered again is noticed before it is saved."""

    _inherit = "service.vehicle"

    known_as_id = fields.Many2one(
        "service.vehicle",
        compute="_compute_known_as_id",
        help="The vehicle that has the plate or VIN which is being entered.",
    )

    @api.depends("plate", "vin", "company_id")
    def _compute_known_as_id(self):
        for vehicle in self:
            vehicle.known_as_id = vehicle._find_known()

    def _find_known(self):
        """Return another car with the plate, of today or of former days, or the VIN that is being
        entered; of what is saved nothing is asked, an index has checked it."""
        self.ensure_one()
        plate, vin = normalise_plate(self.plate), normalise_vin(self.vin)
        saved = self._origin
        domain = Domain.FALSE
        if plate and plate != saved.plate_key:
            domain |= Domain("plate_key", "=", plate) | Domain("plate_ids.plate_key", "=", plate)
        if vin and vin != saved.vin:
            domain |= Domain("vin", "=", vin) | Domain("merge_ids.vin", "=", vin)
        if domain.is_false():
            return self.browse()
        others = Domain("id", "!=", saved.id) & Domain("company_id", "=", self.company_id.id)
        return self.search(domain & others, limit=1)
