from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .modules import load

rules = load("service_advisor_quality/tools/comeback.py")

Work = rules.Work
words = st.text(st.sampled_from("abcdefg 左前轮异响刹车空调不制冷,。!"), max_size=30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Squeals when braking", "Brakes squeal again"),
        ("Knocks over bumps", "Knocking over bumps"),
        ("Oil leak under the car", "OIL LEAKS, again!"),
        ("Squeals when braking", "Still squeals when braking, louder on cold mornings"),
        ("左前轮异响", "左前轮还是异响"),
        ("刹车异响", "刹车时又有异响"),
        ("空调不制冷", "空调还是不冷"),
        ("ＡＢＳ灯亮", "abs灯又亮了"),
    ],
)
def test_near_words(one, other):
    """R3.2: the customer's words for the same concern, in English and Chinese."""
    assert rules.compare(Work(None, None, one), Work(None, None, other)) == "concern"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Squeals when braking", "Wiper smears"),
        ("Engine lamp is lit", "Battery lamp is lit"),
        ("发动机异响", "刹车异响"),
        ("异响", "左前轮异响"),  # says too little
        ("again", "still"),
        ("", ""),
    ],
)
def test_other_words(one, other):
    """R3.2: what is only a little alike is another concern."""
    assert rules.compare(Work(None, None, one), Work(None, None, other)) is None


@given(words, words)
def test_likeness(one, other):
    """R3.2: likeness is a share, the same both ways, and whole for the same text."""
    found = rules.likeness(one, other)
    assert 0.0 <= found <= 1.0
    assert found == rules.likeness(other, one)
    assert rules.likeness(one, one) == (1.0 if rules.pairs(one) else 0.0)
    assert found == rules.likeness(one.upper(), f" {other} !")


def test_what_is_compared_first():
    """R3.2: the same operation, the same symptom, near words; nothing is the same as nothing."""
    assert rules.compare(Work(1, 2, "a b"), Work(1, 3, "c d")) == "operation"
    assert rules.compare(Work(1, 2, "a b"), Work(9, 2, "c d")) == "concern"
    assert rules.compare(Work(None, None, "wiper"), Work(None, None, "squeal")) is None


def test_fixed_first_time():
    """K3: a return counts for 30 days after the hand-over, to the second."""
    left = datetime(2026, 3, 1, 17, 0)
    last = left + timedelta(days=30)
    assert rules.is_soon(left, last)
    assert not rules.is_soon(left, last + timedelta(seconds=1))
    assert not rules.is_soon(left, left - timedelta(seconds=1))
