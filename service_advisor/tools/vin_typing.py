"""Two VINs that may be the same number, once typed wrong."""

from .vin import check_digit, has_vin_shape, needs_check_digit, vin_problem

# Letters no VIN has, and the digits that were meant (ISO 3779 leaves them out for that reason).
_MISREAD = str.maketrans("IOQ", "100")


def readable_vin(vin):
    """Return ``vin`` with the letters that no VIN has as the digits they were read for."""
    return (vin or "").translate(_MISREAD)


def vin_difference(one, other):
    """Return how two VINs differ: "same", "misread" (I for 1, O or Q for 0), "character" (one
    place), "swapped" (two neighbours), or "other"."""
    if one == other:
        return "same"
    if readable_vin(one) == readable_vin(other):
        return "misread"
    if len(one) != len(other):
        return "other"
    places = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(places) == 1:
        return "character"
    if len(places) == 2 and places[1] == places[0] + 1:
        first, second = places
        if one[first] == other[second] and one[second] == other[first]:
            return "swapped"
    return "other"


def is_vin_slip(one, other):
    """Tell whether one of two VINs is the other one typed wrong.

    A single wrong character, or two neighbours swapped, makes the check digit wrong; so one of
    them must be right and the other not. Where the region has no check digit, two cars of the
    same day differ by one digit as well, and nothing is told.
    """
    difference = vin_difference(one, other)
    if difference == "misread":
        return True
    if difference not in ("character", "swapped"):
        return False
    if not (needs_check_digit(one) or needs_check_digit(other)):
        return False
    return (vin_problem(one) is None) != (vin_problem(other) is None)


def meant_vins(vin):
    """Return the right VINs that a ``vin`` with a wrong check digit may have been meant as.

    :return: set of VINs that differ by one character or by two swapped neighbours; empty where
        the VIN is right, or has no shape that tells.
    """
    if not has_vin_shape(vin) or vin_problem(vin) != "check_digit":
        return set()
    texts = set()
    for place in range(17):
        for char in "ABCDEFGHJKLMNPRSTUVWXYZ0123456789":
            texts.add(vin[:place] + char + vin[place + 1 :])
        texts.add(vin[:place] + vin[place : place + 2][::-1] + vin[place + 2 :])
    texts.discard(vin)
    return {text for text in texts if text[8] == check_digit(text)}
