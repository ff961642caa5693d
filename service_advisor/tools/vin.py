"""Vehicle identification numbers: shape (ISO 3779) and check digit.

Source of the check digit: 49 CFR 565.15 and GB 16735. It is mandatory where the
world manufacturer identifier starts with 1-5 (North America) or L (China).
"""

import re
import unicodedata

_SHAPE = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_VALUES = {str(digit): digit for digit in range(10)} | dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
)
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def normalise_vin(text):
    """Return ``text`` as a VIN is written: NFKC, upper case, no spaces or hyphens.

    Never raises; returns "" for an empty value.
    """
    folded = unicodedata.normalize("NFKC", text or "").upper()
    # Upper case may take a character apart, and removed blanks bring others together.
    return unicodedata.normalize("NFKC", re.sub(r"[\s\-·.]+", "", folded))


def has_vin_shape(vin):
    """Tell whether ``vin`` has the 17 characters ISO 3779 allows."""
    return bool(_SHAPE.fullmatch(vin or ""))


def check_digit(vin):
    """Return the check digit ("0"-"9" or "X") that position 9 of ``vin`` ought to hold.

    :raises ValueError: if ``vin`` has not the shape of a VIN.
    """
    if not has_vin_shape(vin):
        raise ValueError(f"not the shape of a VIN: {vin!r}")
    total = sum(_VALUES[char] * weight for char, weight in zip(vin, _WEIGHTS, strict=True))
    remainder = total % 11
    return "X" if remainder == 10 else str(remainder)


def needs_check_digit(vin):
    """Tell whether the region of ``vin`` makes the check digit mandatory."""
    return bool(vin) and vin[0] in "12345L"


def vin_problem(vin):
    """Return "shape", "check_digit" or None for a normalised ``vin``."""
    if not has_vin_shape(vin):
        return "shape"
    if needs_check_digit(vin) and vin[8] != check_digit(vin):
        return "check_digit"
    return None


def vin_range_key(vin):
    """Return ``(prefix, serial)`` of a VIN, by which ranges of a recall are compared.

    Cars of one range share what stands before the serial number, the last six characters. A
    check digit changes with the serial, so it is left out where the region makes it one.

    :raises ValueError: if ``vin`` has not the shape of a VIN.
    """
    if not has_vin_shape(vin):
        raise ValueError(f"not the shape of a VIN: {vin!r}")
    ninth = "" if needs_check_digit(vin) else vin[8]
    return vin[:8] + ninth + vin[9:11], vin[11:]


def vin_in_range(vin, first, last):
    """Tell whether ``vin`` lies in the range from ``first`` to ``last``, both included.

    :raises ValueError: if one of them has not the shape of a VIN.
    """
    prefix, serial = vin_range_key(vin)
    (first_prefix, low), (last_prefix, high) = vin_range_key(first), vin_range_key(last)
    # Serials have the same length, so letters and digits compare place by place.
    return prefix == first_prefix == last_prefix and low <= serial <= high
