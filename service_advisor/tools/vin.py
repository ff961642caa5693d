"""Vehicle identification numbers: shape (ISO 3779), check digit, and what they tell.

Source of the check digit: 49 CFR 565.15 and GB 16735. It is mandatory where the
world manufacturer identifier starts with 1-5 (North America) or L (China).
"""

import re
import unicodedata

import vininfo

from .text import clean_text

_SHAPE = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_VALUES = {str(digit): digit for digit in range(10)} | dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
)
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def normalise_vin(text):
    """Return ``text`` as a VIN is written: NFKC, upper case, no spaces or hyphens.

    Never raises; returns "" for an empty value.
    """
    folded = unicodedata.normalize("NFKC", clean_text(text)).upper()
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


def vin_manufacturer(vin):
    """Return who built the car ("SAIC Volkswagen"), or None where ``vin`` does not tell."""
    found = _decode(vin)
    if not found or isinstance(found.assembler, vininfo.common.UnsupportedBrand):
        return None
    return found.manufacturer


def vin_country(vin):
    """Return the English name of the country the car was built in, or None."""
    found = _decode(vin)
    return found.country if found else None


def vin_model_year(vin, registered=None):
    """Return the model year, or None where ``vin`` does not tell.

    The code comes back every 30 years. A car is no younger than its first registration in the
    year ``registered`` allows, and in North America position 7 tells the older years: a digit
    there means before 2010. Of what is left, the latest year is the likeliest in a workshop.
    """
    vin = normalise_vin(vin)
    found = _decode(vin)
    if not found:
        return None
    years = found.years
    if registered:
        years = [year for year in years if year <= registered + 1]
    elif vin[0] in "12345" and vin[6].isdigit():
        years = [year for year in years if year < 2010]
    return max(years, default=None)


def _decode(vin):
    """Return what the number says, however it was typed; None where it is no VIN."""
    vin = normalise_vin(vin)
    return vininfo.Vin(vin) if has_vin_shape(vin) else None


def match_make(manufacturer, makes):
    """Return the one of ``makes`` that ``manufacturer`` means, or None.

    A manufacturer is often named after a joint venture or a plant: "SAIC Volkswagen" builds
    Volkswagen, "Tesla China" what others list as "Tesla Motors".

    :param makes: list of names.
    """
    words = _words(manufacturer)
    named = [make for make in makes if _words(make) and _is_part(_words(make), words)]
    if named:
        return max(named, key=len)
    first = [make for make in makes if words and _words(make)[:1] == words[:1]]
    return first[0] if len(first) == 1 else None


def _words(text):
    plain = unicodedata.normalize("NFKD", clean_text(text).casefold())
    return re.findall(r"\w+", "".join(char for char in plain if not unicodedata.combining(char)))


def _is_part(part, whole):
    places = range(len(whole) - len(part) + 1)
    return any(whole[place : place + len(part)] == part for place in places)
