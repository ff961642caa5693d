from hypothesis import assume, example, given
from hypothesis import strategies as st

from .modules import load

vin_rules = load("service_advisor/tools/vin.py")

# ISO 3779 leaves out I, O and Q, which are read as 1 and 0.
ALPHABET = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
CHECK = 8

shapes = st.text(ALPHABET, min_size=17, max_size=17)
places = st.sampled_from([place for place in range(17) if place != CHECK])


def put(vin, place, char):
    return vin[:place] + char + vin[place + 1:]


@st.composite
def checked(draw):
    """A VIN of a region with a mandatory check digit, and the right one in its place."""
    vin = put(draw(shapes), 0, draw(st.sampled_from("12345L")))
    return put(vin, CHECK, vin_rules.check_digit(vin))


@given(st.text())
@example("ΐ")  # upper case of this one character is three
@example("A.\u0301")  # an accent that waits for its letter
def test_normalising_never_raises_and_is_done_once(text):
    """R1.1: whatever is typed or scanned, the key is the same the second time."""
    once = vin_rules.normalise_vin(text)
    assert vin_rules.normalise_vin(once) == once


@given(shapes, st.lists(st.tuples(st.integers(0, 17), st.sampled_from(" -·.\t\u00a0"))))
def test_separators_and_case_do_not_matter(vin, separators):
    """R1.1: blanks, hyphens and small letters leave the number as it is."""
    typed = vin.lower()
    for place, char in separators:
        typed = typed[:place] + char + typed[place:]
    assert vin_rules.normalise_vin(typed) == vin


@given(shapes)
def test_the_check_digit_makes_a_number_good(vin):
    """R1.1: any number of the right shape is good once position 9 holds its check digit."""
    good = put(vin, CHECK, vin_rules.check_digit(vin))
    assert vin_rules.vin_problem(good) is None
    assert vin_rules.check_digit(good) == good[CHECK], "position 9 itself has no weight"


@given(checked(), st.sampled_from(ALPHABET))
def test_only_one_check_digit_is_right(vin, char):
    """R1.1: any other character in position 9 is refused."""
    assume(char != vin[CHECK])
    assert vin_rules.vin_problem(put(vin, CHECK, char)) == "check_digit"


@given(checked(), places, st.sampled_from(ALPHABET))
def test_one_misread_character_is_found(vin, place, char):
    """R1.1: one wrong character is found unless both stand for the same value, such as A and J.

    No weight is a multiple of 11 and no two values differ by one, so the remainder changes.
    """
    values = vin_rules._VALUES
    assume(values[char] != values[vin[place]])
    assume(place or char in "12345L")
    assert vin_rules.vin_problem(put(vin, place, char)) == "check_digit"


@given(checked(), st.integers(1, 15))
def test_two_swapped_neighbours_are_found(vin, place):
    """R1.1: swapped neighbours of different value are found; position 9 is left in its place."""
    left, right = vin[place], vin[place + 1]
    assume(CHECK not in (place, place + 1))
    assume(vin_rules._VALUES[left] != vin_rules._VALUES[right])
    assert vin_rules.vin_problem(put(put(vin, place, right), place + 1, left)) == "check_digit"


@given(st.text(st.sampled_from(ALPHABET + "IOQioqabc-沪 \n"), max_size=20))
def test_what_is_no_number_is_told(text):
    """R1.1: the shape is 17 characters of the alphabet, and nothing else is."""
    good = len(text) == 17 and set(text) <= set(ALPHABET)
    assert vin_rules.has_vin_shape(text) is good
    assert good or vin_rules.vin_problem(text) == "shape"


serials = st.integers(0, 999_999)


def numbered(vin, serial):
    """``vin`` with another serial number, and the check digit that belongs to it."""
    changed = f"{vin[:11]}{serial:06d}"
    if vin_rules.needs_check_digit(changed):
        return put(changed, CHECK, vin_rules.check_digit(changed))
    return changed


@given(shapes, serials, serials, serials)
def test_ranges_compare_serial_numbers(vin, low, high, serial):
    """R1.3: a recall's range holds the serials between its ends, whatever the check digits."""
    inside = vin_rules.vin_in_range(
        numbered(vin, serial), numbered(vin, low), numbered(vin, high)
    )
    assert inside is (low <= serial <= high)


@given(shapes, places, st.sampled_from(ALPHABET))
def test_ranges_stay_with_their_prefix(vin, place, char):
    """R1.3: a car of another model, year or plant is never in the range."""
    assume(place < 11 and char != vin[place])
    low, high = numbered(vin, 0), numbered(vin, 999_999)
    assert not vin_rules.vin_in_range(put(vin, place, char), low, high)
