from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from .modules import load

rules = load("service_advisor/tools/maintenance.py")

days = st.dates(date(2000, 1, 1), date(2080, 1, 1))
kilometres = st.integers(0, 900_000)
intervals = st.builds(
    rules.Interval,
    every_km=st.integers(0, 60_000),
    every_months=st.integers(0, 60),
    first_km=st.integers(0, 60_000),
    first_months=st.integers(0, 60),
    remind_km=st.integers(0, 3_000),
    remind_days=st.integers(0, 90),
)
records = st.none() | st.tuples(days, kilometres)
RANK = {"not_due": 0, "soon": 1, "due": 2}


@given(intervals, days, kilometres, st.none() | days, records)
def test_due_by_whichever_comes_first(interval, today, odometer, start, last):
    """R1.3: due as soon as one of km and months is reached, and never before."""
    due = rules.judge_maintenance(interval, today, odometer, start, last)
    by_km = due.due_km is not None and odometer >= due.due_km
    by_date = due.due_date is not None and today >= due.due_date
    assert (due.state == "due") is (by_km or by_date)
    assert (due.km_over is not None and due.km_over >= 0) is by_km
    assert (due.days_over is not None and due.days_over >= 0) is by_date


@given(intervals, days, kilometres, days, st.integers(0, 900), st.integers(0, 20_000))
def test_time_and_km_only_bring_it_nearer(interval, today, odometer, start, more_days, more_km):
    """R1.3: a car that waits or drives on is never less due than before."""
    before = rules.judge_maintenance(interval, today, odometer, start)
    after = rules.judge_maintenance(
        interval, today + timedelta(days=more_days), odometer + more_km, start
    )
    assert RANK[after.state] >= RANK[before.state]


@given(intervals, days, kilometres, st.none() | days)
def test_done_today_is_not_due(interval, today, odometer, start):
    """R1.3: right after the work nothing is due, whatever the first one's limits."""
    due = rules.judge_maintenance(interval, today, odometer, start, (today, odometer))
    assert due.state != "due"
    assert due.due_km == (odometer + interval.every_km if interval.every_km else None)


@given(st.integers(1, 60_000), st.integers(0, 3_000), st.integers(0, 60_000))
def test_remind_window(every_km, remind_km, odometer):
    """R1.3: nearly due from the reminder on, exactly."""
    interval = rules.Interval(every_km=every_km, remind_km=remind_km)
    due = rules.judge_maintenance(interval, date(2026, 1, 1), odometer)
    expected = "due" if odometer >= every_km else "not_due"
    if every_km > odometer >= every_km - remind_km:
        expected = "soon"
    assert due.state == expected
    assert due.km_over == odometer - every_km


def test_months_are_calendar_months():
    """R1.3: a year after the last day of February is that day, not 365 days later."""
    interval = rules.Interval(every_months=12)
    due = rules.judge_maintenance(
        interval, date(2025, 2, 27), 0, last=(date(2024, 2, 29), 0)
    )
    assert (due.state, due.due_date, due.days_over) == ("not_due", date(2025, 2, 28), -1)
    assert due.due_date == date(2024, 2, 29) + relativedelta(months=12)


def test_without_a_start_only_km_count():
    """R1.3: a car whose first registration nobody knows is judged by its odometer alone."""
    interval = rules.Interval(every_km=10_000, every_months=12, first_km=5_000, first_months=6)
    due = rules.judge_maintenance(interval, date(2026, 1, 1), 5_000)
    assert (due.state, due.due_km, due.due_date, due.days_over) == ("due", 5_000, None, None)


plans = st.lists(
    st.tuples(
        st.integers(), st.sets(st.sampled_from("ABC")), st.sampled_from(["", "V", "W"]),
        st.sampled_from(["", "petrol", "electric"]),
    ),
    max_size=6,
)


@given(plans, st.sampled_from("ABC"), st.sampled_from("VW"), st.sampled_from(["", "petrol"]))
def test_most_specific_plan(found, model, brand, energy):
    """R1.3: the plan fits the car, and none that fits says more about it."""
    def fits(plan):
        return (
            (not plan[1] or model in plan[1]) and plan[2] in ("", brand)
            and plan[3] in ("", energy)
        )

    def rank(plan):
        return tuple(map(bool, plan[1:]))

    # numbered, so that two equal plans are told apart
    listed = [(number, *plan[1:]) for number, plan in enumerate(found)]
    fitting = [plan for plan in listed if fits(plan)]
    best = rules.most_specific(listed, model, brand, energy)
    if not fitting:
        assert best is None
        return
    top = max(rank(plan) for plan in fitting)
    assert best == next(plan[0] for plan in fitting if rank(plan) == top)


@given(plans)
def test_unknown_energy_fits_no_plan_of_an_energy(found):
    """R1.3: a car of unknown energy is not given the oil change of a petrol car."""
    of_an_energy = [plan for plan in found if plan[3]]
    assert rules.most_specific(of_an_energy, "A", "V", False) is None
