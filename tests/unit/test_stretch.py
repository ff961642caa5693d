from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .modules import load

stretch = load("service_advisor/tools/stretch.py")
DAY = datetime(2030, 1, 7)
MINUTE = timedelta(minutes=1)


def at(hour, minute=0):
    return DAY + timedelta(hours=hour, minutes=minute)


WORKS = [(at(8), at(12)), (at(13), at(17)), (at(32), at(36))]

marks = st.lists(st.integers(0, 3000), unique=True, min_size=2, max_size=12)


def works_of(numbers):
    numbers = sorted(numbers)[: len(numbers) // 2 * 2]
    moments = [DAY + number * MINUTE for number in numbers]
    return list(zip(moments[::2], moments[1::2], strict=True))


@given(marks, st.integers(0, 3000), st.integers(1, 3000))
def test_work_is_laid_out_whole_and_in_working_time(numbers, start, minutes):
    """R2.1: every minute is held once, in working time, from the start on and without waiting;
    where that can not be, it is one stretch, for the refusal to name."""
    works = works_of(numbers)
    begin, duration = DAY + start * MINUTE, minutes * MINUTE
    found = stretch.lay_out(begin, duration, works)
    assert found[0][0] == begin
    assert stretch.total(found) == duration
    if found != [(begin, begin + duration)]:
        assert all(stretch.cut(works, *piece) == [piece] for piece in found)
        assert stretch.cut(works, begin, found[-1][1]) == found


def test_pause_and_closing_time():
    """R2.1: work goes on after lunch and on the next day."""
    assert stretch.lay_out(at(11), timedelta(hours=6), WORKS) == [
        (at(11), at(12)), (at(13), at(17)), (at(32), at(33)),
    ]
    assert stretch.lay_out(at(12, 30), timedelta(hours=1), WORKS) == [(at(12, 30), at(13, 30))]


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (at(11, 30), [(at(11), at(11, 30))]),
        (at(14), [(at(11), at(12)), (at(13), at(14))]),
        (at(18), [(at(11), at(12)), (at(13), at(18))]),  # overtime
    ],
)
def test_another_end(end, expected):
    """R2.1: shorter, longer, and longer than the day."""
    held = [(at(11), at(12)), (at(13), at(16))]
    assert stretch.end_at(held, end, WORKS) == expected


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2030, 3, 31), 23), (date(2030, 10, 27), 25), (date(2030, 7, 1), 24)]
)
def test_days_on_which_clocks_change(day, hours):
    """R2.1: from midnight to midnight, a day has the hours it has."""
    start = stretch.wall_to_utc(day, 0, "Europe/Berlin")
    assert stretch.wall_to_utc(day, 24, "Europe/Berlin") - start == timedelta(hours=hours)


def test_hours_that_are_shown():
    """R2.1: full hours around all work, the whole day where work goes through the night."""
    assert stretch.hours_shown([], "UTC") == (8, 18)
    assert stretch.hours_shown([(at(8, 30), at(12)), (at(13), at(17, 15))], "UTC") == (8, 18)
    assert stretch.hours_shown([(at(0), at(9))], "Asia/Shanghai") == (8, 17)
    assert stretch.hours_shown([(at(20), at(24))], "UTC") == (20, 24)
    assert stretch.hours_shown([(at(22), at(30))], "UTC") == (0, 24)
