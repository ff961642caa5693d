"""How long work takes, from how long it took: arithmetic without records."""

from math import sqrt

# Jobs that must have been clocked before their hours say more than the catalogue.
ENOUGH = 8
# Without history: what the allowed hours are multiplied by for the plan, and at worst.
UNKNOWN = (1.2, 1.5)
# A mistake in the clocks must not plan a week for an oil change, nor a minute.
LEAST, MOST = 0.5, 3.0


def choose_factors(*histories):
    """Return ``(planned, at worst)``: by what the allowed hours are multiplied.

    :param histories: ``(number of jobs, (lower quantile, upper quantile))`` of actual hours /
        allowed hours, or None; the closest first: the operation's own, then the whole shop's.
    """
    for history in histories:
        if history and history[0] >= ENOUGH:
            return tuple(min(max(ratio, LEAST), MOST) for ratio in history[1])
    return UNKNOWN


def combine(spreads):
    """Return how much longer several jobs take together at worst than planned.

    Jobs do not all take longest on the same day: independent spreads add up like the sides of a
    right angle.

    :param spreads: of each job, what it takes at worst more than planned.
    """
    return sqrt(sum(spread * spread for spread in spreads))
