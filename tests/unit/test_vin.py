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


def good(head, year, tail="3041348"):
    """A VIN of the manufacturer ``head`` with the right check digit."""
    vin = f"{head}6A24G0{year}{tail}"
    return put(vin, CHECK, vin_rules.check_digit(vin))


@given(st.text())
@example("\0")
@example("\ud800")
@example("²")  # one digit of North America once it is folded
def test_what_a_number_tells_never_raises(text):
    """R1.1: any text tells something or nothing."""
    for tell in (vin_rules.vin_manufacturer, vin_rules.vin_country, vin_rules.vin_model_year):
        assert tell(text) is None or vin_rules.has_vin_shape(vin_rules.normalise_vin(text))


@given(shapes, st.none() | st.integers(1980, 2030))
def test_any_number_tells_or_not(vin, registered):
    """R1.1: any number of the right shape is read; the year is none the registration forbids."""
    make = vin_rules.vin_manufacturer(vin)
    assert make is None or (isinstance(make, str) and make != "UnsupportedBrand")
    assert vin_rules.vin_manufacturer(f" {vin.lower()} ") == make
    country = vin_rules.vin_country(vin)
    assert country is None or isinstance(country, str)
    year = vin_rules.vin_model_year(vin, registered)
    assert year is None or year >= 1980
    assert year is None or registered is None or year <= registered + 1


def test_samples_of_the_field():
    """R1.1: the samples tell make, country and year; unknown manufacturers tell no make."""
    for vin, make, country, year in (
        ("LSVAL41Z882104202", "SAIC Volkswagen", "China", 2008),
        ("LFV6A24G2D3041348", "FAW-Volkswagen", "China", 2013),
        ("1M8GDM9AXKP042788", "Mercury", "United States", 1989),
        (good("LZZ", "D"), None, "China", 2013),
        ("LSVAL41Z88210420", None, None, None),
    ):
        found = (vin_rules.vin_manufacturer(vin), vin_rules.vin_country(vin))
        assert (*found, vin_rules.vin_model_year(vin)) == (make, country, year)
    assert vin_rules.vin_model_year("WP0ZZZ99ZTS392124", 1997) == 1996


MAKES = ["Volkswagen", "Audi", "BYD", "Tesla Motors", "Volvo", "Land Rover", "Rover", "Skoda", "MG"]


def test_makes_behind_manufacturers():
    """R1.1: joint ventures and plants lead to the make, and nothing is guessed."""
    for manufacturer, make in (
        ("SAIC Volkswagen", "Volkswagen"),
        ("FAW-Volkswagen", "Volkswagen"),
        ("VOLKSWAGEN", "Volkswagen"),
        ("BYD Auto", "BYD"),
        ("Tesla China", "Tesla Motors"),
        ("Volvo Cars", "Volvo"),
        ("JLR Jaguar Land Rover", "Land Rover"),
        ("Škoda", "Skoda"),
        ("SAIC MG", "MG"),
        ("SAIC General Motors", None),
        ("Chery", None),
        ("", None),
        (None, None),
    ):
        assert vin_rules.match_make(manufacturer, MAKES) == make, manufacturer


@given(st.text(), st.lists(st.text()))
def test_matching_a_make_never_raises(manufacturer, makes):
    """R1.1: whatever makes there are, one of them is found or none."""
    assert vin_rules.match_make(manufacturer, makes) in [None, *makes]
