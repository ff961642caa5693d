"""How satisfied customers are, each figure with what it is a share of.

CSAT: share of the scores of 4 or 5 among the valid answers. NPS: per cent of 9 and 10 minus per
cent of 0 to 6 (Reichheld, "The One Number You Need to Grow", 2003). A share of nothing is no data,
never 0 % and never 100 %.
"""

from typing import NamedTuple

# From this score of 1 to 5 on, a customer is satisfied.
SATISFIED = 4


class Share(NamedTuple):
    """``part`` of ``whole``, both counted."""

    part: int
    whole: int

    @property
    def percent(self):
        """Return the share in per cent, None where there is no data."""
        return 100 * self.part / self.whole if self.whole else None


class Promoters(NamedTuple):
    """How many would recommend the shop, and how many warn of it, among so many answers."""

    promoters: int
    detractors: int
    answers: int

    @property
    def nps(self):
        """Return the Net Promoter Score from -100 to 100, None where there is no data."""
        if not self.answers:
            return None
        return 100 * (self.promoters - self.detractors) / self.answers


def csat(scores):
    """Return the :class:`Share` of satisfied customers; ``scores`` of 0 or None are no answer."""
    valid = [score for score in scores if score]
    return Share(sum(score >= SATISFIED for score in valid), len(valid))


def mean(scores):
    """Return the mean of the valid ``scores``, None where there is none."""
    valid = [score for score in scores if score]
    return sum(valid) / len(valid) if valid else None


def recommend_kind(score):
    """Return what a ``score`` of 0 to 10 makes the customer, see NPS."""
    if score >= 9:
        return "promoter"
    return "passive" if score >= 7 else "detractor"


def promoters(kinds):
    """Return the :class:`Promoters` among ``kinds``; None or False is no answer."""
    valid = [kind for kind in kinds if kind]
    return Promoters(valid.count("promoter"), valid.count("detractor"), len(valid))
