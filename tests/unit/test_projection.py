"""R2.3: when a car is finished, from working time and work left."""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .modules import load

projection = load("service_advisor/tools/projection.py")

MONDAY = datetime(2026, 3, 2)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = [
    (MONDAY + 8 * HOUR, MONDAY + 12 * HOUR),
    (MONDAY + 13 * HOUR, MONDAY + 17 * HOUR),
]


def spans_of(lengths):
    """Turn (gap, length) pairs of minutes into working spans."""
    spans, end = [], MONDAY
    for gap, length in lengths:
        start = end + gap * MINUTE
        end = start + length * MINUTE
        spans.append((start, end))
    return spans


SPANS = st.lists(st.tuples(st.integers(1, 90), st.integers(1, 90)), max_size=8).map(spans_of)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(SPANS, st.integers(-60, 300), st.integers(1, 400))
def test_work_is_done_in_working_time_only(spans, start, minutes):
    """R2.3: against a count minute by minute."""
    start = MONDAY + start * MINUTE
    end = projection.add_work(spans, start, minutes / 60)
    worked = [
        moment
        for begin, stop in spans
        for moment in (begin + index * MINUTE for index in range((stop - begin) // MINUTE))
        if moment >= start
    ]
    expected = worked[minutes - 1] + MINUTE if len(worked) >= minutes else None
    assert end is None if expected is None else abs(end - expected) < timedelta(seconds=1)


def test_over_lunch():
    """R2.3: two hours from 11 to 14."""
    assert projection.add_work(DAY, MONDAY + 11 * HOUR, 2) == MONDAY + 14 * HOUR


def test_work_left():
    """R2.3: a running clock counts, helpers share, and an overrun is never over by itself."""
    cases = [
        ((2, 0, 0, False), (2, False, False)),
        ((2, 0.5, 1, True), (1.5, True, False)),
        ((2, 0.5, 2, True), (0.75, True, False)),
        ((2, 3, 1, True), (projection.LEAST_HOURS, True, True)),
        ((2, 3, 0, True), (projection.LEAST_HOURS, False, True)),
        ((0, 0, 0, False), (0, False, False)),
    ]
    for given_values, expected in cases:
        assert projection.work_left(*given_values) == expected


def test_risk():
    """R2.3: on the minute is on time; the promise breaks when it has passed."""
    judge = projection.judge_risk
    noon = MONDAY + 12 * HOUR
    assert judge(noon, noon, noon - HOUR) == "none"
    assert judge(noon, noon + MINUTE, noon - HOUR) == "at_risk"
    assert judge(noon, noon + MINUTE, noon) == "at_risk"
    assert judge(noon, noon + HOUR, noon + MINUTE) == "late"


def test_loads_as_far_as_needed():
    """R2.3: the calendar is read once for what is near, again for what is far, never for ever."""
    loaded = []

    def load_days(start, stop):
        loaded.append((stop - start).days)
        days = (stop - MONDAY).days
        return [(MONDAY + day * 24 * HOUR, MONDAY + day * 24 * HOUR + HOUR) for day in range(days)]

    time = projection.WorkTime(MONDAY, load_days)
    assert time.add(MONDAY, 2) == MONDAY + 25 * HOUR
    assert time.add(MONDAY - 5 * HOUR, 1) == MONDAY + HOUR
    assert loaded == [projection.FIRST_DAYS]
    assert time.add(MONDAY, 20) == MONDAY + 19 * 24 * HOUR + HOUR
    assert loaded == [14, 56]


def test_shop_without_hours():
    """R2.3: a shop that has no calendar never closes; one that never opens is taken for such."""
    always = projection.WorkTime(MONDAY, None)
    never = projection.WorkTime(MONDAY, lambda start, stop: [])
    for time in (always, never):
        assert time.add(MONDAY, 30) == MONDAY + 30 * HOUR
