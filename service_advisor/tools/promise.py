"""Promise arithmetic without records."""

from datetime import timedelta


def round_up(moment, minutes=15):
    """Return ``moment`` rounded up to the next full step of ``minutes``.

    A customer is told "at 14:15", never "at 14:07:31".
    """
    step = timedelta(minutes=minutes)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    past = moment - midnight
    steps = -(-past // step)
    return midnight + steps * step


def latest_limit(limits):
    """Return the binding limit of a promise.

    :param limits: list of ``(datetime, reason)``; the promise can not be earlier than the
        latest of them.
    :return: the ``(datetime, reason)`` that binds; on a tie the first of the list.
    :raises ValueError: for an empty list.
    """
    return max(limits, key=lambda limit: limit[0])
