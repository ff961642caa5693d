"""Unusual movement: is something more frequent now than it was before, or is it chance?

Two periods, each with a number of events (comebacks, complaints) and an exposure (jobs done,
orders). Were the rate the same in both, then each of all events would have fallen into the present
period with the probability of its share of the exposure, whatever that rate is. The chance of so
many or more is the upper tail of a binomial distribution: the exact conditional test of two
Poisson rates, J. Przyborowski and H. Wilenski, "Homogeneity of results in testing samples from
Poisson series", Biometrika 31 (1940) 313-323. It is exact for small numbers, needs no normal
distribution and no estimate of a variance, and it knows how little a short past says.

Many subjects are looked at at once. The chance of a false alarm among all of them together is kept
by the correction for discrete data of R. E. Tarone, "A modified Bonferroni method for discrete
data", Biometrics 46 (1990) 515-522: subjects that are too rare to be unusual cost nothing.
"""

from math import exp, fsum, lgamma, log, log1p
from typing import NamedTuple

# Fewer events than these prove nothing, however rare they were before.
LEAST_EVENTS = 3
# Fewer units of exposure than these are no past to compare with.
LEAST_EXPOSURE = 10
# What is sure but small is not worth a person's time.
LEAST_RATIO = 1.5


class Period(NamedTuple):
    """So many events in so many jobs or orders."""

    events: int
    exposure: float

    @property
    def rate(self):
        """Events per unit of exposure, or None where there is no data."""
        return self.events / self.exposure if self.exposure else None


class Movement(NamedTuple):
    """A subject that moved: its two :class:`Period` and the chance of it by mere accident."""

    now: Period
    before: Period
    chance: float

    @property
    def ratio(self):
        """How many times as frequent it is now; None where it never happened before."""
        return self.now.rate / self.before.rate if self.before.events else None


def tail(events, total, share):
    """Return the probability that ``events`` or more of ``total`` fall where each falls with
    probability ``share`` (0 < share < 1)."""
    if events <= 0:
        return 1.0
    if events > total:
        return 0.0
    yes, no = log(share), log1p(-share)
    ways = lgamma(total + 1)
    return min(1.0, fsum(
        exp(ways - lgamma(k + 1) - lgamma(total - k + 1) + k * yes + (total - k) * no)
        for k in range(events, total + 1)
    ))


def _is_comparable(now, before):
    return now.exposure > 0 and before.exposure >= LEAST_EXPOSURE


def _share(now, before):
    return now.exposure / (now.exposure + before.exposure)


def judge(now, before):
    """Return the chance of at least so many events now if nothing had changed; None where there
    is too little to say anything, or nothing that matters.

    :param now, before: :class:`Period`.
    """
    if not _is_comparable(now, before) or now.events < LEAST_EVENTS:
        return None
    if now.rate < LEAST_RATIO * before.events / before.exposure:
        return None
    return tail(now.events, now.events + before.events, _share(now, before))


def least_chance(now, before):
    """Return the smallest chance that :func:`judge` could have found, of as many events in all."""
    total = now.events + before.events
    if not _is_comparable(now, before) or total < LEAST_EVENTS:
        return 1.0
    return _share(now, before) ** total


def threshold(chances, false_rate):
    """Return the chance below which a subject counts as unusual, so that the probability of one
    false alarm or more is at most ``false_rate``.

    :param chances: the :func:`least_chance` of each subject.
    """
    ranked = sorted(chances)
    for count in range(1, len(ranked) + 1):
        # At most ``count`` subjects can be unusual at this level: it is paid for so many.
        if len(ranked) == count or ranked[count] > false_rate / count:
            return false_rate / count
    return false_rate


def find_movements(series, false_rate):
    """Return ``{subject: Movement}`` of what is unusually frequent now.

    :param series: ``{subject: (now, before)}``, each a :class:`Period`.
    :param false_rate: the accepted probability that there is any false alarm among them all.
    """
    limit = threshold([least_chance(*periods) for periods in series.values()], false_rate)
    found = {}
    for subject, (now, before) in series.items():
        chance = judge(now, before)
        if chance is not None and chance <= limit:
            found[subject] = Movement(now, before, chance)
    return found
