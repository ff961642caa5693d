from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from .modules import load

spans = load("service_advisor/tools/spans.py")
BASE = datetime(2030, 1, 7)


def at(hour):
    return BASE + timedelta(hours=hour)


LISTS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda p: (at(p[0]), at(sum(p))))
)


def hours(listed):
    """The whole hours that a list holds."""
    return {
        hour for hour in range(48) if any(a <= at(hour) < b for a, b in listed)
    }


@given(LISTS, LISTS)
def test_sets_of_hours(first, second):
    """R2.1: joined, cut and crossed stretches hold the hours they should, and lie apart."""
    assert hours(spans.join(first)) == hours(first)
    assert hours(spans.subtract(first, second)) == hours(first) - hours(second)
    both = spans.intersect(spans.join(first), spans.join(second))
    assert hours(both) == hours(first) & hours(second)
    assert all(a[1] < b[0] for a, b in zip(both, both[1:], strict=False))


@given(LISTS, st.integers(0, 30), st.integers(1, 9))
def test_covers(listed, start, length):
    """R2.1: a stretch is covered when each of its hours is."""
    wanted = hours([(at(start), at(start + length))])
    joined = spans.join(listed)
    assert spans.covers(joined, at(start), at(start + length)) == (wanted <= hours(joined))


@given(LISTS, st.integers(0, 20))
def test_take(listed, wanted):
    """R2.1: work takes the first hours there are, or says that they do not suffice."""
    joined = spans.join(listed)
    taken = spans.take(joined, wanted)
    if wanted > len(hours(joined)):
        assert taken is None
    else:
        assert hours(taken) == set(sorted(hours(joined))[:wanted])


def test_midnight_is_no_gap():
    """R2.1: a night shift goes on after midnight."""
    before = (at(22), at(24) - timedelta(microseconds=1))
    assert spans.join([(at(24), at(30)), before]) == [(at(22), at(30))]
