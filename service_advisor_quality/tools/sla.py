"""The clock of a complaint, in wall-clock hours: nights, Sundays and holidays count.

Source: the house's standard of service, first contact within 24 hours of the complaint (K2).
Moments are naive UTC, as Odoo keeps them, or aware in any zone; answers are of the kind of the
start. An hour is 3600 seconds, also in the night when the clocks are changed.
"""

from datetime import datetime, timedelta, timezone

DAY = timedelta(days=1)


def utc(moment):
    """Return ``moment`` as naive UTC: two moments of one zone can not be told apart or
    subtracted rightly where its clock is set back."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None) if moment.tzinfo else moment


def _like(start, moment):
    if moment is None or not start.tzinfo:
        return moment
    return moment.replace(tzinfo=timezone.utc).astimezone(start.tzinfo)


def find_deadline(start, hours, pauses=()):
    """Return when ``hours`` since ``start`` have passed, pauses not counted.

    :param pauses: ``(start, stop)`` pairs in any order, also overlapping or before ``start``;
        ``stop`` is None while the pause lasts.
    :return: a moment, or None where the clock stands still before it gets there.
    """
    clock, left = utc(start), timedelta(hours=hours)
    for begin, end in sorted(pauses, key=lambda pause: utc(pause[0])):
        ran = utc(begin) - clock
        if ran >= left:
            break
        left -= max(ran, timedelta())
        if end is None:
            return None
        clock = max(clock, utc(end))
    return _like(start, clock + left)


def find_first_contact(contacts):
    """Return the moment of the first contact that counts, or None.

    Only a person who turns to the customer stops the clock: neither what comes in nor what is
    sent by itself.

    :param contacts: ``(moment, direction, is_automatic)`` in any order.
    """
    counted = [
        at for at, direction, is_automatic in contacts if direction == "out" and not is_automatic
    ]
    return min(counted, key=utc, default=None)


def find_unanswered(contacts):
    """Return when the customer first wrote after the last contact that counts, or None.

    :param contacts: see :func:`find_first_contact`.
    """
    answers = [utc(at) for at, direction, auto in contacts if direction == "out" and not auto]
    last = max(answers, default=datetime.min)
    open_ones = [
        at for at, direction, auto in contacts if direction == "in" and not auto and utc(at) > last
    ]
    return min(open_ones, key=utc, default=None)


def is_breached(due, done, ended, now):
    """Tell whether a deadline was missed: a fact of these moments alone.

    :param due: the deadline, None where there is none.
    :param done: when it was met, or None.
    :param ended: when there was nothing to meet any more (withdrawn, discarded), or None.
    """
    if due is None:
        return False
    reached = [utc(moment) for moment in (done, ended) if moment]
    return utc(due) < min([*reached, utc(now)])


def find_alert(due, warnings, now):
    """Return the step that an unmet deadline has reached: ``(key, moment)``, or None.

    ``warnings`` hours before ``due`` somebody is warned, at ``due`` and every 24 hours from then
    on it is escalated. What was missed in between is not made up for.

    :param warnings: hours before the deadline, in any order.
    :return: the key is ``warning-<hours>`` or ``escalation-<number>``, counted from 0.
    """
    due, now = utc(due), utc(now)
    if now >= due:
        number = (now - due) // DAY
        return f"escalation-{number}", due + number * DAY
    reached = [hours for hours in warnings if hours > 0 and due - timedelta(hours=hours) <= now]
    if not reached:
        return None
    hours = min(reached)
    return f"warning-{hours:g}", due - timedelta(hours=hours)


def find_next_alert(due, warnings, after):
    """Return when the first step later than ``after`` is due, in naive UTC; see
    :func:`find_alert`."""
    due, after = utc(due), utc(after)
    moments = [due - timedelta(hours=hours) for hours in warnings if hours > 0] + [due]
    later = [moment for moment in moments if moment > after]
    return min(later) if later else due + ((after - due) // DAY + 1) * DAY
