from hypothesis import given
from hypothesis import strategies as st

from .modules import load

stays_tool = load("service_advisor/tools/stays.py")

HOME, AWAY = 1, 2


def to_loans(edges):
    """Return loans between the edges that do not overlap, the last one first."""
    edges = sorted(edges)
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    return [(AWAY + place % 2, *pair) for place, pair in enumerate(pairs)][::-1]


loans = st.sets(st.integers(0, 40), max_size=8).map(to_loans)


@given(loans, st.sampled_from([HOME, None]), st.integers(-5, 45))
def test_everybody_is_somewhere(given_loans, home, moment):
    """R6.3: at every moment somebody is at one place: where lent to, else at home."""
    stays = stays_tool.list_stays(home, given_loans)
    there = [stay[0] for stay in stays if stays_tool.overlaps(stay, moment, moment + 1)]
    lent = [place for place, start, stop in given_loans if start <= moment < stop]
    assert there == (lent or [home])


@given(loans, st.integers(-5, 45), st.integers(1, 10))
def test_elsewhere(given_loans, start, length):
    """R6.3: work at home is in the way of a loan exactly where they overlap."""
    stays = stays_tool.list_stays(HOME, given_loans)
    expected = any(since < start + length and start < until for _p, since, until in given_loans)
    found = stays_tool.find_elsewhere(stays, HOME, start, start + length)
    assert bool(found) == expected
    anywhere = stays_tool.list_stays(None, given_loans)
    assert bool(stays_tool.find_elsewhere(anywhere, HOME, start, start + length)) == expected
