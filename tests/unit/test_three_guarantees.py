from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .modules import load

rules = load("service_advisor/tools/three_guarantees.py")

INVOICED = date(2026, 1, 31)
START = datetime(2026, 3, 1, 9)


def judge(today=INVOICED, odometer=0, stays=(), same=0):
    return rules.judge_guarantees(INVOICED, today, odometer, stays, same)


@given(st.integers(0, 60 * 24 * 90))
def test_repair_days(minutes):
    """R1.3: less than 24 hours is a day, and no day is counted twice or lost."""
    days = rules.count_repair_days(START, START + timedelta(minutes=minutes))
    assert days >= 1
    assert (days - 1) * 1440 < max(minutes, 1) <= days * 1440


@pytest.mark.parametrize(
    "today, odometer, expected",
    [
        (date(2028, 1, 31), 50_000, (True, True)),
        (date(2028, 2, 1), 50_000, (False, True)),
        (date(2026, 2, 1), 50_001, (False, True)),
        (date(2029, 1, 31), 60_000, (False, True)),
        (date(2029, 2, 1), 0, (False, False)),
        (date(2026, 2, 1), 60_001, (False, False)),
    ],
)
def test_periods(today, odometer, expected):
    """R1.3: 2 years or 50 000 km, 3 years or 60 000 km, whichever comes first."""
    found = judge(today, odometer)
    assert (found.in_exchange, found.in_free_repair) == expected


@pytest.mark.parametrize(
    "same, days, level",
    [
        (2, 19, "none"), (3, 1, "warn"), (0, 20, "warn"), (3, 29, "warn"), (4, 0, "red"),
        (0, 30, "red"),
    ],
)
def test_levels(same, days, level):
    """R1.3: warned at 3 repairs or 20 days, red at 4 or 30."""
    stays = [(START, START + timedelta(days=days))] if days else []
    assert judge(stays=stays, same=same).level == level


@given(st.integers(0, 9), st.lists(st.integers(1, 2_000), max_size=9))
def test_one_more_repair_never_calms(same, hours):
    """R1.3: another repair never lowers the level, and outside the period there is none."""
    order = ["none", "warn", "red"]
    stays = [(START, START + timedelta(hours=length)) for length in hours]
    now, more = judge(stays=stays, same=same), judge(stays=[*stays, *stays[:1]], same=same + 1)
    assert order.index(more.level) >= order.index(now.level)
    assert judge(date(2030, 1, 1), 0, stays, same).level == "none"
