from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from .modules import load

rules = load("service_advisor_quality/tools/satisfaction.py")

given_scores = st.lists(st.sampled_from([None, 0, 1, 2, 3, 4, 5]))


@given(given_scores)
def test_csat_is_a_share_of_what_was_answered(scores):
    """R4.5: left out questions count neither for nor against."""
    share = rules.csat(scores)
    valid = [score for score in scores if score]
    assert share.whole == len(valid)
    assert share.part == valid.count(4) + valid.count(5)
    assert (share.percent is None) == (not valid)
    if valid:
        assert abs(share.percent - float(Fraction(100 * share.part, len(valid)))) < 1e-9


@given(st.lists(st.integers(0, 10)))
def test_nps_by_the_raw_scores(scores):
    """R4.5: per cent of 9 and 10 minus per cent of 0 to 6."""
    found = rules.promoters([rules.recommend_kind(score) for score in scores])
    if not scores:
        assert found.nps is None
        return
    plus = sum(1 for score in scores if score in (9, 10))
    minus = sum(1 for score in scores if score in (0, 1, 2, 3, 4, 5, 6))
    assert abs(found.nps - (100 * plus / len(scores) - 100 * minus / len(scores))) < 1e-9
    assert -100 <= found.nps <= 100


def test_no_data():
    """R4.5: a share of nothing is no data, neither 0 % nor 100 %."""
    assert rules.csat([0, None]).percent is None
    assert rules.mean([0, None]) is None
    assert rules.promoters([None, False]).nps is None
    assert rules.Share(0, 0).percent is None
    assert rules.csat([1]).percent == 0
