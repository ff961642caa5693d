from odoo import api, fields, models
from odoo.tools import formatLang


class ServiceVehicle(models.Model):
    """What other systems know of a car."""

    _inherit = "service.vehicle"
    _kept_fields = frozenset({"import_id", "has_earlier_visits"})

    import_id = fields.Many2one(
        "service.import",
        "Imported By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="service_advisor.group_manager",
        help="The import that brought this car here.",
    )
    history_ids = fields.One2many("service.history", "vehicle_id", "Earlier Visits")
    has_earlier_visits = fields.Boolean(
        readonly=True,
        copy=False,
        help="Kept with the car, so that nothing is searched for where there is nothing.",
    )

    def _get_earlier_visits(self):
        """Return ``{vehicle: visits known to other systems}`` of these cars, the latest first."""
        visits = self.env["service.history"]
        return {
            car: car.history_ids.sorted() if car.has_earlier_visits else visits for car in self
        }

    @api.model
    def get_import_templates(self):
        """Return the templates of Odoo's own import: customers first, their cars name them."""
        return [
            {
                "label": self.env._("Import Template for Vehicles"),
                "template": "/service_advisor/static/xls/service_vehicles.xlsx",
            },
        ]

    # ---- what others ask of them ----------------------------------------------------------

    def _before_merge(self, target):
        """A visit that both records know stays where it goes."""
        result = super()._before_merge(target)
        if self.has_earlier_visits and target.has_earlier_visits:
            known = {(visit.date, visit.odometer) for visit in target.history_ids}
            doubled = self.history_ids.filtered(
                lambda visit: not visit.number and (visit.date, visit.odometer) in known
            )
            # Whoever merges two cars makes one of two visits as well.
            doubled.sudo().unlink()
        return result

    def _after_merge(self, merged):
        result = super()._after_merge(merged)
        if merged.has_earlier_visits:
            self._keep({"has_earlier_visits": True})
        return result

    def _get_timeline_earlier(self, limit, before):
        if not self.has_earlier_visits:
            return []
        with_money = self.env.user.has_group("service_advisor.group_reception")
        found = self._search_timeline(
            "service.history", [("vehicle_id", "=", self.id)], limit, before, "date"
        )
        rows = []
        for date, visit in found:
            hidden = self._hides(date, self.env["res.partner"])
            amount = with_money and not hidden and visit.amount
            rows.append(
                self._prepare_timeline_row(
                    "earlier",
                    date,
                    self.env._("Earlier visit %s", visit.number or ""),
                    visit,
                    opens=False,
                    is_day=True,
                    by=visit.advisor or "",
                    km=visit.odometer,
                    amount=amount and formatLang(
                        self.env, amount, currency_obj=visit.currency_id
                    ),
                    note="" if hidden else visit.concern or "",
                    lines=[
                        (name, text, False)
                        for name, text in (
                            (self.env._("Work Done"), visit.work),
                            (self.env._("Parts"), visit.parts),
                        )
                        if text
                    ],
                )
            )
        return rows
