from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from .modules import load

rules = load("service_advisor_quality/tools/complaint_rules.py")

cents = st.integers(0, 10**7)


@given(st.lists(cents, min_size=1, max_size=6), cents)
def test_no_slices_below_the_limit(values, limit):
    """R4.2: without an approval, all remedies are allowed or none is, by what they make together,
    to the cent."""
    total = sum(values)
    allowed = {
        rules.is_allowed(value / 100, None, total / 100, limit / 100, 0.01) for value in values
    }
    assert allowed == {total <= limit}


@given(cents, cents, cents)
def test_approved_is_allowed_up_to_its_value(value, approved, limit):
    """R4.2: an approval holds for what it was given for, and not for a cent more."""
    allowed = rules.is_allowed(
        value / 100, approved / 100, (value + limit + 1) / 100, limit / 100, 0.01
    )
    assert allowed == (value <= approved)


@given(
    st.lists(st.integers(0, 60 * 24 * 400), max_size=8),
    st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York"]),
)
def test_days_are_those_of_the_shop(minutes, tz):
    """R4.2: two calls of one day of the shop are one day, whatever its clock does."""
    start = datetime(2026, 1, 1, tzinfo=timezone.utc)
    moments = [start + timedelta(minutes=count) for count in minutes]
    local = {moment.astimezone(ZoneInfo(tz)).strftime("%Y-%m-%d") for moment in moments}
    assert rules.count_days(moments, tz) == len(local)
