"""Periods in the life of one thing: each ends where the next one begins, one is open."""

from datetime import date
from typing import NamedTuple


class Period(NamedTuple):
    """What ``key`` stands for held from ``start`` until ``end``.

    ``ids``: the records that say so, the one to keep first; none for a period nobody wrote down.
    ``start`` may be unknown (None); without an ``end`` it still holds.
    """

    ids: tuple
    key: object
    start: date | None
    end: date | None


def settle_periods(periods, current, today):
    """Return ``periods`` of two histories as one that can have happened.

    Periods of the same key that meet become one. Where two keys overlap, the later one begins
    what was true from then on. The last one is open and is that of ``current``.

    :param current: the key that holds today, or a false one for none.
    :return: list of :class:`Period`, the earliest first; the last one alone is open, and none
        where nothing is current.
    """
    # Of two that begin on the same day the current one comes last; an unknown day was long ago.
    in_order = sorted(periods, key=lambda p: (p.start or date.min, p.key == current, p.ids))
    settled = []
    for period in in_order:
        last = settled[-1] if settled else None
        if last and last.key == period.key and _meets(last, period):
            end = None if None in (last.end, period.end) else max(last.end, period.end)
            settled[-1] = last._replace(ids=last.ids + period.ids, end=end)
            continue
        if last:
            settled[-1] = last._replace(end=_earliest(last.end, period.start or today))
        settled.append(period)
    return _open_last(settled, current, today)


def _meets(last, period):
    return last.end is None or (period.start or date.min) <= last.end


def _earliest(end, other):
    return other if end is None else min(end, other)


def _open_last(settled, current, today):
    last = settled[-1] if settled else None
    if current and last and last.key == current:
        settled[-1] = last._replace(end=None)
        return settled
    if last:
        settled[-1] = last = last._replace(end=_earliest(last.end, today))
    if current:
        settled.append(Period((), current, last.end if last else today, None))
    return settled
