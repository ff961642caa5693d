from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date, formatLang

from ..tools.warranty import is_in_force


class ServiceVehicleWarranty(models.Model):
    """A warranty on a car: until a day, until a distance, or whichever comes first."""

    _name = "service.vehicle.warranty"
    _description = "Warranty of a Vehicle"
    _order = "vehicle_id, date_to, id"
    _rec_name = "kind"

    vehicle_id = fields.Many2one(
        "service.vehicle", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="vehicle_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [
            ("manufacturer", "Manufacturer"),
            ("extended", "Extended"),
            ("battery", "High-voltage Battery"),
            ("drivetrain", "Drivetrain"),
            ("body", "Paint and Corrosion"),
        ],
        required=True,
        default="manufacturer",
    )
    provider_id = fields.Many2one("res.partner", help="Who pays for a claim.")
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("Until", help="The last day on which it holds.")
    km_to = fields.Integer("Until (km)", aggregator=None)
    in_force = fields.Boolean(
        compute="_compute_in_force", help="It holds today, at the latest odometer reading."
    )

    @api.depends("date_from", "date_to", "km_to", "vehicle_id.odometer")
    def _compute_in_force(self):
        today = fields.Date.context_today(self)
        for warranty in self:
            warranty.in_force = is_in_force(
                warranty.date_from,
                warranty.date_to,
                warranty.km_to,
                today,
                warranty.vehicle_id.odometer,
            )

    @api.constrains("date_from", "date_to", "km_to")
    def _check_limits(self):
        for warranty in self:
            backwards = warranty.date_to and warranty.date_to < warranty.date_from
            if backwards or warranty.km_to < 0 or not (warranty.date_to or warranty.km_to):
                raise ValidationError(
                    self.env._(
                        "The %(kind)s warranty of %(vehicle)s has no end: give the last day, not "
                        "before the first one, or the distance, or both.",
                        kind=warranty._get_kind_label(),
                        vehicle=warranty.vehicle_id.display_name,
                    )
                )

    def _get_kind_label(self):
        return dict(self._fields["kind"]._description_selection(self.env)).get(self.kind, "")

    def _get_sentence(self):
        """Return in words what holds and until when."""
        self.ensure_one()
        limits = [format_date(self.env, self.date_to)] if self.date_to else []
        if self.km_to:
            distance = formatLang(self.env, self.km_to, digits=0)
            limits.append(self.env._("%s km", distance))
        return self.env._(
            "%(kind)s until %(limits)s", kind=self._get_kind_label(), limits=" / ".join(limits)
        )
