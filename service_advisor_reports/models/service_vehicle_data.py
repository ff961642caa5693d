from itertools import pairwise

from odoo import api, fields, models
from odoo.addons.service_advisor.tools.plate import plate_doubt
from odoo.addons.service_advisor.tools.vin import vin_problem
from odoo.tools import SQL

from ..tools.data_rules import Vehicle, vehicle_faults

# What the checks read of a car itself: a change of it is a new score.
DATA_FIELDS = frozenset(
    {
        "plate", "vin", "vin_override_reason", "model_id", "owner_id", "invoice_date",
        "first_registration_date", "active",
    }
)
SCORE_FIELDS = frozenset({"data_score", "data_scored_at"})


class ServiceVehicle(models.Model):
    """How complete and right the data of a car is."""

    _inherit = "service.vehicle"

    _data_kind = "vehicle"
    _data_link = "vehicle_id"
    _data_score = "data_score"
    _data_scored_at = "data_scored_at"
    _kept_fields = SCORE_FIELDS

    data_score = fields.Integer(
        readonly=True,
        copy=False,
        aggregator="avg",
        help="100: nothing is missing and nothing is wrong.",
    )
    data_scored_at = fields.Datetime("Data Checked On", readonly=True, copy=False)

    _data_scored_idx = models.Index("(data_scored_at)")

    @api.model
    def _check_not_kept(self, names):
        names = set(names)
        self.env["service.data.score"]._check_not_typed(names & SCORE_FIELDS)
        return super()._check_not_kept(names - SCORE_FIELDS)

    def write(self, vals):
        if "odometer" in vals and any(car.data_scored_at and car.data_score < 100 for car in self):
            # A check-in asks the database nothing more: the scheduled action looks at the car.
            vals = dict(vals, data_scored_at=False)
        touched = DATA_FIELDS & vals.keys()
        owners = self.owner_id if touched & {"owner_id", "active"} else self.owner_id.browse()
        result = super().write(vals)
        if touched:
            self.env["service.data.score"]._changed(self)
        if owners or "owner_id" in vals:
            self.env["service.data.score"]._changed(owners | self.owner_id)
        return result

    def _find_data_faults(self, in_force, _visits):
        """Return ``{id: {code: value}}`` of what is missing or wrong, in a constant number of
        queries; cars that are archived are none of the shop's.

        :param in_force: function of a company, see ``service.data.check``.
        """
        self.fetch([*DATA_FIELDS, "company_id", "create_date"])
        self.owner_id.fetch(["phone"])
        readings = self._get_data_readings()
        today = fields.Date.today()

        def days(car):
            check = in_force(car.company_id).get("reading_old")
            return check.days if check else 0

        return {
            car.id: vehicle_faults(
                Vehicle(
                    owner=car.owner_id.id or 0,
                    owner_phone=car.owner_id.phone or "",
                    vin=car.vin or "",
                    vin_problem=vin_problem(car.vin),
                    vin_reason=car.vin_override_reason or "",
                    plate=car.plate or "",
                    plate_doubt=plate_doubt(car.plate),
                    is_in_china=car.company_id.country_code == "CN",
                    has_model=bool(car.model_id),
                    has_date=bool(car.first_registration_date or car.invoice_date),
                    readings=tuple(readings.get(car.id, ())),
                    known_since=car.create_date.date(),
                ),
                today,
                days(car),
            )
            for car in self
            if car.active
        }

    def _get_data_readings(self):
        """Return ``{id: [(kilometres, reason, day)]}``, the oldest first, without those that a
        later one corrects; as tuples: a car has many."""
        Odometer = self.env["service.vehicle.odometer"]
        Odometer.flush_model(["vehicle_id", "value", "reason", "date", "is_superseded"])
        query = Odometer._search(
            [("vehicle_id", "in", self.ids), ("is_superseded", "=", False)],
            order="vehicle_id, date, id",
        )
        found = {}
        columns = [Odometer._field_to_sql(Odometer._table, name) for name in
                   ("vehicle_id", "value", "reason", "date")]
        for car_id, value, reason, date in self.env.execute_query(query.select(*columns)):
            found.setdefault(car_id, []).append((value, reason, date.date()))
        return found

    def _explain_fall(self, reason):
        """Give the reason for which the odometer of this car fell, where it has none.

        :param reason: "typo": what was read before is wrong; "meter_replaced": both are right.
        """
        self.ensure_one()
        self.check_access("write")
        readings = self.env["service.vehicle.odometer"].search(
            [("vehicle_id", "=", self.id), ("is_superseded", "=", False)], order="date, id"
        )
        for before, after in pairwise(readings):
            if after.value < before.value and not after.reason:
                # Readings are written by steps, never by hand; this is one.
                after.sudo().reason = reason
                self._message_log(body=self._describe_fall(before.value, after.value, reason))
        if reason == "typo":
            # As above.
            readings.sudo().filtered(lambda reading: reading.reason == "typo")._supersede()

    def _describe_fall(self, before, after, reason):
        words = {"before": before, "after": after}
        if reason == "typo":
            return self.env._("%(before)s km, read before %(after)s km, was wrong.", **words)
        return self.env._("Meter replaced: %(before)s km before, %(after)s km after.", **words)

    @api.model
    def _get_stale_query(self, limit):
        """Return the query of id and last scoring of the cars that are due, first those without a
        score, then the oldest.

        :param limit: who was scored before is due; so is who has a new order since.
        """
        return SQL(
            """
            SELECT v.id, v.data_scored_at
              FROM service_vehicle v
             WHERE v.active
               AND (v.data_scored_at IS NULL
                    OR v.data_scored_at < %(limit)s
                    OR v.id IN (SELECT o.vehicle_id
                                  FROM service_order o
                                  JOIN service_vehicle own ON own.id = o.vehicle_id
                                 WHERE o.create_date > own.data_scored_at))
             ORDER BY v.data_scored_at NULLS FIRST, v.id
            """,
            limit=limit,
        )

    def action_view_data_issues(self):
        """Open what is missing or wrong with these cars."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor_reports.service_data_issue_action"
        )
        return dict(
            action,
            domain=[("vehicle_id", "in", self.ids)],
            context={"search_default_open": True},
        )
