from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.vin import has_vin_shape, normalise_vin, vin_in_range, vin_range_key


class ServiceRecallVin(models.Model):
    """A car, or a range of cars, that a recall means."""

    _name = "service.recall.vin"
    _description = "Cars of a Recall"
    _order = "recall_id, prefix, serial_from, id"
    _rec_name = "vin_from"

    recall_id = fields.Many2one("service.recall", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="recall_id.company_id", store=True, index=True)
    vin_from = fields.Char("VIN or First VIN", required=True)
    vin_to = fields.Char("Last VIN", help="Only for a range: cars with a serial number in between.")
    # The parts of the VIN that ranges compare, so that cars are found by an index.
    prefix = fields.Char(compute="_compute_range", store=True)
    serial_from = fields.Char(compute="_compute_range", store=True)
    serial_to = fields.Char(compute="_compute_range", store=True)

    _range_idx = models.Index("(prefix, serial_from)")

    @api.depends("vin_from", "vin_to")
    def _compute_range(self):
        for line in self:
            sound = has_vin_shape(line.vin_from) and has_vin_shape(line.vin_to or line.vin_from)
            prefix, low = vin_range_key(line.vin_from) if sound else (False, False)
            line.prefix, line.serial_from = prefix, low
            line.serial_to = vin_range_key(line.vin_to or line.vin_from)[1] if sound else False

    @api.constrains("vin_from", "vin_to")
    def _check_vins(self):
        for line in self:
            line._check_shape()
            line._check_range()

    def _check_shape(self):
        for vin in filter(None, (self.vin_from, self.vin_to)):
            if not has_vin_shape(vin):
                raise ValidationError(
                    self.env._(
                        "%(vin)s in recall %(recall)s is no VIN: it must have 17 characters, "
                        "digits and capital letters without I, O and Q.",
                        vin=vin,
                        recall=self.recall_id.name,
                    )
                )

    def _check_range(self):
        if self.vin_to and not vin_in_range(self.vin_from, self.vin_from, self.vin_to):
            raise ValidationError(
                self.env._(
                    "%(first)s to %(last)s in recall %(recall)s is no range: both must begin "
                    "alike, and the last serial number must not be below the first. Enter one "
                    "line per range.",
                    first=self.vin_from,
                    last=self.vin_to,
                    recall=self.recall_id.name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._normalise_vals(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._normalise_vals(vals))

    @api.model
    def _normalise_vals(self, vals):
        """Return ``vals`` with VINs in the form they are kept in."""
        found = {name: vals[name] for name in ("vin_from", "vin_to") if name in vals}
        return dict(vals, **{name: normalise_vin(vin) or False for name, vin in found.items()})

    def _means(self, vehicle):
        """Tell whether ``vehicle`` is one of these cars."""
        self.ensure_one()
        if self.company_id and self.company_id != vehicle.company_id:
            return False
        return vin_in_range(vehicle.vin, self.vin_from, self.vin_to or self.vin_from)
