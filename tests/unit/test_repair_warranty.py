from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from .modules import load

rules = load("service_advisor/tools/repair_warranty.py")

LEFT = date(2026, 3, 1)
numbers = st.integers(0, 30_000)


@given(st.integers(0, 400), numbers, st.integers(0, 500), numbers, numbers)
def test_whichever_comes_first(days, km, days_ago, left_km, km_ago):
    """R1.3: both limits hold to their last day and km, and the first one passed ends it."""
    today = LEFT + timedelta(days=days_ago)
    found = rules.judge_repair_warranty(days, km, LEFT, left_km, today, left_km + km_ago)
    assert found.is_valid is (today <= found.until_date and left_km + km_ago <= found.until_km)
    assert found.is_valid is (days_ago <= days and km_ago <= km)
    assert (found.days_ago, found.km_ago) == (days_ago, km_ago)


def test_small_repair():
    """R1.3: 10 days or 2 000 km after a small repair."""
    def valid(days, km):
        return rules.judge_repair_warranty(
            10, 2_000, LEFT, 50_000, LEFT + timedelta(days=days), 50_000 + km
        ).is_valid

    assert valid(10, 2_000)
    assert not valid(11, 0)
    assert not valid(0, 2_001)


@given(st.integers(1, 400), numbers, st.integers(1, 400), numbers)
def test_never_less_than_the_law(least_days, least_km, days, km):
    """R2.6: the shop's own terms count where they are longer, in days and km apart."""
    least = rules.Terms(least_days, least_km, True)
    best = rules.best_terms(least, rules.Terms(days, km))
    assert best == (max(days, least_days), max(km, least_km), False)
    assert rules.best_terms(least) == least
    until, until_km = rules.count_warranty(best, LEFT, 50_000)
    assert (until - LEFT).days >= least_days and until_km - 50_000 >= least_km
