from hypothesis import given
from hypothesis import strategies as st

from .modules import load

text_rules = load("service_advisor/tools/text.py")


@given(st.text(st.characters() | st.sampled_from("\0\ud800\udfff")))
def test_clean_text_can_be_stored(text):
    """R1.1: NUL and lone surrogates are dropped, all else stays as it is."""
    clean = text_rules.clean_text(text)
    clean.encode()
    assert clean == "".join(c for c in text if c != "\0" and not "\ud800" <= c <= "\udfff")


@given(st.text())
def test_a_mask_tells_one_character(name):
    """R5.3: of a former owner's name the first character is told, nothing else."""
    masked = text_rules.mask_name(name)
    assert masked.endswith("**") and len(masked) <= 3
    assert masked[:-2] == text_rules.clean_text(name).strip()[:1]


def test_nothing_to_mask():
    """R5.3: the mask looks the same where there is no name."""
    assert text_rules.mask_name(None) == text_rules.mask_name(" ") == "**"
    assert text_rules.mask_name("王小明") == "王**"
