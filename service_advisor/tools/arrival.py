"""What somebody at the reception has typed: a VIN, a plate, a phone number or a name."""

import re

from .plate import looks_chinese, normalise_plate, plate_kind
from .vin import has_vin_shape, normalise_vin

# The shortest subscriber number that is worth a search; shorter ones are a part of a plate.
_PHONE_DIGITS = 7
# No country paints more characters on a plate.
_PLATE_LENGTH = 10
_PHONE = re.compile(r"\+?[\d\s()./\-]+")


def phone_key(text, country_code=""):
    """Return the digits by which two spellings of a phone number are the same.

    :param country_code: the calling code, as text, that people leave out at home.

    Never raises; returns "" for what is too short for a number.
    """
    text = (text or "").strip()
    digits = "".join(char for char in text if char in "0123456789")
    international = text.startswith("+") or digits.startswith("00")
    digits = digits.removeprefix("00") if digits.startswith("00") else digits
    if international and country_code:
        digits = digits.removeprefix(country_code)
    digits = digits.lstrip("0")
    return digits if len(digits) >= _PHONE_DIGITS else ""


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
