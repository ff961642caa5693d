"""R5.1, R5.3: whose part of a car's life something is, and reading that life page by page."""

from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .modules import load

tool = load("service_advisor/tools/timeline.py")
LI, ZHOU, WU = 1, 2, 3
SOLD = date(2026, 5, 4)
BEFORE, AFTER = SOLD - timedelta(days=9), SOLD + timedelta(days=9)
START = datetime(2026, 1, 1)


def test_a_car_with_one_owner_has_no_former_time():
    """R5.1: where nobody has owned the car before, nothing is hidden."""
    alone = tool.Ownership(LI, None, frozenset())
    assert not tool.is_former(alone, LI, BEFORE)
    assert not tool.is_former(alone, WU, BEFORE)
    assert not tool.is_former(alone, None, BEFORE)


def test_former_time_ends_with_the_sale():
    """R5.3: the former owner's visits stay hidden, also one during which the car was sold."""
    sold = tool.Ownership(ZHOU, SOLD, frozenset([LI]))
    for customer, day, expected in (
        (LI, BEFORE, True), (LI, SOLD, True), (LI, AFTER, True),
        (WU, BEFORE, True), (WU, AFTER, False),
        (None, BEFORE, True), (None, SOLD, False),
        (ZHOU, AFTER, False), (ZHOU, BEFORE, False),
    ):
        assert tool.is_former(sold, customer, day) is expected, (customer, day)


def test_whoever_buys_back_sees_the_own_past():
    """R5.3: an owner of today is no former owner, whatever was in between."""
    back = tool.Ownership(LI, SOLD, frozenset([LI, ZHOU]))
    assert not tool.is_former(back, LI, BEFORE)
    assert tool.is_former(back, ZHOU, BEFORE)


def read(lists, limit, before=None):
    """One page, as the database gives it."""
    found = [
        [row for row in rows if before is None or row["date"] < before] for rows in lists
    ]
    wanted, page, last = limit, None, None
    while page is None:
        page, last = tool.cut_page([rows[: wanted + 1] for rows in found], wanted)
        wanted *= 2
    return page, last


moments = st.lists(st.integers(0, 12), max_size=12).map(sorted)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(moments, min_size=1, max_size=4), st.integers(1, 5))
def test_pages_hold_everything_once(numbers, limit):
    """R5.1: page after page, each row comes once and in order, also many of one moment."""
    lists = [
        [
            {"date": START + timedelta(days=day), "id": (source, place)}
            for place, day in reversed(list(enumerate(days)))
        ]
        for source, days in enumerate(numbers)
    ]
    seen, before, pages = [], None, 0
    while True:
        page, before = read(lists, limit, before)
        seen += page
        pages += 1
        if before is None:
            break
        assert page, "a page with a next one is not empty"
    assert sorted(row["id"] for row in seen) == sorted(r["id"] for rows in lists for r in rows)
    dates = [row["date"] for row in seen]
    assert dates == sorted(dates, reverse=True)
    assert pages <= len(seen) + 1
