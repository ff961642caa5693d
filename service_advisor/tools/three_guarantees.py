"""The three guarantees of China (san bao) for household cars, from the day of the invoice.

Repair, exchange and return: 2 years or 50 000 km; repair at no charge: 3 years or 60 000 km;
whichever comes first. Repairs of the same problem and days in repair are counted, because from
a certain number on the owner may ask for another car. Repairs of the engine, the gearbox or the
traction battery twice, and safety faults, have stricter rules of their own and are not judged.
"""

from typing import NamedTuple

from dateutil.relativedelta import relativedelta

EXCHANGE = (2, 50_000)
FREE_REPAIR = (3, 60_000)
WARN = (3, 20)
RED = (4, 30)


class Guarantees(NamedTuple):
    """Where a car stands; ``level`` is "none", "warn" or "red"."""

    in_exchange: bool
    in_free_repair: bool
    exchange_until: object
    free_repair_until: object
    repair_days: int
    same_repairs: int
    level: str


def count_repair_days(start, end):
    """Return the days between two moments; less than 24 hours are a day, and so is a rest.

    Waiting for parts counts: nothing is taken off.
    """
    seconds = max((end - start).total_seconds(), 0)
    return max(int(-(-seconds // 86_400)), 1)


def judge_guarantees(invoice_date, today, odometer, stays, same_repairs):
    """Tell where a household car stands.

    :param stays: list of ``(start, end)`` of the visits with a warranty repair.
    :param same_repairs: how often the most frequent problem was repaired.
    """
    in_exchange, exchange_until = _period(EXCHANGE, invoice_date, today, odometer)
    in_free_repair, free_repair_until = _period(FREE_REPAIR, invoice_date, today, odometer)
    days = sum(count_repair_days(start, end) for start, end in stays)
    level = "none"
    if in_exchange:
        level = next(
            (
                name
                for name, (repairs, limit) in (("red", RED), ("warn", WARN))
                if same_repairs >= repairs or days >= limit
            ),
            "none",
        )
    return Guarantees(
        in_exchange, in_free_repair, exchange_until, free_repair_until, days, same_repairs, level
    )


def _period(limits, invoice_date, today, odometer):
    years, km = limits
    until = invoice_date + relativedelta(years=years)
    return today <= until and odometer <= km, until
