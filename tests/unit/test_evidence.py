import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .modules import load

evidence = load("service_advisor/tools/evidence.py")

FACTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=5,
)


@given(FACTS)
def test_same_facts_same_fingerprint(facts):
    """R1.6: read back from JSON, with keys in another order, the fingerprint is the same."""
    again = json.loads(json.dumps(facts))
    if isinstance(again, dict):
        again = dict(reversed(again.items()))
    assert evidence.fingerprint(again) == evidence.fingerprint(facts)


@given(FACTS, FACTS)
def test_other_facts_other_fingerprint(one, other):
    """R1.6: facts that differ in anything have another fingerprint."""
    same = evidence.canonical(one) == evidence.canonical(other)
    assert (evidence.fingerprint(one) == evidence.fingerprint(other)) == same


def test_known_fingerprint():
    """R1.6: the fingerprint is the SHA-256 of plain JSON, which anybody can check."""
    assert evidence.canonical({"b": 1, "a": ["é", 2.5]}) == '{"a":["é",2.5],"b":1}'
    assert evidence.fingerprint({}) == (
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_no_facts(number):
    with pytest.raises(ValueError):
        evidence.fingerprint({"total": number})
