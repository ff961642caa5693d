from hypothesis import example, given
from hypothesis import strategies as st

from .modules import load

codes = load("service_advisor/tools/fault_codes.py")
similar = load("service_advisor/tools/similar.py")

standard = st.from_regex(r"[PCBU][0-3][0-9A-F]{3}", fullmatch=True)
han = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=12)
freely = st.text() | st.text(st.sampled_from("pP0301 ,;、刹车e-\n\0"))


@given(freely)
@example("ﬀ，\ud800")
@example("İ")
def test_fault_codes_are_kept_once(text):
    """R6.1: whatever is typed, fault codes are kept the same the second time, each once."""
    kept = codes.normalise_codes(text)
    assert codes.normalise_codes(kept) == kept
    assert len({code.casefold() for code in codes.split_codes(text)}) == len(
        codes.split_codes(text)
    )


@given(st.lists(standard, min_size=1, max_size=5, unique=True), st.sampled_from(", ;、 \n"))
def test_standard_codes_are_written_in_capitals(typed, between):
    """R6.1: standard codes are told apart by any separator and written in upper case."""
    assert codes.split_codes(between.join(typed).lower()) == typed


def test_codes_of_manufacturers_stay_as_typed():
    """R6.1: what is no standard code is the manufacturer's, and stays."""
    assert codes.normalise_codes("p0301 u0100; DFc105，2A 87") == "P0301, U0100, DFc105, 2A 87"
    assert codes.normalise_codes("u0100-87, U010087, b1676 4a") == "U0100-87, B1676-4A"
    assert codes.normalise_codes("not read") == "not read"


def test_codes_in_words():
    """R6.1: a standard code in the words of somebody counts as one; a part of a word does not."""
    assert codes.find_codes("Lamp on: p0301 and U0100-87 (sporadic)") == ["P0301", "U0100-87"]
    assert codes.find_codes("读到P0562，XP03011") == ["P0562"]


@given(freely)
def test_terms_are_words(text):
    """R6.1: any text has terms, each once and none with a blank: they are kept in one line."""
    terms = similar.list_terms(text, codes=text)
    assert len(set(terms)) == len(terms) <= similar.MOST_TERMS
    assert all(term and not any(char.isspace() for char in term) for term in terms)


@given(han, han)
def test_two_characters_are_found_in_any_chinese_text(before, word):
    """R6.1: a Chinese word of two characters is found wherever it stands."""
    word = word[:2]
    assert similar.list_terms(word)[0] in similar.list_terms(before + word + before)


def test_forms_of_a_word_meet():
    """R6.1: who braked finds brakes; a plate of letters and digits stays whole."""
    for forms in ("brake brakes braking braked", "misfire misfires misfiring", "stop stopped",
                  "squeal squeals squealing", "Gelenk GELENK", "bruit Bruït"):
        assert len({similar.list_terms(form)[0] for form in forms.split()}) == 1, forms
    assert similar.list_terms("the ABS lamp is on") == ["abs", "lamp"]
    assert similar.list_terms("K20C2") == ["k20c2"]
    assert similar.list_terms("ABS灯亮 P0301") == ["dtc:p0301", "abs", "灯亮", "p0301"]


def test_facts_are_terms():
    """R6.1: symptom and operation are looked for beside the words."""
    assert similar.list_terms(codes="p0301", facts=[("sym", 7), ("op", False)]) == [
        "dtc:p0301", "sym:7", "p0301"]


def test_rare_words_are_asked_for_first():
    """R6.1: a common word counts less, and does not make the answer read everything."""
    question = similar.ask(["brake", "rattl", "dtc:p0301"], {"brake": 0.3}, 200000, 5000)
    weights = dict(zip(question.terms, question.weights, strict=True))
    assert weights["dtc:p0301"] > weights["rattl"] > weights["brake"] > 0
    assert question.wanted[0] == "dtc:p0301"
    assert "brake" not in question.wanted
    assert similar.ask(["brake"], {"brake": 0.3}, 200000, 5000).wanted == ("brake",)
    assert similar.ask([], {}, 0, 5000).wanted == ()
    near = similar.ask(["rattl", "op:3"], {}, 10, 5000, among=["rattl"])
    assert (near.wanted, near.terms) == (("rattl",), ("rattl", "op:3"))


@given(st.dictionaries(st.text(min_size=1), st.floats(0.0001, 1.0), max_size=60),
       st.integers(0, 10**6))
def test_something_is_always_asked_for(frequencies, total):
    """R6.1: of any terms at least one is looked for, and each has a weight."""
    question = similar.ask(list(frequencies), frequencies, total, 5000)
    assert bool(question.wanted) == bool(frequencies)
    assert set(question.wanted) <= set(question.terms)
    assert all(weight > 0 for weight in question.weights)
