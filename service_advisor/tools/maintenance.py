"""When maintenance is due: every so many km or months, whichever comes first."""

from datetime import date
from typing import NamedTuple

from dateutil.relativedelta import relativedelta


class Interval(NamedTuple):
    """How often work is due; 0 stands for "not counted"."""

    every_km: int = 0
    every_months: int = 0
    first_km: int = 0
    first_months: int = 0
    remind_km: int = 0
    remind_days: int = 0


class Due(NamedTuple):
    """When work is due; None where the interval does not count it.

    ``km_over`` and ``days_over`` are negative while there is time left.
    """

    state: str
    due_km: "int | None"
    due_date: "date | None"
    km_over: "int | None"
    days_over: "int | None"


def judge_maintenance(interval, today, odometer, start=None, last=None):
    """Tell whether maintenance is due on a car.

    :param interval: an :class:`Interval`.
    :param start: date of the first registration or of the invoice, at 0 km; None if unknown.
    :param last: ``(date, km)`` when it was last done, None if there is no record of it.
    :return: a :class:`Due` whose state is "due", "soon" or "not_due".
    """
    due_km, due_date = _next_due(interval, start, last)
    km_over = None if due_km is None else odometer - due_km
    days_over = None if due_date is None else (today - due_date).days
    state = max(
        _rank(km_over, interval.remind_km), _rank(days_over, interval.remind_days)
    )
    return Due(("not_due", "soon", "due")[state], due_km, due_date, km_over, days_over)


def _next_due(interval, start, last):
    """Return ``(km, date)`` of the next time: from the last one, else from the first use."""
    if last:
        day, km = last
        every_km, every_months = interval.every_km, interval.every_months
    else:
        day, km = start, 0
        every_km = interval.first_km or interval.every_km
        every_months = interval.first_months or interval.every_months
    due_km = km + every_km if every_km else None
    due_date = day + relativedelta(months=every_months) if day and every_months else None
    return due_km, due_date


def _rank(over, remind):
    """Return 2 for due, 1 for nearly due, 0 for not due or not counted."""
    if over is None:
        return 0
    return 2 if over >= 0 else int(over >= -remind)


def most_specific(plans, model, brand, energy):
    """Return the plan that fits a car best, or None.

    A plan fits where each thing it names is the car's. One that names the model beats one that
    names the make, which beats one that names the energy; on a tie the first of the list wins.

    :param plans: list of ``(plan, models, brand, energy)``, empty where the plan names none.
    """
    best, best_rank = None, None
    for plan, models, plan_brand, plan_energy in plans:
        fits = (
            (not models or model in models)
            and (not plan_brand or plan_brand == brand)
            and (not plan_energy or plan_energy == energy)
        )
        rank = (bool(models), bool(plan_brand), bool(plan_energy))
        if fits and (best is None or rank > best_rank):
            best, best_rank = plan, rank
    return best
