"""Two histories become one that can have happened."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .modules import load

periods = load("service_advisor/tools/periods.py")
Period = periods.Period
TODAY = date(2026, 6, 1)


def day(number):
    return date(2026, 1, 1) + timedelta(days=number)


def test_same_owner_twice():
    """R5.1: an owner known to both records since different days owned the car since the first."""
    found = periods.settle_periods(
        [Period((1,), "li", day(9), None), Period((2,), "li", day(3), None)], "li", TODAY
    )
    assert found == [Period((2, 1), "li", day(3), None)]


def test_later_owner_ends_the_earlier():
    """R5.1: where two owners overlap, the later one begins what was true from then on."""
    found = periods.settle_periods(
        [Period((1,), "li", day(0), None), Period((2,), "wu", day(5), None)], "wu", TODAY
    )
    assert found == [Period((1,), "li", day(0), day(5)), Period((2,), "wu", day(5), None)]


def test_current_comes_back():
    """R5.1: the owner of today is the last one, whatever the other record said meanwhile."""
    found = periods.settle_periods(
        [Period((1,), "li", day(0), None), Period((2,), "wu", day(5), day(8))], "li", TODAY
    )
    assert found == [
        Period((1,), "li", day(0), day(5)),
        Period((2,), "wu", day(5), day(8)),
        Period((), "li", day(8), None),
    ]


def test_nobody():
    """R5.1: without a current owner nothing is open; without any period there is nothing."""
    found = periods.settle_periods([Period((1,), "li", None, None)], None, TODAY)
    assert found == [Period((1,), "li", None, TODAY)]
    assert periods.settle_periods([], None, TODAY) == []
    assert periods.settle_periods([], "li", TODAY) == [Period((), "li", TODAY, None)]


PERIODS = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 90), st.none() | st.integers(0, 40)).map(
        lambda p: (p[0], day(p[1]), None if p[2] is None else day(p[1] + p[2]))
    ),
    max_size=8,
)


# Beside a database a machine may take seconds to draw the first example.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(PERIODS, st.sampled_from("abc") | st.none())
def test_always_a_history(rows, current):
    """R5.1: periods never overlap, none is lost, and the last one alone is open."""
    given_ones = [Period((number,), *row) for number, row in enumerate(rows)]
    found = periods.settle_periods(given_ones, current, TODAY)
    for before, after in pairwise(found):
        assert before.end is not None
        assert before.end <= after.start
    assert sorted(i for period in found for i in period.ids) == list(range(len(rows)))
    assert {key for key, _start, _end in rows} <= {period.key for period in found}
    if current:
        assert (found[-1].key, found[-1].end) == (current, None)
    elif found:
        assert found[-1].end is not None
    for period in found:
        assert period.end is None or period.start <= period.end
