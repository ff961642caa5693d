from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceVehicle(models.Model):
    """What a car has been through: owners, plates, readings and warranties."""

    _inherit = "service.vehicle"

    owner_ids = fields.One2many("service.vehicle.owner", "vehicle_id", "Owners")
    plate_ids = fields.One2many("service.vehicle.plate", "vehicle_id", "Plates")
    odometer_ids = fields.One2many("service.vehicle.odometer", "vehicle_id", "Odometer Readings")
    warranty_ids = fields.One2many("service.vehicle.warranty", "vehicle_id", "Warranties")
    warranty_in_force = fields.Char(
        compute="_compute_warranty_in_force", help="Holds today, at the latest odometer reading."
    )

    @api.depends("warranty_ids.in_force", "warranty_ids.kind")
    def _compute_warranty_in_force(self):
        for vehicle in self:
            holding = vehicle.warranty_ids.filtered("in_force")
            vehicle.warranty_in_force = "; ".join(w._get_sentence() for w in holding)

    # ---- records --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        values = [vals.pop("odometer", 0) for vals in vals_list]
        vehicles = super().create(vals_list)
        vehicles._follow_owners(dict.fromkeys(vehicles, self.env["res.partner"]))
        vehicles._follow_plates(dict.fromkeys(vehicles, (False, False)))
        # Read-only fields come empty from the form; a car brought along has its first reading.
        source = "import" if self.env.context.get("import_file") else "manual"
        self.env["service.vehicle.odometer"]._record(
            [
                {"vehicle_id": vehicle.id, "value": value, "source": source}
                for vehicle, value in zip(vehicles, values, strict=True)
                if value
            ]
        )
        return vehicles

    def write(self, vals):
        owners = {vehicle: vehicle.owner_id for vehicle in self} if "owner_id" in vals else {}
        plates = {
            vehicle: (vehicle.plate, vehicle.plate_key) for vehicle in self if "plate" in vals
        }
        result = super().write(vals)
        self._follow_owners(owners)
        self._follow_plates(plates)
        return result

    def _follow_owners(self, before):
        """Keep the history of owners.

        :param before: ``{vehicle: owner}`` as it was.
        """
        self.env["service.vehicle.owner"]._follow(
            {
                vehicle: (
                    {"partner_id": old.id} if old else None,
                    {"partner_id": vehicle.owner_id.id} if vehicle.owner_id else None,
                )
                for vehicle, old in before.items()
                if vehicle.owner_id != old
            }
        )

    def _follow_plates(self, before):
        """Keep the history of plates; the same plate typed in another way is no other plate.

        :param before: ``{vehicle: (plate, key)}`` as it was.
        """
        self.env["service.vehicle.plate"]._follow(
            {
                vehicle: (
                    {"plate": old} if old else None,
                    {"plate": vehicle.plate} if vehicle.plate else None,
                )
                for vehicle, (old, old_key) in before.items()
                if vehicle.plate_key != old_key
            }
        )

    # ---- odometer -------------------------------------------------------------------------

    def _record_odometer(self, value, source, order=None, reason=None, note=None):
        """Keep a reading of the odometer of these cars and make it their latest one.

        :param source: a source of ``service.vehicle.odometer``.
        :param reason: why it is below the reading before, see ``ODOMETER_REASONS``.
        :raises UserError: for a reading below the one before it, without a reason.
        """
        return self.env["service.vehicle.odometer"]._record(
            [
                {
                    "vehicle_id": vehicle.id,
                    "value": value,
                    "source": source,
                    "order_id": order.id if order else False,
                    "reason": reason,
                    "note": note,
                }
                for vehicle in self
            ]
        )

    def _refuse_lower_odometer(self, value):
        self.ensure_one()
        raise UserError(
            self.env._(
                "%(vehicle)s: the odometer reads %(new)s km, but %(old)s km were read before. Read "
                "it again; if it is right, choose why it is lower.",
                vehicle=self.display_name,
                new=value,
                old=self.odometer,
            )
        )

    def action_correct_odometer(self):
        """Open the dialog that keeps a reading taken outside a visit, or corrects one."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct Odometer"),
            "res_model": "service.odometer.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_vehicle_id": self.id},
        }
