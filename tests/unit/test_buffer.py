from hypothesis import given
from hypothesis import strategies as st

from .modules import load

buffer_rules = load("service_advisor/tools/buffer.py")

histories = st.none() | st.tuples(st.integers(0, 50), st.floats(0, 100))


@given(histories, histories)
def test_factor_comes_from_the_closest_history(own, shop):
    """R2.1: an operation's own hours where there are enough, else the shop's, else the default;
    never a factor that only a mistake explains."""
    factor = buffer_rules.choose_factor(own, shop)
    known = [found for found in (own, shop) if found and found[0] >= buffer_rules.ENOUGH]
    if not known:
        assert factor == buffer_rules.UNKNOWN
        return
    ratio = known[0][1]
    assert buffer_rules.LEAST <= factor <= buffer_rules.MOST
    if buffer_rules.LEAST <= ratio <= buffer_rules.MOST:
        assert factor == ratio
