from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from .modules import load

rules = load("service_advisor_quality/tools/figures.py")

Share = rules.Share


def test_no_data():
    """R3.5: a share of nothing is no data, and so is a change from or to it."""
    assert Share(0, 0).percent is None
    assert Share(0, 4).percent == 0.0
    assert rules.change(Share(1, 2), Share(0, 0)) is None
    assert rules.change(Share(0, 0), Share(1, 2)) is None
    assert rules.change(Share(3, 4), Share(1, 2)) == 25.0


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 400))
def test_previous_period(first, days):
    """R3.5: the period before has as many days and ends the day before."""
    last = first + timedelta(days=days)
    before, until = rules.previous_period(first, last)
    assert until == first - timedelta(days=1)
    assert until - before == last - first


@given(st.dictionaries(st.text(min_size=1), st.integers(1, 99), max_size=20))
def test_pareto(counts):
    """R3.5: the most frequent first and widest; the shares are of all, shown or not."""
    bars = rules.pareto(counts, limit=5)
    assert [bar.count for bar in bars] == sorted(counts.values(), reverse=True)[:5]
    assert not bars or bars[0].width == 100.0
    if counts and len(counts) <= 5:
        assert abs(bars[-1].cumulated - 100.0) < 1e-9
    assert all(one.cumulated < other.cumulated for one, other in zip(bars, bars[1:], strict=False))
