"""What a batch of rows comes to: which car each row means, what is new and what is known."""

import datetime
from dataclasses import dataclass, field

from .plate import normalise_plate


@dataclass(eq=False)
class Slot:
    """A car that rows speak of: a known one (``id``) or a new one (0).

    ``filled``: names of fields that have a value; ``vals``: what the rows add to them;
    ``odometer`` was read on ``read_on``; ``reading``: ``(day or None, km)`` that goes beyond it;
    ``model_vals``: make and model, once they have records.
    """

    id: int = 0
    vin: str = ""
    plate_key: str = ""
    filled: set = field(default_factory=set)
    vals: dict = field(default_factory=dict)
    is_new: bool = True
    owner_line: object = None
    odometer: int = 0
    read_on: datetime.date = None
    reading: tuple = None
    has_visits: bool = False
    model_vals: dict = field(default_factory=dict)

    @property
    def key(self):
        """What tells this car from every other one."""
        return self.id or -id(self)

    def add(self, values):
        """Take over what is not known yet, ``{field: value}``; return whether there was any."""
        news = {name: value for name, value in values.items() if name not in self.filled}
        self.filled.update(news)
        self.vals.update(news)
        return bool(news)

    def take_reading(self, day, km):
        """Take a reading over that goes beyond the last one; return whether it does."""
        goes_back = day and self.read_on and day < self.read_on
        if not km or km <= self.odometer or goes_back:
            return False
        self.odometer, self.read_on, self.reading = km, day or self.read_on, (day, km)
        return True

    def settle(self):
        """Have the rows so far made: what comes now finds a known car."""
        self.vals, self.reading, self.owner_line, self.is_new = {}, None, None, False


class Cars:
    """The cars of a company by VIN and by plate, as far as rows have spoken of them."""

    def __init__(self):
        self.by_vin, self.by_plate = {}, {}

    def learn(self, slot):
        """Find ``slot`` by its VIN and its plate from now on."""
        if slot.vin:
            self.by_vin.setdefault(slot.vin, slot)
        if slot.plate_key:
            self.by_plate.setdefault(slot.plate_key, slot)

    def find(self, vin, plate):
        """Return ``(slot, None)`` of the car that carries both, as far as they are given, a new
        one where none does; or ``(None, code of the problem)``."""
        key = normalise_plate(plate)
        by_vin = self.by_vin.get(vin) if vin else None
        by_plate = self.by_plate.get(key) if key else None
        if by_vin and by_plate and by_vin is not by_plate:
            return None, "two_cars"
        if vin and not by_vin and by_plate and by_plate.vin:
            return None, "other_car"
        slot = by_vin or by_plate or Slot()
        slot.vin = slot.vin or vin or ""
        slot.plate_key = slot.plate_key or key
        self.learn(slot)
        return slot, None


@dataclass(eq=False)
class Customer:
    """An owner that rows speak of: a known one (``id``), or a new one with its values."""

    id: int = 0
    ref: str = ""
    name: str = ""
    vals: dict = field(default_factory=dict)


class Customers:
    """Customers by what tells them apart: their number, their phone, or name and a detail."""

    def __init__(self):
        self.by_key = {}

    def learn(self, customer, keys):
        """Find ``customer`` by each of ``keys`` from now on."""
        for key in keys:
            self.by_key.setdefault(key, []).append(customer)

    def find(self, keys, ref, name):
        """Return the customer that one of ``keys`` means, the first of them first, or None.

        A phone is shared by families: the one with the same name is meant, and never one who
        has another customer number.
        """
        for key in keys:
            found = [
                customer
                for customer in self.by_key.get(key, ())
                if not (ref and customer.ref and customer.ref != ref)
            ]
            if found:
                return next((c for c in found if fold(c.name) == fold(name)), found[0])
        return None


def fold(text):
    """Return ``text`` as names compare: no case and no blanks."""
    return "".join(str(text or "").casefold().split())


def customer_keys(values, number):
    """Return by what the owner in the values of a row is found, the surest first.

    :param number: the phone in E.164, where it has that form. Without it, a name alone means
        nobody: it needs the same digits of a phone, e-mail or street.
    """
    keys = []
    if values.get("owner_ref"):
        keys.append(("ref", values["owner_ref"]))
    if number:
        keys.append(("phone", number))
        return keys
    name = fold(values.get("owner_name"))
    digits = "".join(char for char in values.get("owner_phone", "") if char.isdigit())
    details = (digits, fold(values.get("owner_email")), fold(values.get("owner_street")))
    return keys + [
        ("name", name, detail) for detail in details if name and detail
    ]


class Fleet:
    """Makes and models by their names, however they are written."""

    def __init__(self):
        self.makes, self.models = {}, {}

    def learn_model(self, make, model, model_id):
        """Find the model by both names, or by its own alone."""
        self.models.setdefault((fold(make), fold(model)), model_id)
        self.models.setdefault(("", fold(model)), model_id)

    def find_model(self, make, model):
        """Return the id of the model, or None."""
        return self.models.get((fold(make), fold(model)))

    def knows(self, make, model):
        """Tell whether the model is there, or can be made because its make is named."""
        return bool(fold(make) or self.find_model("", model))


@dataclass
class Plan:
    """What is to be made for the rows of a batch."""

    lines: list = field(default_factory=list)
    slots: dict = field(default_factory=dict)  # as an ordered set
    customers: list = field(default_factory=list)
    visits: list = field(default_factory=list)
    known: int = 0

    def count(self):
        """Return ``{name of a counting field: number}``."""
        new = sum(slot.is_new for slot in self.slots)
        return {
            "car_count": new,
            "filled_count": sum(
                bool(slot.vals or slot.reading) and not slot.is_new for slot in self.slots
            ),
            "customer_count": len(self.customers),
            "visit_count": len(self.visits),
            "known_count": self.known,
        }
