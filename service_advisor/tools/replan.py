"""Planning several cars anew, so that as few as possible are late; without records.

The order in which cars are given their places, the turn, decides who waits. Several turns are
tried, then single cars are moved in it as long as that helps (an iterated local search). Where
``ortools`` is installed, :mod:`optimise` looks for something better.
"""

import random
import time
from typing import NamedTuple

from .planner import AS_IT_IS, Planner, Resource


class Car(NamedTuple):
    """The jobs of a car that may be given other times."""

    key: object
    jobs: tuple
    due: int  # promised
    is_waiting: bool = False  # the customer stays until it is ready
    since: int | None = None  # work on it that is not moved ends then


class Score(NamedTuple):
    """What is better is smaller, the first first."""

    unplanned: int
    waiting_late: int
    late: int
    lateness: int
    finishes: int


# So many cars are planned altogether: 500 turns of eight cars, a good half of a second.
TRIES = 4000
# So many cars change their places before one climbs again.
KICKS = 2


def copy_planner(planner):
    """Return a planner with the same resources, held for the same; what one holds from now on
    the other does not see."""
    copies = []
    for resource in planner.resources:
        copy = Resource(resource.key, resource.kind, resource.work, (), resource.traits)
        copy.name = resource.name
        for own, other in ((copy.busy, resource.busy), (copy.firm, resource.firm)):
            own.starts, own.stops = other.starts[:], other.stops[:]
        copies.append(copy)
    return Planner(copies, planner.now)


def plan_in_turn(planner, cars):
    """Return ``{key: Plan}`` of cars that take their places one after the other."""
    shop, plans = copy_planner(planner), {}
    for car in cars:
        plan = shop.plan(car.jobs, AS_IT_IS, car.since)
        if plan.finish is not None:
            shop.hold(plan)
        plans[car.key] = plan
    return plans


def rate(cars, finishes_of):
    """Return the :class:`Score` of finishes, ``{key: moment or None}``."""
    unplanned = waiting_late = late = lateness = finishes = 0
    for car in cars:
        finish = finishes_of[car.key]
        if finish is None:
            unplanned += 1
            continue
        finishes += finish
        if finish > car.due:
            late += 1
            waiting_late += car.is_waiting
            lateness += finish - car.due
    return Score(unplanned, waiting_late, late, lateness, finishes)


def rate_plans(cars, plans):
    """Return the :class:`Score` of plans, ``{key: Plan}``."""
    return rate(cars, {key: plan.finish for key, plan in plans.items()})


def _total(car):
    return sum(job.duration for job in car.jobs)


# Earliest promise, least slack, shortest work: each behind those whose customers wait.
RULES = (
    lambda car: (not car.is_waiting, car.due),
    lambda car: (not car.is_waiting, car.due - _total(car)),
    lambda car: (not car.is_waiting, _total(car)),
)


def count_hopeless(planner, cars):
    """Return how many of ``cars`` would not be in time even if each had the shop to itself."""
    alone = [planner.plan(car.jobs, AS_IT_IS, car.since).finish for car in cars]
    return sum(
        finish is None or finish > car.due for finish, car in zip(alone, cars, strict=True)
    )


def replan(planner, cars, seconds=None):
    """Return ``({key: Plan}, Score)``, the best that is found.

    The best of the rules is improved by giving single cars another place in the turn, and two
    cars each other's, until nothing of that helps; then from there again after some cars were
    shuffled. It ends when no fewer cars can be late, and after :data:`TRIES` in any case.

    :param planner: :class:`Planner` in which nothing is held for ``cars``; it is not changed.
    :param seconds: how long it may look; as long as it takes by default.
    """
    search = Search(planner, cars, seconds)
    best = min((search.rate(sorted(cars, key=rule)) for rule in RULES), key=lambda one: one.score)
    best = search.climb(best)
    if best.score.late + best.score.unplanned:
        fewest = count_hopeless(planner, cars)
        here = best  # of equal ones the first is returned, and the last is gone on from
        while not search.is_over() and best.score.late + best.score.unplanned > fewest:
            other = search.climb(search.rate(search.shuffle(here.turn)))
            here = min(other, here, key=lambda one: one.score)
            best = min(best, here, key=lambda one: one.score)
    return best.plans, best.score


class Found(NamedTuple):
    score: Score
    turn: list  # of Car
    plans: dict  # {key: Plan}


class Search:
    """Looks for a better turn of ``cars``, from a fixed seed: asked twice it says the same."""

    def __init__(self, planner, cars, seconds):
        self.planner, self.cars = planner, cars
        self.left = max(TRIES // max(len(cars), 1), len(cars))
        self.end = seconds and time.monotonic() + seconds
        self.draw = random.Random(len(cars))

    def is_over(self):
        return self.left <= 0 or bool(self.end and time.monotonic() > self.end)

    def rate(self, turn):
        """Return what comes of ``turn``, a list of all cars."""
        self.left -= 1
        plans = plan_in_turn(self.planner, turn)
        return Found(rate_plans(self.cars, plans), turn, plans)

    def climb(self, best):
        """Return the best that is reached from ``best`` by single changes that each help."""
        found = None
        while found is not best and not self.is_over():
            found = best
            for turn in self._list_neighbours(best.turn):
                other = self.rate(turn)
                if other.score < best.score:
                    best = other
                if best is not found or self.is_over():
                    break
        return best

    def _list_neighbours(self, turn):
        """Return the turns in which one car has another place, or two have changed places, in
        any order."""
        places = range(len(turn))
        changes = [(take, put) for take in places for put in places if put not in (take, take - 1)]
        changes += [(one, other, None) for one in places for other in places[one + 2 :]]
        self.draw.shuffle(changes)
        for one, other, *is_swap in changes:
            changed = turn[:]
            if is_swap:
                changed[one], changed[other] = turn[other], turn[one]
            else:
                changed.insert(other, changed.pop(one))
            yield changed

    def shuffle(self, turn):
        """Return ``turn`` with :data:`KICKS` cars taken out and put in somewhere else."""
        turn = turn[:]
        for _car in range(KICKS):
            car = turn.pop(self.draw.randrange(len(turn)))
            turn.insert(self.draw.randrange(len(turn) + 1), car)
        return turn
