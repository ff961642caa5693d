"""R2.3: when a working day ends."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from .modules import load

shift = load("service_advisor/tools/shift.py")


def at(day, hour, minute=0):
    return datetime(2026, 3, day, hour, minute)


DAY = [(at(2, 8), at(2, 12)), (at(2, 13), at(2, 17))]


def test_a_day_with_lunch_is_one_shift():
    """R2.3: the break at noon divides nothing."""
    assert shift.merge_shifts(reversed(DAY)) == [(at(2, 8), at(2, 17))]
    assert shift.find_shift_end(DAY, at(2, 9)) == at(2, 17)
    assert shift.find_shift_end(DAY, at(2, 12, 30)) == at(2, 17)


def test_early_and_late():
    """R2.3: who comes early belongs to the day, who begins after it does not."""
    assert shift.find_shift_end(DAY, at(2, 5)) == at(2, 17)
    assert shift.find_shift_end(DAY, at(2, 3, 59)) is None
    assert shift.find_shift_end(DAY, at(2, 17)) is None
    assert shift.find_shift_end([], at(2, 9)) is None


def test_night_shift_over_midnight():
    """R2.3: a night is one shift, although a calendar cuts it at midnight."""
    night = [
        (at(2, 22), at(2, 23, 59) + timedelta(seconds=59)),
        (at(3, 0), at(3, 6)),
        (at(3, 22), at(4, 0)),
        (at(4, 0), at(4, 6)),
    ]
    assert shift.find_shift_end(night, at(2, 23)) == at(3, 6)
    assert shift.find_shift_end(night, at(3, 2)) == at(3, 6)
    assert shift.find_shift_end(night, at(3, 23)) == at(4, 6)


def test_clock_changes():
    """R2.3: over the night in which the clock jumps, hours are those that passed."""
    berlin = ZoneInfo("Europe/Berlin")
    utc = ZoneInfo("UTC")
    night = [
        (datetime(2026, 3, 28, 22, tzinfo=berlin), datetime(2026, 3, 29, 0, tzinfo=berlin)),
        (datetime(2026, 3, 29, 0, tzinfo=berlin), datetime(2026, 3, 29, 6, tzinfo=berlin)),
    ]
    night = [(start.astimezone(utc), stop.astimezone(utc)) for start, stop in night]
    end = shift.find_shift_end(night, datetime(2026, 3, 28, 23, tzinfo=utc))
    assert end == datetime(2026, 3, 29, 4, tzinfo=utc)


HOURS = st.integers(min_value=0, max_value=400)
INTERVALS = st.lists(
    st.tuples(HOURS, st.integers(min_value=1, max_value=12)).map(
        lambda pair: (at(1, 0) + timedelta(hours=pair[0]),
                      at(1, 0) + timedelta(hours=pair[0] + pair[1]))
    ),
    max_size=12,
)


@given(INTERVALS, HOURS)
def test_end_is_an_end_and_never_before(intervals, hour):
    """R2.3: a clock is never stopped before it was started, nor inside of working hours."""
    moment = at(1, 0) + timedelta(hours=hour)
    end = shift.find_shift_end(intervals, moment)
    inside = [(start, stop) for start, stop in intervals if start <= moment < stop]
    if end is None:
        assert not inside
    else:
        assert end > moment
        assert end in {stop for _start, stop in intervals}
        assert all(end >= stop for _start, stop in inside)


@given(INTERVALS)
def test_shifts_are_apart(intervals):
    """R2.3: shifts come in order, with a long pause between two of them, and lose no hour."""
    shifts = shift.merge_shifts(intervals)
    for (_start, stop), (start, _stop) in zip(shifts, shifts[1:], strict=False):
        assert start - stop > shift.LONGEST_PAUSE
    for start, stop in intervals:
        assert any(first <= start and stop <= last for first, last in shifts)
