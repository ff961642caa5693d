import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .modules import load

sampling = load("service_advisor_quality/tools/sampling.py")

RATES = sampling.Rates(
    base=10.0,
    added={"new_technician": 20.0, "difficult": 15.0, "comeback": 40.0, "failures": 25.0},
    floor=100.0,
)
# A quarter of a group of dealers; enough that chance stays well inside one percent per class.
JOBS = 50000
# Risks as they come, the classes of one quarter: what the work runs, and its share of the jobs.
CLASSES = {
    (): 50,
    ("new_technician",): 20,
    ("difficult",): 15,
    ("new_technician", "failures"): 15,
}


def quarter(seed, jobs=JOBS):
    """Return ``{class: [lots]}`` of a simulated quarter; critical work is a class of its own."""
    chance, found = random.Random(seed), {}
    kinds = [*CLASSES, "critical"]
    weights = [*CLASSES.values(), 10]
    for number in range(1, jobs + 1):
        [kind] = chance.choices(kinds, weights)
        found.setdefault(kind, []).append(sampling.draw(f"shop {seed}", number))
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_a_quarter_is_sampled_as_configured(seed):
    """R3.1: over a quarter each class of risk is checked as often as configured, ±1 %."""
    for kind, lots in quarter(seed).items():
        critical = kind == "critical"
        rate = sampling.get_rate(RATES, () if critical else kind, critical)
        drawn = sum(lot < rate for lot in lots) / len(lots) * 100
        assert abs(drawn - rate) <= 1, (kind, rate, drawn)


def test_critical_work_is_never_left_out():
    """R3.1: brakes, steering and high voltage are all checked, and with a lower floor as often
    as it says; nobody can configure them away."""
    lots = quarter(4)["critical"]
    assert all(lot < sampling.get_rate(RATES, (), True) for lot in lots)
    half = sampling.Rates(base=0.0, floor=50.0)
    drawn = sum(lot < sampling.get_rate(half, (), True) for lot in lots) / len(lots) * 100
    assert abs(drawn - 50) <= 1.5
    nothing = sampling.Rates(base=0.0, floor=0.0)
    assert sampling.get_rate(nothing, (), True) == sampling.LEAST_FLOOR > 0
    assert sampling.get_rate(nothing, (), False) == 0


def test_the_draw_is_repeatable():
    """R3.1: the same seed draws the same jobs, in any order; another seed draws others."""
    numbers = list(range(1, 2001))
    first = {number: sampling.draw("a", number) for number in numbers}
    assert first == {number: sampling.draw("a", number) for number in reversed(numbers)}
    picked = {number for number, lot in first.items() if lot < 10}
    others = {number for number in numbers if sampling.draw("b", number) < 10}
    assert picked != others
    assert len(picked & others) < len(picked) / 2


def test_neighbours_have_nothing_in_common():
    """R3.1: the lot of one job tells nothing of the next one's."""
    lots = [sampling.draw("a", number) < 50 for number in range(20000)]
    pairs = Counter(zip(lots, lots[1:], strict=False))
    assert all(abs(count / len(lots) - 0.25) < 0.01 for count in pairs.values())


percent = st.integers(0, 100)


@given(percent, st.dictionaries(st.sampled_from(sampling.RISKS), percent), percent,
       st.sets(st.sampled_from([*sampling.RISKS, "unknown"])), st.booleans())
def test_rates_stay_in_bounds(base, added, floor, risks, critical):
    """R3.1: a rate is a percentage, more risk never lowers it, and its reason adds up to it."""
    rates = sampling.Rates(base, added, floor)
    rate = sampling.get_rate(rates, risks, critical)
    assert 0 <= rate <= 100
    assert rate >= sampling.get_rate(rates, (), critical)
    assert not critical or rate >= max(floor, sampling.LEAST_FLOOR)
    if not critical:
        assert rate == min(100, sum(sampling.get_shares(rates, risks).values()))


@given(st.text(max_size=20), st.integers(0, 10**9))
def test_lots_stay_in_bounds(seed, number):
    """R3.1: a rate of 100 % draws every job, one of 0 % none."""
    assert 0 <= sampling.draw(seed, number) < 100
