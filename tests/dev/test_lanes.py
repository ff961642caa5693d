"""How the addons' tests are dealt to the two lanes of ./dev test."""
from hypothesis import given
from hypothesis import strategies as st

from tools import testing

SIZES = st.dictionaries(st.text("abc", min_size=1), st.integers(1, 9), min_size=1)


@given(SIZES)
def test_every_file_runs_once(sizes):
    first, second = testing.deal_tests(sizes)
    assert sorted(first + second) == sorted(sizes)


@given(SIZES, st.floats(0, 1))
def test_no_lane_waits_longer_than_one_file_takes(sizes, head_start):
    first, second = testing.deal_tests(sizes, head_start)
    begins = head_start * sum(sizes.values())
    loads = [sum(map(sizes.get, first)), begins + sum(map(sizes.get, second))]
    assert abs(loads[0] - loads[1]) <= max([*sizes.values(), begins]) + 1e-9


def test_lanes_know_all_files():
    first, second = testing.deal_tests(testing.test_files())
    assert first
    assert second
    assert all(name.startswith("/service_advisor") for name in first + second)
