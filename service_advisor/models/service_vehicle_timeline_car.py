from odoo import models
from odoo.tools import format_date


class ServiceVehicle(models.Model):
    """What became of the car itself: warranties, readings, plates and owners."""

    _inherit = "service.vehicle"

    def _get_timeline_warranty(self, limit, before):
        found = self._search_timeline(
            "service.vehicle.warranty",
            [("vehicle_id", "=", self.id)],
            limit,
            before,
            "date_from",
        )
        return [
            self._prepare_timeline_row(
                "warranty",
                date,
                self.env._("Warranty: %s", warranty._get_sentence()),
                warranty,
                opens=False,
                is_of_car=True,
                is_day=True,
                badge=self.env._("In Force") if warranty.in_force else self.env._("Not in Force"),
                risk="success" if warranty.in_force else False,
            )
            for date, warranty in found
        ]

    def _get_timeline_odometer(self, limit, before):
        """Readings outside of visits, and those that were wrong or lower than the one before."""
        found = self._search_timeline(
            "service.vehicle.odometer",
            [
                ("vehicle_id", "=", self.id),
                "|", "|",
                ("source", "not in", ("check_in", "hand_over")),
                ("reason", "!=", False),
                ("is_superseded", "=", True),
            ],
            limit,
            before,
            "date",
        )
        return [
            self._prepare_timeline_row(
                "odometer",
                date,
                self.env._("Odometer read: %s", self._get_choice(reading, "source")),
                reading,
                opens=False,
                by=reading.create_uid.name,
                km=reading.value,
                badge=self.env._("Superseded") if reading.is_superseded
                else self._get_choice(reading, "reason"),
                risk="warning" if reading.is_superseded or reading.reason else False,
                note="" if self._hides(date, self.env["res.partner"]) else reading.note or "",
            )
            for date, reading in found
        ]

    def _get_timeline_plate(self, limit, before):
        found = self._search_timeline(
            "service.vehicle.plate",
            [("vehicle_id", "=", self.id)],
            limit,
            before,
            "date_from",
            "create_date",
        )
        return [
            self._prepare_timeline_row(
                "plate",
                date,
                self.env._("Plate %s", plate.plate),
                plate,
                opens=False,
                is_day=True,
                by=plate.create_uid.name,
                badge=self._describe_until(plate),
            )
            for date, plate in found
        ]

    def _get_timeline_owner(self, limit, before):
        """Whose car it became; the name of a former owner is masked by the owner itself."""
        found = self._search_timeline(
            "service.vehicle.owner",
            [("vehicle_id", "=", self.id)],
            limit,
            before,
            "date_from",
            "create_date",
        )
        return [
            self._prepare_timeline_row(
                "owner",
                date,
                self.env._("Owner: %s", owner.name),
                # The partner of a period is told to managers only; the open one is the car's.
                owner.partner_id if self._may_see_former() else
                self.owner_id if not owner.date_to else self.env["res.partner"],
                is_day=True,
                by=owner.create_uid.name,
                badge=self._describe_until(owner),
            )
            for date, owner in found
        ]

    def _describe_until(self, period):
        """Return in words when a period ended, "" where it has not."""
        if not period.date_to:
            return ""
        return self.env._("until %s", format_date(self.env, period.date_to))
