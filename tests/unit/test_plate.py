from hypothesis import example, given
from hypothesis import strategies as st

from .modules import load

plate_rules = load("service_advisor/tools/plate.py")

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
KINDS = {
    "ordinary": rf"[{PROVINCES}][{LETTERS}][{LETTERS}0-9]{{5}}",
    "new_energy": rf"[{PROVINCES}][{LETTERS}]([ABCDEFGHJK][{LETTERS}0-9][0-9]{{4}}"
    r"|[0-9]{5}[ABCDEFGHJK])",
    "special": rf"[{PROVINCES}][{LETTERS}][{LETTERS}0-9]{{4}}[学警挂]",
    "border": rf"粤Z[{LETTERS}0-9]{{4}}[港澳]",
    "diplomatic": r"使[0-9]{6}|[0-9]{6}使",
}


def plates_of(kind):
    return st.from_regex(KINDS[kind], fullmatch=True)


known_plates = st.sampled_from(sorted(KINDS)).flatmap(
    lambda kind: st.tuples(plates_of(kind), st.just(kind))
)


@given(st.text())
@example("ΐ")
@example("ﬀ-²ŉ\u0345")
@example("\u1100.\u1161")  # two parts of a Korean syllable
def test_normalising_never_raises_and_is_done_once(text):
    """R1.1: whatever is typed, the key is the same the second time and has no separators."""
    key = plate_rules.normalise_plate(text)
    assert plate_rules.normalise_plate(key) == key
    assert all(char.isalnum() for char in key)


@given(st.text())
def test_showing_never_changes_the_key(text):
    """R1.1: a plate is found again after it was stored as shown."""
    shown = plate_rules.format_plate(text)
    assert plate_rules.normalise_plate(shown) == plate_rules.normalise_plate(text)
    assert plate_rules.format_plate(shown) == shown


@given(known_plates)
def test_every_plate_of_a_kind_is_known(plate_and_kind):
    """R1.1: any plate of a kind is recognised, also typed small and with a dot."""
    plate, kind = plate_and_kind
    assert plate_rules.plate_kind(plate) == kind
    assert plate_rules.plate_kind(f" {plate[:2]}·{plate[2:]} ".lower()) == kind
    assert plate_rules.looks_chinese(plate) is (kind != "diplomatic")


@given(plates_of("ordinary"), st.integers(2, 6), st.sampled_from("OI"))
def test_letters_that_are_never_painted(plate, place, char):
    """R1.1: O and I on a Chinese plate are a misread 0 and 1, and never swapped in silence."""
    wrong = plate[:place] + char + plate[place + 1:]
    assert plate_rules.plate_kind(wrong) is None
    assert plate_rules.normalise_plate(wrong) == wrong


@given(st.text(st.sampled_from("O0I1"), min_size=1))
def test_alike_characters_stay_apart(text):
    """R1.1: two plates that differ in O and 0 are two plates."""
    assert plate_rules.normalise_plate(text) == text


@given(st.text())
@example("\0")
@example("\ud800")
def test_doubt_never_raises(text):
    """R1.1: any text is a plate, worth a second look or not; a known kind never is."""
    doubt = plate_rules.plate_doubt(text)
    assert doubt in (None, "military", "temporary", "unknown")
    assert not (doubt and plate_rules.plate_kind(text))


@given(known_plates)
def test_no_doubt_about_a_known_plate(plate_and_kind):
    """R1.1: civil plates raise no warning."""
    assert plate_rules.plate_doubt(plate_and_kind[0]) is None


def test_doubts_of_the_field():
    """R1.1: temporary, military and misread plates are told apart; foreign ones are left alone."""
    for plate, doubt in (
        ("沪A·12345临", "temporary"),
        ("沪A临12345", "temporary"),
        ("VA·12345", "military"),
        ("wj沪12345", "military"),
        ("沪AO2345", "unknown"),
        ("沪A1234", "unknown"),
        ("沪", "unknown"),
        ("M-AB 1234", None),
        ("7ABC123", None),
        ("", None),
        (None, None),
    ):
        assert plate_rules.plate_doubt(plate) == doubt, plate


@given(st.text())
def test_what_is_shown_can_be_stored(text):
    """R1.1: neither NUL nor half a character reaches the database."""
    for shown in (plate_rules.format_plate(text), plate_rules.normalise_plate(text)):
        assert "\0" not in shown
        shown.encode()
