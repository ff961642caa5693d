from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from .modules import load

warranty_rules = load("service_advisor/tools/warranty.py")

TODAY = date(2026, 3, 1)
days = st.integers(-5000, 5000).map(lambda number: TODAY + timedelta(days=number))
distances = st.integers(0, 1_000_000)


@given(days, st.none() | days, st.none() | distances, days, distances, st.integers(0, 1000))
def test_once_over_it_stays_over(start, until, until_km, today, odometer, more):
    """R1.3: of a begun warranty neither time nor distance brings anything back."""
    later = today + timedelta(days=more)
    holds_later = warranty_rules.is_in_force(start, until, until_km, later, odometer + more)
    if today >= start and holds_later:
        assert warranty_rules.is_in_force(start, until, until_km, today, odometer)


def test_first_and_last_day_and_kilometre_count():
    """R1.3: whichever comes first ends it; the limits themselves are inside."""
    start, end = date(2024, 3, 1), date(2027, 2, 28)
    for today, odometer, holds in (
        (start - timedelta(days=1), 0, False),
        (start, 0, True),
        (end, 60000, True),
        (end, 60001, False),
        (end + timedelta(days=1), 10, False),
    ):
        assert warranty_rules.is_in_force(start, end, 60000, today, odometer) is holds
    assert warranty_rules.is_in_force(start, None, 0, date(2999, 1, 1), 10**6)
