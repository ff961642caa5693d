"""What skills planned work takes, beside what those who have them can give: without records.

Moments are the whole numbers of :mod:`.intervals`.
"""

from typing import NamedTuple

from .intervals import EVER, Work


class Demand(NamedTuple):
    """A job in the time looked at."""

    key: object
    needs: frozenset  # of (skill, level): the level that is enough
    booked: float  # hours that technicians are booked for it
    waiting: float  # hours that nobody is booked for


class Person(NamedTuple):
    """A technician."""

    key: object
    skills: dict  # {skill: [(level, since, until)]}; None stands for no end
    work: Work  # working time
    held: Work  # when held for jobs


class Row(NamedTuple):
    """One skill at one level."""

    skill: object
    level: float
    jobs: tuple
    people: tuple
    booked: float  # hours of the jobs that are booked
    waiting: float  # hours of the jobs that are not
    available: float  # hours that the people work
    taken: float  # hours of these they are held for, for whatever job

    @property
    def free(self):
        """Return the hours in which the people work and are held for nothing."""
        return max(self.available - self.taken, 0.0)

    @property
    def gap(self):
        """Return the hours that wait and that nobody who is able has free."""
        return max(self.waiting - self.free, 0.0)


def hours(work):
    """Return the hours of a :class:`~.intervals.Work`."""
    return (work.done[-1] if work.done else 0) / 3600


def weigh_skills(demands, people, start, stop):
    """Return a :class:`Row` for each skill and level that ``demands`` need, the largest gap
    first.

    Each skill is looked at by itself: who has two of them is counted for both. A skill counts
    only while it is valid, so a certification that ends on the way gives the hours before.
    """
    window = Work([(start, stop)])
    asked = {}
    for demand in demands:
        for need in demand.needs:
            asked.setdefault(need, []).append(demand)
    rows = []
    for (skill, level), own in asked.items():
        able, available, taken = [], 0.0, 0.0
        for person in people:
            valid = _get_valid(person, skill, level) & window
            if not valid.starts:
                continue
            able.append(person.key)
            work = person.work & valid
            available += hours(work)
            taken += hours(work & person.held)
        rows.append(
            Row(
                skill, level, tuple(demand.key for demand in own), tuple(able),
                sum(demand.booked for demand in own), sum(demand.waiting for demand in own),
                available, taken,
            )
        )
    return sorted(rows, key=lambda row: (-row.gap, -(row.booked + row.waiting)))


def _get_valid(person, skill, level):
    return Work(
        (-EVER if since is None else since, EVER if until is None else until)
        for known, since, until in person.skills.get(skill, ())
        if known >= level
    )
