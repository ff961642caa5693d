from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from .modules import load

rules = load("service_advisor_quality/tools/period.py")

days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(days, st.integers(0, 400), st.integers(1, 8))
def test_periods_follow_one_another(start, length, count):
    """R4.5: the periods leave no day out, count none twice, and end with the one asked for."""
    end = start + timedelta(days=length)
    periods = rules.periods_until(start, end, count)
    assert len(periods) == count and periods[-1] == (start, end)
    for earlier, later in zip(periods, periods[1:], strict=False):
        assert earlier[1] + timedelta(days=1) == later[0]
        assert earlier[0] <= earlier[1]
    months = rules.whole_months(start, end)
    for first, last in periods:
        if months:
            assert rules.whole_months(first, last) == months
        else:
            assert last - first == end - start


def test_months():
    """R4.5: March is compared with February, however long it is."""
    march = rules.periods_until(date(2028, 3, 1), date(2028, 3, 31), 3)
    assert march[0] == (date(2028, 1, 1), date(2028, 1, 31))
    assert march[1] == (date(2028, 2, 1), date(2028, 2, 29))
    assert rules.whole_months(date(2027, 11, 1), date(2028, 1, 31)) == 3
    assert rules.whole_months(date(2028, 3, 2), date(2028, 3, 31)) == 0
