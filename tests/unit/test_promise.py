from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .modules import load

promise_rules = load("service_advisor/tools/promise.py")

moments = st.datetimes(max_value=datetime(9000, 1, 1))
limits = st.lists(st.tuples(moments, st.text(max_size=3)), min_size=1)


@given(moments, st.integers(1, 24 * 60))
def test_rounding_is_late_by_less_than_a_step(moment, minutes):
    """R1.4: never earlier than computed, on the step of its day, and not a whole step later."""
    told = promise_rules.round_up(moment, minutes)
    step = timedelta(minutes=minutes)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    assert moment <= told < moment + step
    assert (told - midnight) % step == timedelta(0)


@given(moments, st.sampled_from([1, 5, 10, 15, 20, 30, 60]))
def test_rounding_twice_is_rounding_once(moment, minutes):
    """R1.4: a promise that was told is not moved by telling it again."""
    told = promise_rules.round_up(moment, minutes)
    assert promise_rules.round_up(told, minutes) == told


@given(limits)
def test_no_limit_is_later_than_the_binding_one(found):
    """R1.4: the promise respects every limit and names one that was given, the first on a tie."""
    binding = promise_rules.latest_limit(found)
    assert all(limit <= binding[0] for limit, _reason in found)
    assert binding == next(limit for limit in found if limit[0] == binding[0])


def test_no_limit_at_all():
    """R1.4: a promise without a limit is a mistake of the caller."""
    with pytest.raises(ValueError):
        promise_rules.latest_limit([])
