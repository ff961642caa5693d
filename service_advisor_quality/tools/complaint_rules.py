"""Rules of handling complaints, without records."""

from zoneinfo import ZoneInfo


def is_allowed(value, approved_value, total, limit, rounding):
    """Tell whether a remedy may be given.

    All of a complaint count together, so that nothing passes in slices: a remedy of ``value`` is
    allowed where the ``total`` is within the ``limit`` of the desk, or where a manager approved at
    least as much for it (``approved_value``, None where nobody did). Amounts are in the currency
    of the company, ``rounding`` its smallest coin.

    >>> is_allowed(80, None, 80, 100, 0.01), is_allowed(80, None, 160, 100, 0.01)
    (True, False)
    >>> is_allowed(80, 80, 160, 100, 0.01), is_allowed(81, 80, 161, 100, 0.01)
    (True, False)
    """
    slack = rounding / 2
    if total <= limit + slack:
        return True
    return approved_value is not None and value <= approved_value + slack


def count_days(moments, tz):
    """Return on how many different days of the time zone ``tz`` these aware moments lie."""
    zone = ZoneInfo(tz)
    return len({moment.astimezone(zone).date() for moment in moments})
