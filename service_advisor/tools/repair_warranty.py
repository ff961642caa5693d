"""Warranty on an earlier repair: so many days and km from the day the car left."""

from datetime import timedelta
from typing import NamedTuple


class RepairWarranty(NamedTuple):
    """What is left of the warranty on a repair."""

    is_valid: bool
    days_ago: int
    km_ago: int
    until_date: object
    until_km: int


def judge_repair_warranty(days, km, left_on, left_km, today, odometer):
    """Tell whether a repair is still under warranty: whichever limit comes first ends it.

    :param days, km: what the shop warrants; both limits belong to the warranty.
    :param left_on, left_km: day and odometer when the repaired car left the shop.
    """
    days_ago, km_ago = (today - left_on).days, odometer - left_km
    return RepairWarranty(
        days_ago <= days and km_ago <= km,
        days_ago,
        km_ago,
        left_on + timedelta(days=days),
        left_km + km,
    )
