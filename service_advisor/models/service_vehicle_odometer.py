import json
from collections import defaultdict

from odoo import api, fields, models

from .service_order import OPEN_STATES

ODOMETER_REASONS = [
    ("meter_replaced", "Meter replaced"),
    ("typo", "Earlier reading wrong"),
]


class ServiceVehicleOdometer(models.Model):
    """One reading of an odometer. A wrong one is superseded, never deleted or written over."""

    _name = "service.vehicle.odometer"
    _description = "Odometer Reading"
    _order = "vehicle_id, date desc, id desc"
    _rec_name = "value"
    _rec_names_search = ["vehicle_id"]

    vehicle_id = fields.Many2one(
        "service.vehicle", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="vehicle_id.company_id", store=True, precompute=True, index=True
    )
    value = fields.Integer("Odometer (km)", required=True, readonly=True, aggregator=None)
    date = fields.Datetime("Read On", required=True, readonly=True, default=fields.Datetime.now)
    source = fields.Selection(
        [
            ("check_in", "Check-in"),
            ("hand_over", "Hand-over"),
            ("manual", "By Hand"),
            ("import", "Import"),
        ],
        required=True,
        readonly=True,
    )
    order_id = fields.Many2one(
        "service.order", "Service Order", readonly=True, index="btree_not_null"
    )
    reason = fields.Selection(
        ODOMETER_REASONS, readonly=True, help="Why it is below the reading before it."
    )
    note = fields.Char(readonly=True)
    is_superseded = fields.Boolean(
        "Superseded", readonly=True, help="A later reading says that this one was wrong."
    )

    _value_positive = models.Constraint(
        "CHECK(value >= 0)", "The odometer can not be negative."
    )

    @api.model
    def _record(self, vals_list):
        """Keep these readings, the latest last; the last one of each car is its odometer.

        :raises UserError: for a reading below the one before it, without a reason.
        """
        Vehicle = self.env["service.vehicle"]
        cars = Vehicle.browse({vals["vehicle_id"] for vals in vals_list})
        cars.check_access("write")
        before = {car.id: car.odometer for car in cars}
        latest = dict(before)
        for vals in vals_list:
            car = Vehicle.browse(vals["vehicle_id"])
            if vals["value"] >= latest[car.id]:
                vals.update(reason=False)
            elif not vals.get("reason"):
                car._refuse_lower_odometer(vals["value"])
            latest[car.id] = vals["value"]
        # Readings are written by the steps of an order and by the dialog, never by hand.
        readings = self.sudo().create(vals_list)
        readings.filtered(lambda reading: reading.reason == "typo")._supersede()
        for car in cars:
            car._keep({"odometer": latest[car.id]})
        readings.filtered("reason")._audit(before)
        return readings

    def _audit(self, before):
        """Keep these corrections among the sensitive changes.

        :param before: ``{id of a car: its odometer before}``.
        """
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        self.env["service.audit"]._log(
            [
                {
                    "subject": "odometer",
                    "res_model": "service.vehicle",
                    "res_id": reading.vehicle_id.id,
                    "field_name": "odometer",
                    "before_value": json.dumps(before[reading.vehicle_id.id]),
                    "after_value": json.dumps(reading.value),
                    "reason": ": ".join(filter(None, [reasons[reading.reason], reading.note])),
                    "company_id": reading.company_id.id,
                    "order_id": reading.order_id.id,
                    "vehicle_id": reading.vehicle_id.id,
                }
                for reading in self
            ]
        )

    def _supersede(self):
        """Mark the readings that these correct, back to the last change of the meter: what an
        older meter showed stays true."""
        if not self:
            return
        by_car = defaultdict(self.browse)
        for reading in self.search([("vehicle_id", "in", self.vehicle_id.ids)], order="id desc"):
            by_car[reading.vehicle_id] |= reading
        for correction in self:
            wrong = self.browse()
            for reading in by_car[correction.vehicle_id]:
                if reading.id < correction.id and reading.value > correction.value:
                    wrong |= reading
                if reading.id < correction.id and reading.reason == "meter_replaced":
                    break
            wrong.is_superseded = True
            wrong._correct_open_orders(correction.value)

    def _correct_open_orders(self, value):
        """Let the order of a wrong reading, while it is open, go on with the right one."""
        at_check_in = self.filtered(
            lambda reading: reading.source == "check_in"
            and reading.order_id.state in OPEN_STATES
        )
        for order in at_check_in.order_id:
            before = order._describe_checkin()
            order.odometer_in = value
            order._log_checkin_changes(before)  # it may be signed
