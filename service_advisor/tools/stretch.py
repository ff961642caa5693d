"""Stretches of time, without records: lists of ``(start, stop)`` in their order, not touching
what is outside them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def cut(works, start, stop):
    """Return what of ``works`` lies between ``start`` and ``stop``."""
    found = [(max(begin, start), min(end, stop)) for begin, end in works]
    return [(begin, end) for begin, end in found if begin < end]


def is_inside(works, moment):
    """Tell whether work can begin at ``moment``."""
    return any(begin <= moment < end for begin, end in works)


def lay_out(start, duration, works):
    """Return the stretches in which ``duration`` of work that begins at ``start`` is done.

    Work goes on after a pause or a closing time. Where it would begin outside ``works``, or
    ``works`` are too short, it is one stretch: whoever books it is told why that fails.

    :param start: datetime
    :param duration: timedelta above zero
    :param works: working time as ``(start, stop)``
    """
    left, found = duration, []
    for begin, end in cut(works, start, datetime.max) if is_inside(works, start) else ():
        found.append((begin, min(end, begin + left)))
        left -= found[-1][1] - begin
        if not left:
            return found
    return [(start, start + duration)]


def end_at(stretches, stop, works):
    """Return ``stretches`` so changed that the work ends at ``stop``: what is later falls away,
    a longer one takes in the working time until then. Outside ``works`` the last stretch alone
    grows, as overtime does."""
    start = stretches[0][0]
    found = cut(works, start, stop)
    if found and found[0][0] == start and found[-1][1] == stop:
        return found
    kept = [stretch for stretch in stretches if stretch[0] < stop]
    return [*kept[:-1], (kept[-1][0], stop)]


def shift(stretches, delta):
    """Return ``stretches`` moved by ``delta``."""
    return [(start + delta, stop + delta) for start, stop in stretches]


def total(stretches):
    """Return how long ``stretches`` are together."""
    return sum((stop - start for start, stop in stretches), timedelta(0))


def wall_to_utc(day, hours, tz):
    """Return the moment (UTC, naive) at which clocks in ``tz`` show ``hours`` on ``day``.

    :param day: date
    :param hours: whole hours from midnight; 24 is the midnight after it
    :param tz: name of the time zone
    """
    wall = datetime(day.year, day.month, day.day) + timedelta(hours=hours)
    return wall.replace(tzinfo=ZoneInfo(tz)).astimezone(UTC).replace(tzinfo=None)


def hours_shown(stretches, tz, default=(8, 18)):
    """Return the first and last whole hour of the clocks in ``tz`` that ``stretches`` touch on
    any day, as ``(from, to)``; ``default`` where there are none."""
    first, last = 24, 0
    for start, stop in stretches:
        begin, end = (
            moment.replace(tzinfo=UTC).astimezone(ZoneInfo(tz)) for moment in (start, stop)
        )
        if begin.date() != (end - timedelta(microseconds=1)).date():
            return 0, 24
        midnight = end.date() != begin.date()
        first = min(first, begin.hour)
        last = max(last, 24 if midnight else end.hour + bool(end.minute or end.second))
    return (first, last) if first < last else default
