from hypothesis import given
from hypothesis import strategies as st

from .modules import load

intervals = load("service_advisor/tools/intervals.py")
skill_load = load("service_advisor/tools/skill_load.py")

HOUR = 3600
moments = st.integers(0, 100).map(lambda hour: hour * HOUR)
works = st.lists(st.tuples(moments, moments), max_size=6).map(intervals.Work)


def person(key, work, held=(), level=50, until=None):
    return skill_load.Person(
        key, {"gearbox": [(level, None, until)]}, intervals.Work(work), intervals.Work(held))


def demand(key, waiting, booked=0.0, level=50):
    return skill_load.Demand(key, frozenset([("gearbox", level)]), booked, waiting)


@given(st.lists(works, max_size=4), st.lists(works, max_size=4), st.floats(0, 500))
def test_gap_is_what_nobody_is_free_for(worked, held, waiting):
    """R6.3: a gap is never negative and never more than what waits; free is never more than
    working time."""
    people = [
        skill_load.Person(key, {"gearbox": [(50, None, None)]}, work, busy)
        for key, (work, busy) in enumerate(zip(worked, held, strict=False))
    ]
    [row] = skill_load.weigh_skills([demand(1, waiting)], people, 0, 100 * HOUR)
    assert 0 <= row.gap <= waiting
    assert 0 <= row.free <= row.available
    assert abs(row.gap - max(waiting - row.free, 0)) < 1e-6


def test_who_counts():
    """R6.3: a lower level and a skill that is over count for nothing; an end gives the hours
    before it."""
    people = [
        person("able", [(0, 8 * HOUR)], [(0, 2 * HOUR)]),
        person("ends", [(0, 8 * HOUR)], until=3 * HOUR),
        person("over", [(0, 8 * HOUR)], until=0),
        person("learns", [(0, 8 * HOUR)], level=20),
    ]
    [row] = skill_load.weigh_skills([demand(1, 12), demand(2, 1, 2)], people, 0, 10 * HOUR)
    assert row.people == ("able", "ends")
    assert (row.jobs, row.waiting, row.booked) == ((1, 2), 13, 2)
    assert (row.available, row.taken, row.free, row.gap) == (11, 2, 9, 4)


def test_largest_gap_first():
    """R6.3: each level is a row of its own, the largest gap first."""
    rows = skill_load.weigh_skills(
        [demand(1, 1), demand(2, 5, level=100)], [person("able", [(0, HOUR)])], 0, 10 * HOUR)
    assert [(row.level, row.gap) for row in rows] == [(100, 5), (50, 0)]
