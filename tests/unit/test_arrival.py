import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from .modules import load

arrival = load("service_advisor/tools/arrival.py")

KINDS = {"vin", "plate", "phone", "name"}


@given(st.text())
@example("ΐ")
@example("１３８００１３８０００")
def test_a_guess_never_raises(text):
    """R1.1: whatever was typed is one of the four kinds, or nothing."""
    assert arrival.guess_kind(text) in (KINDS if text.strip() else {""})


@given(st.text(alphabet=string.ascii_letters + " '", min_size=1))
def test_letters_are_a_name(text):
    """R1.1: what has no digit is a name, unless it fills the shape of a VIN."""
    assert arrival.guess_kind(text) in ("name", "vin", "")


@given(st.integers(10**6, 10**15 - 1), st.sampled_from(["", "+", "(0)"]))
def test_digits_are_a_phone(number, prefix):
    """R1.1: seven digits and more are a phone."""
    assert arrival.guess_kind(f"{prefix}{number}") == "phone"


@given(st.integers(13000000000, 19999999999))
def test_spellings_of_a_phone_have_one_key(number):
    """R1.1: country code, trunk zero, spaces and hyphens make no other number."""
    text = str(number)
    spellings = [
        text, f"+86{text}", f"+86 {text}", f"0086{text}", f"{text[:3]}-{text[3:7]}-{text[7:]}",
        f"0{text}", f"(+86) {text}"[1:].replace(")", ""),
    ]
    assert {arrival.phone_key(spelling, "86") for spelling in spellings} == {text}


@given(st.text(), st.sampled_from(["", "1", "86", "49"]))
def test_a_key_is_long_enough_or_empty(text, code):
    """R1.1: a few digits are no phone by which a customer is recognised."""
    key = arrival.phone_key(text, code)
    assert key == "" or (len(key) >= 7 and key.isdigit())


@pytest.mark.parametrize("text", ["12345", "", None, "+86", "0000000000", "沪A12345"])
def test_no_key_of_what_is_no_phone(text):
    """R1.1: nothing is found by what is no phone."""
    assert arrival.phone_key(text, "86") == ""
