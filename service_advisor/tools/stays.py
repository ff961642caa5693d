"""At which workshop somebody works when: the home workshop, but for the time of loans.

Moments are whatever can be compared: datetimes, or the whole numbers of :mod:`.intervals`.
"""


def list_stays(home, loans):
    """Return ``[(place, since, until)]`` over all time, one after the other without holes.

    :param home: the place outside the loans; None: any.
    :param loans: ``(place, since, until)`` that do not overlap, in any order.
    :return: the first begins, and the last ends, with None.
    """
    stays, moment = [], None
    for place, since, until in sorted(loans, key=lambda loan: loan[1]):
        if moment is None or moment < since:
            stays.append((home, moment, since))
        stays.append((place, since, until))
        moment = until
    stays.append((home, moment, None))
    return stays


def overlaps(stay, start, stop):
    """Return whether ``stay`` has a part of the time from ``start`` to ``stop``."""
    _place, since, until = stay
    return (since is None or since < stop) and (until is None or start < until)


def find_elsewhere(stays, place, start, stop):
    """Return the first of ``stays`` at another place than ``place`` between two moments, or
    None."""
    for stay in stays:
        if stay[0] not in (None, place) and overlaps(stay, start, stop):
            return stay
    return None
