"""Periods of a dashboard: what its words stand for, what they are compared with, and the months
or weeks of a trend."""

from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

DAY = timedelta(days=1)
PRESETS = ("month", "last_month", "quarter", "year", "custom")
STEPS = ("month", "week")
# A trend shows so many months, or as many weeks.
TREND = {"month": 12, "week": 52}


class Span(NamedTuple):
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date


def preset(name, today):
    """Return the :class:`Span` of a preset: what has passed of this month, quarter or year, or
    all of last month."""
    if name == "last_month":
        last = today.replace(day=1) - DAY
        return Span(last.replace(day=1), last)
    months = {"month": today.month, "quarter": 3 * ((today.month - 1) // 3) + 1, "year": 1}
    return Span(date(today.year, months[name], 1), today)


def before(name, span):
    """Return the :class:`Span` that ``span`` is compared with: as much of the month, quarter or
    year before; of chosen days, as many days before them."""
    if name == "custom":
        return Span(span.first - (span.last - span.first + DAY), span.first - DAY)
    step = {"quarter": relativedelta(months=3), "year": relativedelta(years=1)}.get(
        name, relativedelta(months=1)
    )
    first, until = span.first - step, span.first - DAY
    if name == "last_month":
        return Span(first, until)
    return Span(first, min(first + (span.last - span.first), until))


def steps_until(last, step):
    """Return the :class:`Span` of each month, or of each week from Monday to Sunday, of a trend
    that ends with the one of the day ``last``; the earliest first."""
    count = TREND[step]
    if step == "week":
        monday = last - timedelta(days=last.weekday())
        starts = [monday - timedelta(weeks=count - index - 1) for index in range(count + 1)]
    else:
        month = last.replace(day=1)
        starts = [month - relativedelta(months=count - index - 1) for index in range(count + 1)]
    return [Span(one, other - DAY) for one, other in zip(starts, starts[1:], strict=False)]
