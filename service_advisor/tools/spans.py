"""Stretches of time as sorted lists of ``(start, stop)``; the stop itself is not part of one."""

from collections import namedtuple
from datetime import timedelta

# Calendars end a day a breath before midnight; that is no gap to work around.
BREATH = timedelta(seconds=1)

# A stretch of time to be held for a job; ``is_allowed``: a manager allowed to overbook.
Row = namedtuple("Row", "job resource start stop is_allowed")


def join(spans):
    """Return ``spans`` sorted, those that meet or overlap as one."""
    joined = []
    for start, stop in sorted(spans):
        if joined and start - joined[-1][1] <= BREATH:
            joined[-1] = (joined[-1][0], max(joined[-1][1], stop))
        elif start < stop:
            joined.append((start, stop))
    return joined


def subtract(spans, holes):
    """Return what is left of ``spans`` without ``holes``, both lists in any order."""
    left = join(spans)
    for hole_start, hole_stop in holes:
        left = [
            piece
            for start, stop in left
            for piece in ((start, min(stop, hole_start)), (max(start, hole_stop), stop))
            if piece[0] < piece[1]
        ]
    return left


def intersect(first, second):
    """Return the time that is in both lists."""
    return join(
        (max(a_start, b_start), min(a_stop, b_stop))
        for a_start, a_stop in first
        for b_start, b_stop in second
        if a_start < b_stop and b_start < a_stop
    )


def covers(spans, start, stop):
    """Return whether all of ``start`` to ``stop`` lies in the joined list ``spans``."""
    return any(
        span_start - BREATH <= start and stop <= span_stop + BREATH
        for span_start, span_stop in spans
    )


def take(spans, hours):
    """Return the first ``hours`` of the joined list ``spans``, as spans; None where they do not
    suffice."""
    taken, left = [], timedelta(hours=hours)
    for start, stop in spans:
        if left <= timedelta(0):
            break
        stop = min(stop, start + left)
        taken.append((start, stop))
        left -= stop - start
    return taken if left <= timedelta(0) else None
