"""The best way to plan a day anew, found by an optimiser where one is installed.

Every job chooses one of the places it could have: a start on a grid of quarter hours and one
resource for each of its needs. No two choices hold a resource at once, the jobs of a car follow
each other, and first the late cars, then their lateness are made as small as possible.
"""

from importlib import import_module
from itertools import product

from .intervals import earliest
from .planner import AS_IT_IS, Plan, Step
from .replan import rate_plans, replan

GRID = 900
# More choices than these take longer than anybody waits.
MOST_CHOICES = 40000


def get_solver():
    """Return the module of the optimiser, or None where it is not installed."""
    try:
        return import_module("ortools.sat.python.cp_model")
    except ImportError:
        return None


def optimise(planner, cars, seconds, until):
    """Return ``({key: Plan}, Score, whether it is proven to be the best)``.

    Never worse than :func:`replan`, which is what is returned where no optimiser is installed
    or the day is too large for it.

    :param seconds: how long the optimiser may look.
    :param until: latest moment at which a job may start.
    """
    plans, score = replan(planner, cars)
    solver = get_solver()
    if solver is None or score.late + score.unplanned == 0:
        return plans, score, score.late + score.unplanned == 0
    choices = _list_choices(planner, cars, until)
    if choices is None or sum(map(len, choices.values())) > MOST_CHOICES:
        return plans, score, False
    found, proven = _solve(solver, cars, choices, seconds)
    if found is not None and rate_plans(cars, found) < score:
        return found, rate_plans(cars, found), proven
    return plans, score, proven


def _list_choices(planner, cars, until):
    """Return ``{(car key, number of the job): [(start, stop, [(need, resource, work)])]}``; None
    where a job has none."""
    choices = {}
    for car in cars:
        for number, job in enumerate(car.jobs):
            first = max(planner.now, car.since or planner.now, AS_IT_IS.ready(job))
            found = []
            for combination in product(*(planner.candidates(need) for need in job.needs)):
                found += _list_starts(planner, job, combination, first, until)
            if not found:
                return None
            choices[car.key, number] = found
    return choices


def _list_starts(planner, job, combination, first, until):
    """Return the choices of one combination of resources, one per step of the grid."""
    common = None
    for _resource, work, _fit in combination:
        common = planner.intersect(common, work)
    busies = [resource.busy for resource, _work, _fit in combination]
    held = [
        (need, resource, work)
        for need, (resource, work, _fit) in zip(job.needs, combination, strict=True)
    ]
    found, moment = [], -(-first // GRID) * GRID
    while moment <= until:
        span = earliest(common, busies, moment, job.duration)
        if span is None or span[0] > until:
            break
        found.append((*span, held))
        moment = (span[0] // GRID + 1) * GRID
    return found


def _solve(solver, cars, choices, seconds):
    """Return ``({key: Plan} or None, whether it is proven)``."""
    model = solver.CpModel()
    chosen, taken = {}, {}
    for key, found in choices.items():
        chosen[key] = [model.new_bool_var("") for _choice in found]
        model.add_exactly_one(chosen[key])
        for wanted, (start, stop, held) in zip(chosen[key], found, strict=True):
            interval = model.new_optional_fixed_size_interval_var(start, stop - start, wanted, "")
            for _need, resource, _work in held:
                taken.setdefault(resource.key, []).append(interval)
    for intervals in taken.values():
        model.add_no_overlap(intervals)
    latest = max(stop for found in choices.values() for _start, stop, _held in found)
    late_cars, lateness = [], []
    for car in cars:
        starts = [_weigh(chosen[car.key, n], choices[car.key, n], 0) for n in range(len(car.jobs))]
        stops = [_weigh(chosen[car.key, n], choices[car.key, n], 1) for n in range(len(car.jobs))]
        for before, after in zip(stops, starts[1:], strict=False):
            model.add(before <= after)
        late, beyond = model.new_bool_var(""), model.new_int_var(0, max(0, latest - car.due), "")
        model.add(stops[-1] <= car.due + beyond)
        model.add(beyond == 0).only_enforce_if(~late)
        late_cars.append(late * (len(cars) + 1 if car.is_waiting else 1))
        lateness.append(beyond)
    # One late car is worse than all lateness that there can be.
    model.minimize(sum(late_cars) * (len(cars) * max(1, latest) + 1) + sum(lateness))
    engine = solver.CpSolver()
    engine.parameters.max_time_in_seconds = seconds
    engine.parameters.num_workers = 1
    engine.parameters.random_seed = 1
    status = engine.solve(model)
    if status not in (solver.OPTIMAL, solver.FEASIBLE):
        return None, False
    picked = {
        key: found[next(n for n, wanted in enumerate(chosen[key]) if engine.value(wanted))]
        for key, found in choices.items()
    }
    return _to_plans(cars, picked), status == solver.OPTIMAL


def _weigh(wanted, found, edge):
    """Return the start (0) or the stop (1) of the choice that is made, as an expression."""
    return sum(choice[edge] * literal for literal, choice in zip(wanted, found, strict=True))


def _to_plans(cars, picked):
    plans = {}
    for car in cars:
        steps = []
        for number, job in enumerate(car.jobs):
            start, stop, held = picked[car.key, number]
            steps.append(
                Step(
                    job,
                    start,
                    stop,
                    tuple((need, resource, work.cut(start, stop)) for need, resource, work in held),
                )
            )
        plans[car.key] = Plan(tuple(steps), steps[-1].stop)
    return plans
