"""The life of a car on one line: which part of it is whose, and how it is read page by page."""

from typing import NamedTuple


class Ownership(NamedTuple):
    """Whose car it is: ``owner`` is a customer's id or None, ``since`` a date or None where
    nobody has owned it before, ``former`` the ids of those who have."""

    owner: "int | None"
    since: "object | None"
    former: frozenset


def is_former(ownership, customer, day):
    """Tell whether something belongs to the time of a former owner.

    What concerns the owner of today never does, also from before, for a car may be bought back;
    what concerns a former owner always does, for the car may have been sold while it was here.

    :param ownership: an :class:`Ownership`.
    :param customer: id of whoever brought the car, None where nobody did.
    :param day: date on which it happened.
    """
    if customer and customer == ownership.owner:
        return False
    if customer in ownership.former:
        return True
    return bool(ownership.since and day < ownership.since)


def cut_page(lists, limit):
    """Return ``(rows, last)``: the newest rows of several lists, and from where to go on.

    Rows of one moment stay on one page, so that the moment alone tells where the next one begins.

    :param lists: rows by source, each a list of dicts with ``date``, the newest first; one with
        more than ``limit`` rows may go on behind them, the others are complete.
    :param limit: about how many rows are wanted.
    :return: ``last`` is the moment before which the next page begins, None at the end; ``rows``
        is None where a list has to be read further: all its rows are of one moment.
    """
    rows = sorted((row for rows in lists for row in rows), key=_get_date, reverse=True)
    # Behind the end of a list that goes on, nothing is known.
    horizon = max((rows[-1]["date"] for rows in lists if len(rows) > limit), default=None)
    known = [row for row in rows if horizon is None or row["date"] > horizon]
    if horizon is not None and not known:
        return None, None
    if len(known) <= limit and horizon is None:
        return known, None
    last = known[: max(limit, 1)][-1]["date"]
    page = [row for row in known if row["date"] >= last]
    more = horizon is not None or len(page) < len(known)
    return page, last if more else None


def _get_date(row):
    return row["date"]
