"""Periods of scheduled reports: which one is over on a day, and when the next one will be."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

DAY = timedelta(days=1)
STEPS = {
    "weekly": relativedelta(weeks=1),
    "monthly": relativedelta(months=1),
    "quarterly": relativedelta(months=3),
    "yearly": relativedelta(years=1),
}


def begin(frequency, day):
    """Return the first day of the week (a Monday), month, quarter or year of ``day``."""
    if frequency == "weekly":
        return day - timedelta(days=day.weekday())
    if frequency == "monthly":
        return day.replace(day=1)
    if frequency == "quarterly":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1)


def last_period(frequency, day):
    """Return the first and last day of the latest period that is over on ``day``."""
    start = begin(frequency, day)
    return start - STEPS[frequency], start - DAY


def next_day(frequency, day):
    """Return the first day after ``day`` on which another period is over."""
    return begin(frequency, day) + STEPS[frequency]
