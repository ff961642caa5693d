"""Warranty on a repair: so many days and km from the day the car left."""

from datetime import timedelta
from typing import NamedTuple


class Terms(NamedTuple):
    """What goes with a class of repair: its warranty, and whether it needs a certificate."""

    days: int
    km: int
    needs_certificate: bool = False


class RepairWarranty(NamedTuple):
    """What is left of the warranty on a repair."""

    is_valid: bool
    days_ago: int
    km_ago: int
    until_date: object
    until_km: int


def best_terms(least, own=None):
    """Return the :class:`Terms` that hold: a shop may promise more than the least, in days, km or
    both, never less; what has to be certified follows the own terms where there are any."""
    if own is None:
        return least
    return Terms(max(least.days, own.days), max(least.km, own.km), own.needs_certificate)


def count_warranty(terms, left_on, left_km):
    """Return ``(date, km)``: the last day and odometer under warranty.

    :param left_on, left_km: day and odometer when the repaired car left the shop.
    """
    return left_on + timedelta(days=terms.days), left_km + terms.km


def judge_until(until_date, until_km, left_on, left_km, today, odometer):
    """Tell whether a repair is still under warranty: whichever limit comes first ends it.

    :param until_date, until_km: the last day and odometer that were promised.
    :param left_on, left_km: day and odometer when the repaired car left the shop.
    """
    return RepairWarranty(
        today <= until_date and odometer <= until_km,
        (today - left_on).days,
        odometer - left_km,
        until_date,
        until_km,
    )


def judge_repair_warranty(days, km, left_on, left_km, today, odometer):
    """Tell whether a repair is under warranty for so many ``days`` and ``km``; else as
    :func:`judge_until`."""
    until_date, until_km = count_warranty(Terms(days, km), left_on, left_km)
    return judge_until(until_date, until_km, left_on, left_km, today, odometer)
