from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from .modules import load

rules = load("service_advisor_reports/tools/periods.py")
Span = rules.Span

days = st.dates(date(2001, 1, 1), date(2090, 12, 31))


def test_presets():
    """R5.2: what the words of the filter stand for, and what each is compared with."""
    today = date(2026, 3, 31)
    for name, first, last, before, until in (
        ("month", (2026, 3, 1), (2026, 3, 31), (2026, 2, 1), (2026, 2, 28)),
        ("last_month", (2026, 2, 1), (2026, 2, 28), (2026, 1, 1), (2026, 1, 31)),
        ("quarter", (2026, 1, 1), (2026, 3, 31), (2025, 10, 1), (2025, 12, 29)),
        ("year", (2026, 1, 1), (2026, 3, 31), (2025, 1, 1), (2025, 3, 31)),
    ):
        span = rules.preset(name, today)
        assert span == Span(date(*first), date(*last)), name
        assert rules.before(name, span) == Span(date(*before), date(*until)), name
    chosen = Span(date(2026, 3, 10), date(2026, 3, 12))
    assert rules.before("custom", chosen) == Span(date(2026, 3, 7), date(2026, 3, 9))


@settings(deadline=None)
@given(days, st.sampled_from(rules.PRESETS[:-1]))
def test_what_is_compared_comes_before(today, name):
    """R5.2: the period before ends before the period begins, and is no longer."""
    span = rules.preset(name, today)
    before = rules.before(name, span)
    assert before.first <= before.last < span.first <= span.last <= today
    assert name == "last_month" or before.last - before.first <= span.last - span.first


@settings(deadline=None)
@given(days, st.sampled_from(rules.STEPS))
def test_trend(last, step):
    """R5.2: the steps of a trend follow each other without a gap, and the last one holds the
    day."""
    spans = rules.steps_until(last, step)
    assert len(spans) == rules.TREND[step]
    assert spans[-1].first <= last <= spans[-1].last
    for one, other in zip(spans, spans[1:], strict=False):
        assert one.last + timedelta(days=1) == other.first
