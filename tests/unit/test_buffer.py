from hypothesis import given
from hypothesis import strategies as st

from .modules import load

buffer_rules = load("service_advisor/tools/buffer.py")

ratios = st.tuples(st.floats(0, 100), st.floats(0, 100)).map(lambda pair: tuple(sorted(pair)))
histories = st.none() | st.tuples(st.integers(0, 50), ratios)


@given(histories, histories)
def test_factors_come_from_the_closest_history(own, shop):
    """R2.1: an operation's own hours where there are enough, else the shop's, else the default;
    never a factor that only a mistake explains."""
    found = buffer_rules.choose_factors(own, shop)
    known = [history for history in (own, shop) if history and history[0] >= buffer_rules.ENOUGH]
    if not known:
        assert found == buffer_rules.UNKNOWN
        return
    for factor, ratio in zip(found, known[0][1], strict=True):
        assert buffer_rules.LEAST <= factor <= buffer_rules.MOST
        if buffer_rules.LEAST <= ratio <= buffer_rules.MOST:
            assert factor == ratio


@given(st.lists(st.floats(0, 1000), max_size=6))
def test_spreads_add_up_to_less_than_their_sum(spreads):
    """R2.1: several jobs together need less than all of them at worst, and not less than one."""
    together = buffer_rules.combine(spreads)
    assert max(spreads, default=0) <= together * (1 + 1e-9) + 1e-9
    assert together <= sum(spreads) * (1 + 1e-9) + 1e-9
