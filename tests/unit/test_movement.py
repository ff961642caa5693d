from math import comb
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from .modules import load

rules = load("service_advisor_reports/tools/movement.py")
Period = rules.Period

events = st.integers(0, 60)
exposures = st.integers(10, 2000)


def _poisson(random, mean):
    """Count the arrivals of a unit of time that come at this mean rate."""
    count, elapsed = 0, random.expovariate(mean)
    while elapsed < 1:
        count, elapsed = count + 1, elapsed + random.expovariate(mean)
    return count


@given(st.integers(0, 40), st.integers(0, 40), st.floats(0.01, 0.99))
def test_tail_is_the_binomial_one(found, total, share):
    """R5.2: the chance is the sum of the binomial probabilities, added up by hand."""
    byhand = sum(
        comb(total, k) * share**k * (1 - share) ** (total - k) for k in range(found, total + 1)
    )
    assert abs(rules.tail(found, total, share) - min(byhand, 1.0)) < 1e-9


@given(st.integers(0, 50), exposures, st.integers(1, 12))
def test_constant_series(found, exposure, times):
    """R5.2: the same rate now and before is never unusual, however often it happens."""
    assume(found)
    now, before = Period(found, exposure), Period(found * times, exposure * times)
    assert rules.find_movements({1: (now, before)}, 0.2) == {}


@given(events, exposures, events, exposures)
def test_more_events_are_less_likely(now, exposure, before, past):
    """R5.2: more events now never look more like chance than fewer."""
    chances = [
        rules.judge(Period(now + more, exposure), Period(before, past)) for more in range(3)
    ]
    told = [chance for chance in chances if chance is not None]
    assert told == sorted(told, reverse=True)


@given(events, exposures, events, exposures, st.integers(2, 50))
def test_scale(now, exposure, before, past, times):
    """R5.2: a rate per job or per hundred jobs is the same rate."""
    one = rules.judge(Period(now, exposure), Period(before, past))
    other = rules.judge(Period(now, exposure * times), Period(before, past * times))
    assert (one is None) == (other is None)
    assert one is None or abs(one - other) < 1e-9


def test_more_evidence_is_more_certain():
    """R5.2: twice as frequent is an accident of few cases, and none of many."""
    chances = [
        rules.judge(Period(4 * size, 100 * size), Period(8 * size, 400 * size))
        for size in (1, 3, 9)
    ]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 0.1 and chances[-1] < 0.001


@given(st.integers(0, 2), events, exposures)
def test_too_little_evidence(now, before, past):
    """R5.2: two cases prove nothing, nor does a past of a few jobs, nor a present of none."""
    assert rules.judge(Period(now, 1), Period(before, past)) is None
    assert rules.judge(Period(9, 10), Period(0, 9)) is None
    assert rules.judge(Period(9, 0), Period(before, past)) is None


def test_small_but_certain():
    """R5.2: a rise by a fifth is nobody's alarm, however certain it is."""
    assert rules.judge(Period(12_000, 100_000), Period(60_000, 600_000)) is None


@given(st.lists(st.floats(1e-9, 1.0), min_size=1, max_size=40), st.floats(0.01, 0.2))
def test_threshold(chances, false_rate):
    """R5.2: all subjects that could be unusual at the threshold together stay within the rate."""
    limit = rules.threshold(chances, false_rate)
    assert false_rate / len(chances) <= limit <= false_rate
    assert sum(chance <= limit for chance in chances) * limit <= false_rate + 1e-12


def test_false_alarms_stay_as_configured():
    """R5.2: of weeks in which nothing has changed, at most the configured share has an alarm."""
    random, weeks = Random(20260304), 200
    for false_rate in (0.05, 0.2):
        alarms = 0
        for _week in range(weeks):
            series = {}
            for subject in range(30):
                jobs = random.randint(5, 60)
                rate = random.choice((0.01, 0.05, 0.1))
                series[subject] = (
                    Period(_poisson(random, rate * jobs), jobs),
                    Period(_poisson(random, rate * jobs * 6), jobs * 6),
                )
            alarms += bool(rules.find_movements(series, false_rate))
        # Three standard deviations of what 200 weeks show by accident.
        assert alarms <= weeks * false_rate + 3 * (weeks * false_rate * (1 - false_rate)) ** 0.5


def test_a_real_movement_is_found():
    """R5.2: one operation that fails four times as often is found among thirty that do not, and
    only that one."""
    series = {subject: (Period(2, 40), Period(12, 240)) for subject in range(30)}
    series["brakes"] = (Period(9, 40), Period(12, 240))
    assert rules.find_movements(series, 0.01) == {}, "not as sure as that, of thirty-one"
    found = rules.find_movements(series, 0.05)
    assert set(found) == {"brakes"}
    assert abs(found["brakes"].ratio - 4.5) < 1e-9
    assert abs(found["brakes"].chance - 0.00142) < 1e-5
    never = rules.find_movements({1: (Period(5, 40), Period(0, 240))}, 0.05)
    assert never[1].ratio is None, "it never happened before: so many times as often as nothing"
