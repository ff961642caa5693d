"""Figures of a quality report: shares that know their denominator, periods, and a Pareto."""

from datetime import timedelta
from typing import NamedTuple


class Share(NamedTuple):
    """So many of so many. Of none is no data: neither 0 % nor 100 %."""

    part: int
    whole: int

    @property
    def percent(self):
        """The share in percent, or None where there is no data."""
        return 100.0 * self.part / self.whole if self.whole else None


def change(now, before):
    """Return by how many percentage points a :class:`Share` has changed; None without data."""
    if now.percent is None or before.percent is None:
        return None
    return now.percent - before.percent


def previous_period(first, last):
    """Return the first and last day of the period of equal length that ends before ``first``."""
    days = (last - first).days + 1
    return first - timedelta(days=days), first - timedelta(days=1)


class Bar(NamedTuple):
    """One cause of a Pareto: how often, its width against the most frequent one in percent, and
    the share of all that it and those before it make, in percent."""

    label: str
    count: int
    width: float
    cumulated: float


def pareto(counts, limit=10):
    """Return the :class:`Bar` of the most frequent ``{label: count}``, the most frequent first.

    At most ``limit`` bars; the shares are those of all causes, shown or not.
    """
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    total, most, seen, bars = sum(counts.values()), max(counts.values(), default=0), 0, []
    for label, count in ranked[:limit]:
        seen += count
        bars.append(Bar(label, count, 100.0 * count / most, 100.0 * seen / total))
    return bars
