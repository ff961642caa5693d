"""Stretches of time without records: sorted, apart, and searched by bisection.

A moment is a whole number, in this addon the seconds since 1970 in UTC: the engine that plans
compares moments thousands of times, and a summer time does not exist in UTC.
"""

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta
from itertools import accumulate

EPOCH = datetime(1970, 1, 1)
# Before and after every moment.
EVER = 1 << 62


def to_moment(date):
    """Return the moment of a datetime in UTC without time zone, as Odoo keeps it."""
    return int((date - EPOCH).total_seconds())


def to_datetime(moment):
    """Return the datetime in UTC of a moment."""
    return EPOCH + timedelta(seconds=moment)


class Stretches:
    """A set of moments, kept as its stretches ``[start, stop)``."""

    __slots__ = ("starts", "stops")

    def __init__(self, pairs=()):
        """:param pairs: ``(start, stop)`` in any order; they may overlap, empty ones are left
        out."""
        self.starts, self.stops = [], []
        for start, stop in sorted(pairs):
            if start >= stop:
                continue
            if self.stops and start <= self.stops[-1]:
                self.stops[-1] = max(self.stops[-1], stop)
            else:
                self.starts.append(start)
                self.stops.append(stop)

    def __iter__(self):
        return zip(self.starts, self.stops, strict=True)

    def __eq__(self, other):
        return self.starts == other.starts and self.stops == other.stops

    __hash__ = None

    def cut(self, start, stop):
        """Return the stretches inside ``[start, stop)``, as a list of pairs."""
        first = bisect_right(self.stops, start)
        last = bisect_left(self.starts, stop)
        pairs = zip(self.starts[first:last], self.stops[first:last], strict=True)
        return [(max(begin, start), min(end, stop)) for begin, end in pairs]

    def last_before(self, start, stop):
        """Return the end of the last stretch that begins before ``stop`` and ends after
        ``start``, or None where the time between is free."""
        index = bisect_left(self.starts, stop) - 1
        if index >= 0 and self.stops[index] > start:
            return self.stops[index]
        return None


class Busy(Stretches):
    """When a resource is held; grows while plans are made."""

    __slots__ = ()

    def add(self, start, stop):
        """Hold the time from ``start`` to ``stop`` as well."""
        first = bisect_left(self.stops, start)
        last = bisect_right(self.starts, stop)
        if first < last:
            start, stop = min(start, self.starts[first]), max(stop, self.stops[last - 1])
        self.starts[first:last] = [start]
        self.stops[first:last] = [stop]


class Work(Stretches):
    """When somebody works; never changed once made."""

    __slots__ = ("done",)

    def __init__(self, pairs=()):
        super().__init__(pairs)
        # The work that is done when each stretch ends.
        self.done = list(
            accumulate(stop - start for start, stop in zip(self.starts, self.stops, strict=True))
        )

    def walk(self, since, amount):
        """Return ``(start, stop)`` of ``amount`` of work that begins as early as possible from
        ``since`` on and rests where nobody works; None where the working time is over before.
        """
        first = bisect_right(self.stops, since)
        if first == len(self.stops):
            return None
        start = max(since, self.starts[first])
        target = self.done[first] - (self.stops[first] - start) + amount
        last = bisect_left(self.done, target, first)
        if last == len(self.done):
            return None
        return start, self.stops[last] - (self.done[last] - target)

    def without(self, pairs):
        """Return this working time less ``pairs`` of ``(start, stop)``."""
        off = Stretches(pairs)
        if not off.starts:
            return self
        return self & Work(zip([-EVER, *off.stops], [*off.starts, EVER], strict=True))

    def __and__(self, other):
        """Return when both work."""
        pairs = []
        mine, theirs = 0, 0
        while mine < len(self.starts) and theirs < len(other.starts):
            start = max(self.starts[mine], other.starts[theirs])
            stop = min(self.stops[mine], other.stops[theirs])
            if start < stop:
                pairs.append((start, stop))
            if self.stops[mine] < other.stops[theirs]:
                mine += 1
            else:
                theirs += 1
        return Work(pairs)


def earliest(work, busies, since, amount, limit=None):
    """Return ``(start, stop)`` of the earliest work of ``amount`` that nothing interrupts.

    Work rests over closing times and breaks, but from its start to its stop none of the
    resources may be held by anything else: the car stands in its bay over lunch.

    :param work: :class:`Work`, when all resources work.
    :param busies: :class:`Busy` of each resource.
    :param limit: give up as soon as the work can not stop before this moment.
    :return: None where there is no place.
    """
    while True:
        span = work.walk(since, amount)
        if span is None or (limit is not None and span[1] >= limit):
            return None
        for busy in busies:
            # Whatever starts before the end of the first held time would run into it, too.
            until = busy.last_before(*span)
            if until is not None:
                since = until
                break
        else:
            return span
