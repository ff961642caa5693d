"""Are two records the same customer, or the same car? What speaks for it and what against.

A finding is ``(fact, verdict)``. Of a customer the facts are "phone", "email", "name", "address"
and "vat", each "same", "similar" or "differs"; of a car "vin" ("same", "slip", "tail" or
"differs"), "plate" ("same", "misread", "former" or "differs"), "model" and "owner" ("same" or
"differs") and "gap" ("fits": one knows the VIN alone, the other the plate alone). What one of
both does not know is no finding.

Confidence is a number from 0 to 100 that ranks a work list, no probability. The weights are an
assumption: they follow what a person at a desk would look at first.
"""

import hashlib
import unicodedata
from difflib import SequenceMatcher
from typing import NamedTuple

from odoo.addons.service_advisor.tools.text import clean_text
from odoo.addons.service_advisor.tools.vin_typing import is_vin_slip

# Below it a pair is not worth a look.
THRESHOLD = 30
SIMILAR = 0.8
_WEIGHTS = {
    ("phone", "same"): 50,
    ("phone", "differs"): -10,
    ("email", "same"): 45,
    ("email", "differs"): -10,
    ("name", "same"): 30,
    ("name", "similar"): 20,
    ("name", "differs"): -20,
    ("address", "same"): 25,
    ("address", "similar"): 15,
    ("address", "differs"): -5,
    ("vat", "same"): 40,
    ("vat", "differs"): -50,
    ("vin", "same"): 90,
    ("vin", "slip"): 65,
    ("vin", "tail"): 35,
    ("vin", "differs"): -60,
    ("plate", "same"): 60,
    ("plate", "misread"): 40,
    ("plate", "former"): 30,
    ("plate", "differs"): -5,
    ("model", "same"): 10,
    ("model", "differs"): -25,
    ("owner", "same"): 20,
    ("owner", "differs"): -5,
    ("gap", "fits"): 15,
}
_MISREAD_PLATE = str.maketrans("OQI", "001")


class Customer(NamedTuple):
    """What is known of a customer; "" for what is not."""

    phone: str = ""
    email: str = ""
    name: str = ""
    address: str = ""
    vat: str = ""


class Car(NamedTuple):
    """What is known of a car. ``plates``: keys of its former plates."""

    vin: str = ""
    plate: str = ""
    plates: frozenset = frozenset()
    model: object = None
    owner: object = None


def compare(one, other):
    """Return the findings about two customers or two cars, as list of ``(fact, verdict)``."""
    found = _compare_cars(one, other) if isinstance(one, Car) else _compare_people(one, other)
    return [(fact, verdict) for fact, verdict in found if verdict]


def confidence(findings):
    """Return how much speaks for one and the same, from 0 to 100."""
    return max(0, min(100, sum(_WEIGHTS[finding] for finding in findings)))


def agreements(findings):
    """Return the findings that speak for one and the same."""
    return [finding for finding in findings if _WEIGHTS[finding] > 0]


def fingerprints(findings, one, other):
    """Return one short text per finding that speaks for one and the same: the same text as long
    as the facts behind it are the same, and nobody reads the facts from it."""
    texts = []
    for fact, verdict in agreements(findings):
        values = sorted(str(_value(fact, record)) for record in (one, other))
        text = "|".join([fact, verdict, *values])
        texts.append(hashlib.sha256(text.encode()).hexdigest()[:16])
    return sorted(texts)


def _value(fact, record):
    if fact == "gap":
        return (record.vin, record.plate)
    if fact == "plate":
        return (record.plate, *sorted(record.plates))
    return getattr(record, fact)


# ---- customers ----------------------------------------------------------------------------


def fold(text):
    """Return what two spellings of a name or an address have in common: no accents, no blanks
    and signs, no capitals."""
    plain = unicodedata.normalize("NFKD", clean_text(text).casefold())
    return "".join(char for char in plain if char.isalnum())


def fold_name(text):
    """Return a name with its words in one order: "Lei Wang" and "WANG, Lei" are one."""
    words = clean_text(text).replace(",", " ").split()
    return " ".join(sorted(filter(None, map(fold, words))))


def _compare_people(one, other):
    yield "phone", _equal(one.phone, other.phone)
    yield "email", _equal(one.email, other.email)
    yield "name", _alike(fold_name(one.name), fold_name(other.name))
    yield "address", _compare_addresses(fold(one.address), fold(other.address))
    yield "vat", _equal(fold(one.vat), fold(other.vat))


def _equal(one, other):
    if not one or not other:
        return None
    return "same" if one == other else "differs"


def _alike(one, other):
    if not one or not other or one == other:
        return _equal(one, other)
    # The quick ratios are never below the real one, and cost next to nothing.
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    close = matcher.quick_ratio() >= SIMILAR and matcher.ratio() >= SIMILAR
    return "similar" if close else "differs"


def _compare_addresses(one, other):
    """Two houses of one street differ by their number alone, and are two houses."""
    verdict = _alike(one, other)
    if verdict == "similar" and _digits(one) != _digits(other):
        return "differs"
    return verdict


def _digits(text):
    return "".join(char for char in text if char.isdigit())


# ---- cars ---------------------------------------------------------------------------------


def _compare_cars(one, other):
    model, owner = _equal(one.model, other.model), _equal(one.owner, other.owner)
    yield "vin", _compare_vins(one.vin, other.vin, model == owner == "same")
    yield "plate", _compare_plates(one, other)
    yield "model", model
    yield "owner", owner
    yield "gap", _fits(one, other) and owner == "same" and "fits" or None


def _compare_vins(one, other, is_same_otherwise):
    if one and other and one != other:
        if is_vin_slip(one, other):
            return "slip"
        if is_same_otherwise and one[-6:] == other[-6:]:
            return "tail"
    return _equal(one, other)


def readable_plate(key):
    """Return the key of a plate with the letters that are misread for digits as digits."""
    return (key or "").translate(_MISREAD_PLATE)


def _compare_plates(one, other):
    if one.plate and one.plate == other.plate:
        return "same"
    mine, others = readable_plate(one.plate), readable_plate(other.plate)
    if mine and mine == others:
        return "misread"
    if one.plate in other.plates or other.plate in one.plates or one.plates & other.plates:
        return "former"
    return _equal(one.plate, other.plate)


def _fits(one, other):
    """Tell whether what one record lacks is all that the other one has."""
    return bool(
        (one.vin and not one.plate and other.plate and not other.vin)
        or (other.vin and not other.plate and one.plate and not one.vin)
    )
