"""Planning several cars anew, so that as few as possible are late; without records.

The order in which cars are given their places decides who waits. Several such orders are tried,
then cars are moved to the front or to the back of it as long as that helps. Where ``ortools`` is
installed, :mod:`optimise` looks for something better.
"""

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


# Passes over the cars; each one costs a plan of all cars per car that is moved.
PASSES = 4
# With more cars only the late ones are moved: somebody waits for the answer.
FEW = 30


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


def replan(planner, cars):
    """Return ``({key: Plan}, Score)``, the best that the rules find.

    :param planner: :class:`Planner` in which nothing is held for ``cars``; it is not changed.
    """
    best = None
    for rule in RULES:
        turn = sorted(cars, key=rule)
        plans = plan_in_turn(planner, turn)
        found = (rate_plans(cars, plans), turn, plans)
        if best is None or found[0] < best[0]:
            best = found
    for _pass in range(PASSES):
        better = _move(planner, cars, best)
        if better is best:
            break
        best = better
    return best[2], best[0]


def _move(planner, cars, best):
    """Return what is better than ``best`` by taking one car first or last, else ``best``."""
    start = best
    for car in start[1]:
        finish = start[2][car.key].finish
        is_late = finish is None or finish > car.due
        if not is_late and len(cars) > FEW:
            continue
        others = [other for other in best[1] if other is not car]
        for turn in ([*others, car], [car, *others]):
            plans = plan_in_turn(planner, turn)
            score = rate_plans(cars, plans)
            if score < best[0]:
                best = (score, turn, plans)
    return best
