"""Two VINs that may be the same number, once typed wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .modules import load

vins = load("service_advisor/tools/vin.py")
typing = load("service_advisor/tools/vin_typing.py")
RIGHT = "LSVAL41Z882104202"
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


def right_vin(text):
    text = "L" + text
    return text[:8] + vins.check_digit(text) + text[9:]


RIGHT_VINS = st.text(LETTERS, min_size=16, max_size=16).map(right_vin)


@pytest.mark.parametrize(
    ("other", "difference", "slip"),
    [
        (RIGHT, "same", False),
        ("LSVAL4IZ882IO42O2", "misread", True),
        ("LSVAL41Z882104203", "character", True),
        ("LSVAL41Z882104220", "swapped", True),
        ("LSVAL41Z882104511", "other", False),
        ("LSVAL41Z8821042", "other", False),
    ],
)
def test_differences(other, difference, slip):
    """R5.1: I for 1 and O for 0, one wrong digit and two swapped ones, where the check digit
    tells which of both is wrong."""
    assert typing.vin_difference(RIGHT, other) == difference
    assert typing.is_vin_slip(RIGHT, other) is slip


def test_two_cars_of_a_day():
    """R5.1: in Europe serial numbers follow each other and no check digit tells: two cars."""
    assert not typing.is_vin_slip("WVWZZZ1KZ6W000001", "WVWZZZ1KZ6W000002")


@given(RIGHT_VINS, st.integers(0, 16), st.sampled_from(LETTERS))
def test_a_wrong_character_is_found(vin, place, char):
    """R5.1: whatever character was typed wrong, if the check digit tells, the right VIN is among
    those that may have been meant, and no two right VINs are a slip of each other."""
    wrong = vin[:place] + char + vin[place + 1 :]
    if vins.vin_problem(wrong) == "check_digit":
        assert vin in typing.meant_vins(wrong)
        assert typing.is_vin_slip(vin, wrong) and typing.is_vin_slip(wrong, vin)
    else:
        assert not typing.meant_vins(wrong)
        assert not typing.is_vin_slip(vin, wrong)


@given(st.text(LETTERS + "IOQ", max_size=20), st.text(LETTERS, max_size=20))
def test_never_raises(one, other):
    """R5.1: whatever was typed, the question has an answer, the same both ways."""
    assert typing.is_vin_slip(one, other) == typing.is_vin_slip(other, one)
    assert isinstance(typing.meant_vins(one), set)
