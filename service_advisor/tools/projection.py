"""When a car will be finished, reckoned from working time, work left and waits.

Knows no records: moments are naive datetimes in UTC, as the database keeps them.
"""

from datetime import timedelta
from typing import Any, NamedTuple

# A job that takes longer than allowed still needs so many hours: nobody knows how many more.
LEAST_HOURS = 0.25
FIRST_DAYS = 14
LAST_DAYS = 800


class Limit(NamedTuple):
    """One thing before which a car is not finished.

    :param moment: the datetime, in working time and without the finishing touches.
    :param kind: what sort of thing it is, one of the kinds of risk of a service order.
    :param key: names the cause in a way that stays the same from minute to minute.
    :param detail: what is needed to put the cause into words.
    """

    moment: Any
    kind: str
    key: str
    detail: Any = None


class Projection(NamedTuple):
    """What is known about the end of an order.

    :param moment: when the car will be finished, a datetime.
    :param limit: the :class:`Limit` that binds, without the finishing touches.
    :param blocked_by: the kind of what the work waits for now, or False.
    """

    moment: Any
    limit: Limit
    blocked_by: Any


class Work(NamedTuple):
    """What a job still needs.

    :param hours: by the clock on the wall, while the shop is open.
    :param is_running: whether somebody is clocked on it now.
    :param is_overrun: whether it has taken longer than allowed.
    """

    hours: float
    is_running: bool
    is_overrun: bool


def work_left(allowed, clocked, running, is_begun):
    """Return the :class:`Work` left of a job.

    :param allowed: hours sold.
    :param clocked: hours spent by all, those of running clocks included.
    :param running: how many are clocked on it now; they share what is left.
    :param is_begun: whether it is in work; such a job needs a little more in any case, or one
        that takes too long would look finished.
    """
    left = max(allowed - clocked, LEAST_HOURS if is_begun else 0.0)
    return Work(left / max(running, 1), bool(running), is_begun and clocked > allowed)


def add_work(spans, start, hours):
    """Return the moment ``hours`` of work from ``start`` on are over, None where ``spans`` end
    before.

    :param spans: sorted ``[(start, stop)]`` in which work is done; they do not overlap.
    """
    left = timedelta(hours=hours)
    for begin, end in spans:
        begin = max(begin, start)
        if begin >= end:
            continue
        if begin + left <= end:
            return begin + left
        left -= end - begin
    return None


def judge_risk(promised, projected, now):
    """Return ``"late"`` once the promise has passed, ``"at_risk"`` where it is going to break,
    else ``"none"``. A car that is finished in the promised minute is on time."""
    if promised < now:
        return "late"
    return "at_risk" if projected > promised else "none"


class WorkTime:
    """The working time of a shop from one moment on, loaded as far as it is asked for.

    :param now: the first moment that is of interest.
    :param load: function of (start, stop) that returns the sorted ``[(start, stop)]`` between
        them in which work is done; None for a shop that never closes.
    """

    def __init__(self, now, load):
        self.now, self._load, self._days = now, load, 0
        self._spans = []

    def add(self, start, hours):
        """Return the moment ``hours`` of work from ``start`` on are over. A shop that opens too
        seldom for it within two years is taken for one that never closes."""
        start = max(start, self.now)
        if hours <= 0:
            return start
        while self._load:
            end = self._days and add_work(self._spans, start, hours)
            if end:
                return end
            if self._days >= LAST_DAYS:
                break
            self._days = self._days * 4 or FIRST_DAYS
            self._spans = self._load(self.now, self.now + timedelta(days=self._days))
        return start + timedelta(hours=hours)
