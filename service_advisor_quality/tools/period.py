"""Periods of a report and those before it."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

DAY = timedelta(days=1)


def whole_months(start, end):
    """Return how many calendar months ``start`` to ``end`` are, both days included; 0 where the
    period does not begin with a month or end with one."""
    after = end + DAY
    if start.day != 1 or after.day != 1:
        return 0
    return (after.year - start.year) * 12 + after.month - start.month


def periods_until(start, end, count):
    """Return ``count`` periods ``(first day, last day)`` of the same length, the earliest first,
    of which the last is ``start`` to ``end``. Months stay months, however long they are."""
    months = whole_months(start, end)
    step = relativedelta(months=months) if months else (end - start) + DAY
    found = [(start, end)]
    for _earlier in range(count - 1):
        first = found[0][0]
        found.insert(0, (first - step, first - DAY))
    return found
