"""R4.1, K2: the clock of a complaint, against a plain oracle."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from .modules import load

sla = load("service_advisor_quality/tools/sla.py")

# A week around the nights in which Berlin and New York change their clocks, in minutes.
BASE = datetime(2026, 10, 24, 12, 0)
MINUTE = timedelta(minutes=1)
ZONES = [None, *map(ZoneInfo, ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC"))]
MINUTES = st.integers(0, 60 * 24 * 12)
HOURS = st.integers(1, 60 * 48).map(lambda minutes: minutes / 60)
PAUSES = st.lists(st.tuples(MINUTES, st.one_of(st.none(), st.integers(0, 3000))), max_size=6)
CONTACTS = st.lists(
    st.tuples(MINUTES, st.sampled_from(["in", "out"]), st.booleans()), max_size=8
)


def at(minute, zone=None):
    """Return that minute, in naive UTC or in the time of ``zone``."""
    moment = BASE + minute * MINUTE
    return moment.replace(tzinfo=timezone.utc).astimezone(zone) if zone else moment


def oracle_deadline(start, minutes, pauses):
    """Walk minute by minute, as a person with a stop watch would."""
    minute = start
    while minutes:
        if any(end is None and begin <= minute for begin, end in pauses):
            return None
        minutes -= not any(
            end is not None and begin <= minute < end for begin, end in pauses
        )
        minute += 1
    return minute


def oracle_breached(due, contacts, ended, now):
    """Look at every minute up to now: was the deadline behind, and nobody had called?"""
    for minute in range(due + 1, now + 1):
        called = any(
            when < minute and direction == "out" and not auto
            for when, direction, auto in contacts
        )
        if not called and not (ended is not None and ended < minute):
            return True
    return False


@settings(deadline=None)
@given(MINUTES, HOURS, PAUSES, st.sampled_from(ZONES))
@example(0, 24.0, [], ZoneInfo("Europe/Berlin"))
@example(0, 24.0, [(60, None)], None)
def test_deadline(start, hours, pauses, zone):
    """R4.1: hours are hours, also in the night when the clocks are changed; pauses in any order,
    overlapping or still running, do not count."""
    spans = [(begin, None if length is None else begin + length) for begin, length in pauses]
    due = sla.find_deadline(
        at(start, zone),
        hours,
        [(at(begin, zone), end if end is None else at(end, zone)) for begin, end in spans],
    )
    expected = oracle_deadline(start, round(hours * 60), spans)
    if expected is None:
        assert due is None
    else:
        assert sla.utc(due) == at(expected)
        assert bool(due.tzinfo) == bool(zone)


@settings(deadline=None)
@given(MINUTES, CONTACTS, st.one_of(st.none(), MINUTES), MINUTES, st.sampled_from(ZONES))
def test_breach(due, contacts, ended, now, zone):
    """K2: any sequence of calls and mails, in and out, gives the breach that the oracle sees."""
    moments = [(at(when, zone), direction, auto) for when, direction, auto in contacts
               if when <= now]
    seen = [contact for contact in contacts if contact[0] <= now]
    ended = ended if ended is None or ended <= now else None
    breached = sla.is_breached(
        at(due, zone),
        sla.find_first_contact(moments),
        ended if ended is None else at(ended, zone),
        at(now, zone),
    )
    assert breached == oracle_breached(due, seen, ended, now)


@given(CONTACTS)
def test_what_comes_in_never_stops_it(contacts):
    """R4.1: inbound and automatic contacts stop nothing, and an answer ends the waiting."""
    moments = [(at(when), direction, auto) for when, direction, auto in contacts]
    counted = [when for when, direction, auto in contacts if direction == "out" and not auto]
    first = sla.find_first_contact(moments)
    assert first == (at(min(counted)) if counted else None)
    last = max(counted, default=-1)
    heard = [when for when, direction, auto in contacts
             if direction == "in" and not auto and when > last]
    assert sla.find_unanswered(moments) == (at(min(heard)) if heard else None)


@given(MINUTES, st.lists(st.sampled_from([0.0, 0.5, 1.0, 4.0, 30.0]), max_size=3), MINUTES)
def test_alerts(due, warnings, now):
    """R4.1: the step that is reached is the last one not later than now, and the next one is
    later than now; nothing lies between them."""
    steps = {at(due) - timedelta(hours=hours) for hours in warnings if hours}
    steps |= {at(due) + timedelta(days=day) for day in range(20)}
    reached = [step for step in steps if step <= at(now)]
    found = sla.find_alert(at(due), warnings, at(now))
    assert (found[1] if found else None) == max(reached, default=None)
    assert sla.find_next_alert(at(due), warnings, at(now)) == min(
        step for step in steps if step > at(now)
    )


def test_steps_have_names():
    """R4.1: warnings 4 hours and 1 hour before, escalation at the breach and each day."""
    due, hour = at(0), timedelta(hours=1)
    for moment, key in (
        (due - 5 * hour, None),
        (due - 4 * hour, "warning-4"),
        (due - hour / 2, "warning-1"),
        (due, "escalation-0"),
        (due + 23 * hour, "escalation-0"),
        (due + 49 * hour, "escalation-2"),
    ):
        found = sla.find_alert(due, (4, 1), moment)
        assert (found and found[0]) == key


def test_the_longest_night():
    """K2: 24 hours from noon before the clocks go back end at eleven, not at noon."""
    berlin = ZoneInfo("Europe/Berlin")
    due = sla.find_deadline(datetime(2026, 10, 24, 12, 0, tzinfo=berlin), 24)
    assert (due.day, due.hour) == (25, 11)
