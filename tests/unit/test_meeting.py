"""R6.1: when the weekly meeting is."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from .modules import load

meeting = load("service_advisor/tools/meeting.py")


def test_this_week_or_the_next():
    """R6.1: today counts until the meeting has begun; the day is that of the company."""
    wednesday = datetime(2031, 3, 5, 0, 59)
    start = datetime(2031, 3, 5, 1)
    found = meeting.next_meeting(wednesday, "Asia/Shanghai", 2, 9)
    assert found == (start, start.date())
    later = meeting.next_meeting(start, "Asia/Shanghai", 2, 9)
    assert later == (start + timedelta(days=7), start.date() + timedelta(days=7))
    night = meeting.next_meeting(datetime(2031, 3, 4, 17), "Asia/Shanghai", 2, 0.5)
    assert night == (datetime(2031, 3, 11, 16, 30), datetime(2031, 3, 12).date())


def test_summer_time():
    """R6.1: the hour on the wall stays when the clocks change; one that is skipped comes later."""
    before = meeting.next_meeting(datetime(2031, 3, 23), "Europe/Berlin", 0, 9)[0]
    after = meeting.next_meeting(datetime(2031, 3, 30), "Europe/Berlin", 0, 9)[0]
    assert (before.hour, after.hour) == (8, 7)
    skipped = meeting.next_meeting(datetime(2031, 3, 29), "Europe/Berlin", 6, 2.5)[0]
    assert skipped == datetime(2031, 3, 30, 1, 30)


@settings(deadline=None)  # the first look into a time zone reads a file
@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC"]),
    st.integers(0, 6),
    st.floats(0, 23.99),
)
def test_always_ahead_and_within_a_week(now, tz, weekday, hour):
    """R6.1: the next meeting is in the future, at most a week and a changed clock away, on the
    weekday that was chosen."""
    start, day = meeting.next_meeting(now, tz, weekday, hour)
    assert now < start <= now + timedelta(days=7, hours=1)
    assert day.weekday() == weekday
    local = start.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(tz))
    assert local.date() == day
