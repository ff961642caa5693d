from odoo import fields, models
from odoo.tools import format_date

# What is suggested at a check-in and can be told on the phone before it.
TOLD_BEFORE = ("recall", "maintenance", "declined")
# From so many days before on, it is worth a word.
DAYS_BEFORE = 60


class ServiceVehicle(models.Model):
    """What a car needs next, as it would be suggested if it were taken in now."""

    _inherit = "service.vehicle"

    def _get_next_due(self):
        """Hook: return ``{vehicle: [dict]}`` of what these cars need next, each a dict of
        ``kind``, ``name``, ``reason`` and ``risk`` (False, warning or danger).

        Costs the same number of queries for one car as for twenty.
        """
        suggested = self._get_suggestions_now()
        return {
            car: [*suggested.get(car, []), *car._get_due_dates()]
            for car in self
        }

    def _get_suggestions_now(self):
        Order = self.env["service.order"]
        # Visits that nobody has made: the rules are those of the check-in.
        visits = Order.union(
            *(
                Order.new({"vehicle_id": car.id, "company_id": car.company_id.id})
                for car in self
            )
        )
        found = {}
        for visit, vals_list in visits._collect_suggestions().items():
            found[visit.vehicle_id] = [
                {
                    "kind": vals["kind"],
                    "name": vals["name"],
                    "reason": vals.get("reason") or "",
                    "risk": "danger" if vals.get("is_urgent") else "warning",
                }
                for vals in vals_list
                if vals["kind"] in TOLD_BEFORE
            ]
        return found

    def _get_due_dates(self):
        """Return what the papers of this car say is due."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        dates = (
            ("inspection", self.env._("Vehicle Inspection"), self.inspection_due),
            ("insurance", self.env._("Insurance"), self.insurance_until),
        )
        return [
            {
                "kind": kind,
                "name": name,
                "reason": self.env._("until %s", format_date(self.env, day)),
                "risk": "danger" if day < today else "warning",
            }
            for kind, name, day in dates
            if day and (day - today).days <= DAYS_BEFORE
        ]
