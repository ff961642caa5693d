"""What somebody at the reception has typed: a VIN, a plate, a phone number or a name."""

import re

from .plate import looks_chinese, normalise_plate, plate_kind
from .vin import has_vin_shape, normalise_vin

# The shortest subscriber number that is worth a search; shorter ones are a part of a plate.
_PHONE_DIGITS = 7
# No country paints more characters on a plate.
_PLATE_LENGTH = 10
_PHONE = re.compile(r"\+?[\d\s()./\-]+")


def guess_kind(text):
    """Return "vin", "plate", "phone" or "name": what ``text`` most likely is; "" for nothing.

    Never raises. A guess only proposes a field, which people can correct.
    """
    text = (text or "").strip()
    if not text:
        return ""
    if has_vin_shape(normalise_vin(text)):
        return "vin"
    if plate_kind(text) or (looks_chinese(text) and any(char.isdigit() for char in text)):
        return "plate"
    if _PHONE.fullmatch(text) and sum(char.isdigit() for char in text) >= _PHONE_DIGITS:
        return "phone"
    key = normalise_plate(text)
    if len(key) <= _PLATE_LENGTH and any(char.isdigit() for char in key):
        return "plate"
    return "name"
