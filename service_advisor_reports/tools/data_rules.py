"""What is missing or wrong in the data of a customer and a car, and the score it makes.

Each rule answers with a value: what was found, as it stands in the record, or "" where there is
nothing to quote. A value that changes is a new finding, also where the old one was set aside. The
values are turned into words where they are shown, in the language of the reader.
"""

from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

# What an address needs for a letter to arrive and a car to be fetched.
ADDRESS_PARTS = ("street", "city", "country")


@dataclass(frozen=True)
class Customer:
    """What the rules ask of a customer; texts are "" where nothing is known."""

    phone: str = ""
    phone_key: str = ""  # E.164, "" where no such number exists
    email: str = ""
    email_key: str = ""  # normalised, "" where it is no address
    bounces: int = 0
    is_blocked: bool = False
    street: str = ""
    city: str = ""
    country: str = ""
    is_person: bool = True
    has_orders: bool = False
    has_vehicle: bool = False
    lacks_consent: bool = False


@dataclass(frozen=True)
class Vehicle:
    """What the rules ask of a car; texts are "" where nothing is known."""

    owner: int = 0
    owner_phone: str = ""
    vin: str = ""
    vin_problem: str | None = None  # see vin_problem() of the VIN rules
    vin_reason: str = ""
    plate: str = ""
    plate_doubt: str | None = None  # see plate_doubt() of the plate rules
    is_in_china: bool = False
    has_model: bool = False
    has_date: bool = False
    # (kilometres, reason, day), the oldest first, without those that a later one corrects
    readings: tuple = field(default=())
    known_since: date | None = None


def customer_faults(customer):
    """Return ``{code: value}`` of what is missing or wrong with a ``Customer``."""
    faults = {}
    if not customer.phone:
        faults["phone_missing"] = ""
    elif not customer.phone_key:
        faults["phone_invalid"] = customer.phone
    if not customer.email:
        faults["email_missing"] = ""
    elif why := _email_fault(customer):
        faults["email_unreachable"] = f"{why}:{customer.email}"
    missing = [part for part in ADDRESS_PARTS if not getattr(customer, part)]
    if missing:
        faults["address_incomplete"] = ",".join(missing)
    if customer.lacks_consent:
        faults["consent_missing"] = ""
    if customer.is_person and customer.has_orders and not customer.has_vehicle:
        faults["vehicle_missing"] = ""
    return faults


def _email_fault(customer):
    if not customer.email_key:
        return "invalid"
    if customer.bounces:
        return "bounced"
    return "blocked" if customer.is_blocked else None


def vehicle_faults(vehicle, today, days):
    """Return ``{code: value}`` of what is missing or wrong with a ``Vehicle``.

    :param days: after how many days without a reading the odometer is asked for.
    """
    faults = {}
    if not vehicle.owner:
        faults["owner_missing"] = ""
    elif not vehicle.owner_phone:
        faults["owner_phone_missing"] = str(vehicle.owner)
    if not vehicle.vin:
        faults["vin_missing"] = ""
    elif vehicle.vin_problem == "shape" or (
        # Some cars do carry a wrong check digit: then a reason is given.
        vehicle.vin_problem and not vehicle.vin_reason.strip()
    ):
        faults["vin_invalid"] = vehicle.vin
    if vehicle.plate_doubt and (vehicle.plate_doubt != "military" or vehicle.is_in_china):
        faults["plate_odd"] = vehicle.plate
    if not vehicle.has_model:
        faults["model_missing"] = ""
    if not vehicle.has_date:
        faults["date_missing"] = ""
    if fall := find_fall(vehicle.readings):
        faults["odometer_falls"] = ">".join(map(str, fall))
    last = vehicle.readings[-1][2] if vehicle.readings else None
    since = last or vehicle.known_since
    if since and (today - since).days > days:
        faults["reading_old"] = last.isoformat() if last else ""
    return faults


def find_fall(readings):
    """Return ``(before, after)``, kilometres, where the odometer last went backwards without a
    reason, else None.

    :param readings: ``(kilometres, reason, day)`` each, the oldest first.
    """
    falls = [
        (before[0], after[0])
        for before, after in pairwise(readings)
        if after[0] < before[0] and not after[1]
    ]
    return falls[-1] if falls else None


def score(weights, faults):
    """Return 0-100: which share of the weight is in order, rounded down, so that 100 says that
    nothing is missing. Where nothing is asked, nothing is missing.

    :param weights: ``{code: weight}`` of the checks in force.
    :param faults: the codes that count against it; others are left out.
    """
    total = sum(weights.values())
    lost = sum(weight for code, weight in weights.items() if code in faults)
    return 100 * (total - lost) // total if total else 100
