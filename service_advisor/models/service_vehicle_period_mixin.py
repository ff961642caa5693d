from odoo import api, fields, models

from ..tools.periods import Period, settle_periods


class ServiceVehiclePeriodMixin(models.AbstractModel):
    """What was true of a car from one day to another: one period is open, the others are past.

    The car itself writes its periods when it changes; nobody types them, so nobody may write
    them. Who changed it and when is on the record as on every other.
    """

    _name = "service.vehicle.period.mixin"
    _description = "Period in the Life of a Vehicle"
    _order = "vehicle_id, date_to desc, id desc"  # the open one first

    vehicle_id = fields.Many2one(
        "service.vehicle", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="vehicle_id.company_id", store=True, precompute=True, index=True
    )
    date_from = fields.Date("From", readonly=True)
    date_to = fields.Date("Until", readonly=True)

    @api.model
    def _follow(self, changes):
        """Close the period of what was and open that of what is.

        :param changes: ``{vehicle: (old, new)}``, each the values of a period or None.
        """
        if not changes:
            return
        # The history is written on behalf of whoever may change the car, and by nobody else.
        periods = self.sudo()
        today = fields.Date.context_today(self)
        cars = self.env["service.vehicle"].union(*changes)
        was_open = periods.search([("vehicle_id", "in", cars.ids), ("date_to", "=", False)])
        was_open.write({"date_to": today})
        was_open.flush_recordset(["date_to"])  # at most one is open, also in between
        known = was_open.vehicle_id
        vals_list = []
        for car, (old, new) in changes.items():
            if old and car not in known:
                vals_list.append(dict(old, vehicle_id=car.id, date_to=today))
            if new:
                vals_list.append(dict(new, vehicle_id=car.id, date_from=today))
        periods.create(vals_list)

    @api.model
    def _settle(self, cars, target, name, current, unwritten=()):
        """Make one history on ``target`` out of the periods of all ``cars``.

        :param name: the field that says what was true.
        :param current: its value today.
        :param unwritten: values of periods that no record tells of; they end today.
        """
        # The history is written on behalf of whoever may change the car, and by nobody else.
        periods = self.sudo()
        rows = periods.search([("vehicle_id", "in", cars.ids)])
        today = fields.Date.context_today(self)
        past = [periods.new({name: value}) for value in unwritten]
        now = periods.new({name: current})
        values = {row._get_period_key(): row[name] for row in [*rows, *past, now]}
        settled = settle_periods(
            [row._as_period() for row in rows]
            + [Period((), row._get_period_key(), None, today) for row in past],
            now._get_period_key() if current else None,
            today,
        )
        rows.browse([i for p in settled for i in p.ids[1:]]).unlink()  # told by the first one
        vals_list = []
        for period in settled:
            vals = {"vehicle_id": target.id, "date_from": period.start, "date_to": period.end}
            if period.ids:
                row = rows.browse(period.ids[0])
                row.write(vals)
                row.flush_recordset()  # the past ends before another one is open
            else:
                value = values[period.key]
                value = value.id if isinstance(value, models.BaseModel) else value
                vals_list.append(dict(vals, **{name: value}))
        periods.create(vals_list)

    def _as_period(self):
        ends = (self.date_from or None, self.date_to or None)
        return Period((self.id,), self._get_period_key(), *ends)

    def _get_period_key(self):
        """Hook: return what tells two periods apart."""
        raise NotImplementedError
