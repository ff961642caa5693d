from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from .modules import load

rules = load("service_advisor_reports/tools/kpi.py")

counts = st.integers(0, 10_000)
values = st.none() | st.integers(0, 1000).map(lambda tenths: tenths / 10)
parts = st.tuples(st.integers(0, 9).map(float), st.integers(0, 9).map(float))
rows = st.dictionaries(st.integers(1, 20), parts)


@given(st.sampled_from(sorted(rules.FORMULAS)), counts, counts)
def test_figure(code, part, whole):
    """K1: a share is exact, nothing to divide by is no data, a count is its own value."""
    found = rules.figure(code, part, whole)
    formula = rules.FORMULAS[code]
    if formula.is_count:
        assert (found["value"], found["denominator"]) == (part, None)
    elif not whole:
        assert found["value"] is None
    else:
        factor = 100 if formula.unit in ("percent", "score") else 1
        assert abs(found["value"] - float(Fraction(factor * part, whole))) < 1e-6


@given(values, values, st.sampled_from(["high", "low"]), st.integers(0, 10))
def test_light(value, target, better, near):
    """K1: green reaches the target to the last digit, yellow is near it, no data has none."""
    found = rules.light(value, target, better, near)
    if value is None or target is None:
        assert found is None
        return
    missing = round(10 * (target - value if better == "high" else value - target))
    assert found == (
        "green" if missing <= 0 else "yellow" if missing <= 10 * near else "red"
    )


def test_light_of_a_division():
    """K3: 9 of 10 reaches 90 %, whatever the division leaves."""
    for whole in range(1, 500):
        value = rules.ratio(9 * whole, 10 * whole, 100)
        assert rules.light(value, 90) == "green"


@given(values, values)
def test_trend(value, before):
    """K6: up, down or the same; without data of both there is no trend."""
    found = rules.trend(value, before)
    if value is None or before is None:
        assert found is None
    else:
        assert found == ("same" if value == before else "up" if value > before else "down")


def test_award():
    """K6: an award takes more than 85 %; 85 % itself is not more, no answer is no data."""
    assert rules.award(None)[:2] == (None, "no_csat")
    assert rules.award(85.0)[:2] == (False, "csat_low")
    assert rules.award(rules.ratio(17, 20, 100))[:2] == (False, "csat_low")
    assert rules.award(85.1)[:2] == (True, "award")


def test_bonus():
    """K6: a bonus takes more than 95 % at the first inspection and no major complaint."""
    assert rules.bonus(None, 0)[:2] == (None, "no_quality")
    assert rules.bonus(95.0, 0)[:2] == (False, "quality_low")
    assert rules.bonus(95.1, 0)[:2] == (True, "bonus")
    assert rules.bonus(100.0, 1)[:2] == (False, "majors")
    assert rules.bonus(None, 1)[:2] == (False, "majors"), "it is lost, whatever is inspected"


@given(rows, rows)
def test_compare_rows(before, now):
    """K6: what changed since closing is new, gone or changed, each record once."""
    new, gone, changed = rules.compare_rows(before, now)
    assert set(new) == now.keys() - before.keys()
    assert set(gone) == before.keys() - now.keys()
    assert set(changed) == {
        record for record in now.keys() & before.keys() if now[record] != before[record]
    }


@given(st.sampled_from(sorted(rules.FORMULAS)), rows)
def test_split_rows(code, found):
    """K6: what a figure opens adds up to what it says."""
    numerator, denominator = rules.split_rows(code, found)
    assert sum(found[record][0] for record in numerator) == sum(part for part, _w in found.values())
    if not rules.FORMULAS[code].is_count and code != "productivity":
        whole = sum(whole for _part, whole in found.values())
        assert sum(found[record][1] for record in denominator) == whole


def test_kinds():
    """K6: each figure is of some kind of subject, and every kind has some."""
    for kind in rules.KINDS:
        assert rules.codes_of(kind)
    assert set(rules.codes_of("company")) == set(rules.FORMULAS)
