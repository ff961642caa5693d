from odoo import fields, models
from odoo.fields import Domain

from ..tools.import_columns import VEHICLE_TARGETS
from ..tools.import_plan import Cars, Plan, Slot
from ..tools.plate import normalise_plate
from ..tools.vin import vin_problem


class ServiceImport(models.Model):
    """Which car a row means: the one with its VIN, else the one with its plate, else a new one.

    Rows complete what is not known of a car and change nothing that is: what the desk has
    entered is better than what another system says.
    """

    _inherit = "service.import"

    def _sort_lines(self, lines, memory):
        """Return the :class:`~..tools.import_plan.Plan` of these rows; refuse, in
        ``line.problems``, those that contradict what is known. Nothing is written."""
        for slot in memory.get("slots", ()):
            slot.settle()
        cars = memory.setdefault("cars", Cars())
        self._load_cars(cars, lines)
        fleet = self._load_models(lines)
        for line in lines:
            self._find_slot(line, cars, fleet)
        plan = Plan()
        self._sort_visits([line for line in lines if not line.problems], plan, memory)
        plan.lines = [line for line in lines if not line.problems]
        for line in plan.lines:
            self._add_line(line)
        self._sort_owners(plan.lines, plan, memory)
        plan.slots = memory["slots"] = dict.fromkeys(line.slot for line in plan.lines)
        plan.known = sum(not line.adds for line in plan.lines)
        return plan

    def _load_cars(self, cars, lines):
        """Learn the known cars that these rows may mean."""
        vins = {line.values.get("vin") for line in lines} - {None, *cars.by_vin}
        keys = {normalise_plate(line.values.get("plate")) for line in lines}
        keys -= {"", *cars.by_plate}
        known = self.env["service.vehicle"].search_fetch(
            Domain("company_id", "=", self.company_id.id)
            & (Domain("vin", "in", list(vins)) | Domain("plate_key", "in", list(keys))),
            [*VEHICLE_TARGETS, "plate_key", "model_id", "brand_id", "owner_id", "odometer",
             "has_earlier_visits"],
        )
        read_on = dict(
            self.env["service.vehicle.odometer"]._read_group(
                [("vehicle_id", "in", known.filtered("odometer").ids)],
                ["vehicle_id"],
                ["date:max"],
            )
        )
        for car in known:
            filled = {name for name in VEHICLE_TARGETS if car[name]}
            filled |= {"model"} if car.model_id else set()
            filled |= {"make"} if car.brand_id else set()
            filled |= {"owner_id"} if car.owner_id else set()
            day = read_on.get(car)
            slot = Slot(car.id, car.vin or "", car.plate_key or "", filled, is_new=False)
            slot.odometer, slot.read_on = car.odometer, day and day.date()
            slot.has_visits = car.has_earlier_visits
            cars.learn(slot)

    def _find_slot(self, line, cars, fleet):
        """Find out which car the row means, or refuse it."""
        values = line.values
        if values.get("model") and not fleet.knows(values.get("make"), values["model"]):
            line.problems.append(("model", "make", values["model"]))
            return
        slot, problem = cars.find(values.get("vin"), values.get("plate"))
        if problem:
            line.problems.append(("plate", problem, values["plate"]))
        line.slot = slot

    def _add_line(self, line):
        """Take over what the row says about its car and nobody knows yet."""
        values, slot = line.values, line.slot
        is_first = slot.is_new and not slot.vals
        adds = slot.add(self._get_car_values(values))
        goes_on = slot.take_reading(values.get("visit_date"), values.get("odometer"))
        line.adds = line.adds or is_first or adds or goes_on

    def _get_car_values(self, values):
        """Return ``{field of the car: value}``; make and model are names still."""
        found = {name: values[name] for name in VEHICLE_TARGETS if name in values}
        if not vin_problem(values.get("vin")):
            found.pop("vin_override_reason", None)
        if values.get("model"):
            found["model"] = (values.get("make", ""), values["model"])
        elif values.get("make"):
            found["make"] = values["make"]
        return found

    # ---- making ---------------------------------------------------------------------------

    def _make_plan(self, plan):
        """Make customers, cars, readings and visits, each kind at once."""
        self._make_customers(plan)
        self._make_models(plan)
        new = [slot for slot in plan.slots if slot.is_new]
        cars = self.env["service.vehicle"].create(
            [dict(self._prepare_car_vals(slot), company_id=self.company_id.id) for slot in new]
        )
        # Where a car comes from is nobody's to write by hand.
        cars.sudo().import_id = self.id
        for slot, car in zip(new, cars, strict=True):
            slot.id = car.id
        for slot in plan.slots:
            if slot.vals and not slot.is_new:
                car = self.env["service.vehicle"].browse(slot.id)
                car.write(self._prepare_car_vals(slot))
        self._make_readings(plan)
        self._make_visits(plan)

    def _prepare_car_vals(self, slot):
        vals = dict(slot.vals)
        owner = vals.pop("owner_id", None)
        if owner:
            vals["owner_id"] = owner.id
        vals.pop("model", None)
        vals.pop("make", None)
        return vals | slot.model_vals

    def _make_readings(self, plan):
        """Keep the reading of each car that goes beyond its last one, as of its visit."""
        tz = self.company_id._get_meeting_tz()
        now = fields.Datetime.now()
        self.env["service.vehicle.odometer"]._record(
            [
                {
                    "vehicle_id": slot.id,
                    "value": slot.reading[1],
                    "source": "import",
                    "date": self._get_noon(slot.reading[0], tz) if slot.reading[0] else now,
                }
                for slot in plan.slots
                if slot.reading
            ]
        )
