"""The best way to plan a day anew, found by an optimiser where one is installed.

A car is either ready in time or it is not. For those in time every job chooses one of the places
it could have: a start on a grid of quarter hours and one resource for each of its needs. No two
choices hold a resource at once, the jobs of a car follow each other, and as many cars as possible
are in time, those of waiting customers above all. The others then take what is left.
"""

from importlib import import_module
from itertools import product

from .intervals import earliest
from .planner import AS_IT_IS, Plan, Step
from .replan import copy_planner, count_hopeless, plan_in_turn, rate_plans, replan

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
    """Return ``({key: Plan}, Score, whether fewer late cars are proven impossible)``.

    Never worse than :func:`replan`, which is what is returned where no optimiser is installed
    or the day is too large for it.

    :param seconds: how long may be looked; the rules take half of it at most.
    :param until: latest moment at which a job may start.
    """
    plans, score = replan(planner, cars, seconds / 2)
    if score.late + score.unplanned <= count_hopeless(planner, cars):
        return plans, score, True
    solver = get_solver()
    choices = solver and _list_choices(planner, cars, until)
    if not choices or sum(map(len, choices.values())) > MOST_CHOICES:
        return plans, score, False
    found, proven = _solve(solver, planner, cars, choices, seconds / 2)
    if found is not None and rate_plans(cars, found) < score:
        return found, rate_plans(cars, found), proven
    return plans, score, proven


def _list_choices(planner, cars, until):
    """Return ``{(car key, number of the job): [(start, stop, [(need, resource, work)])]}`` of
    places in which the car can be ready in time."""
    choices = {}
    for car in cars:
        for number, job in enumerate(car.jobs):
            first = max(planner.now, car.since or planner.now, AS_IT_IS.ready(job))
            found = choices[car.key, number] = []
            for combination in product(*(planner.candidates(need) for need in job.needs)):
                found += _list_starts(planner, job, combination, first, min(until, car.due))
            choices[car.key, number] = [choice for choice in found if choice[1] <= car.due]
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


def _solve(solver, planner, cars, choices, seconds):
    """Return ``({key: Plan} or None, whether it is proven)``."""
    model = solver.CpModel()
    in_time = {car.key: model.new_bool_var("") for car in cars}
    chosen, taken = {}, {}
    for key, found in choices.items():
        chosen[key] = [model.new_bool_var("") for _choice in found]
        model.add(sum(chosen[key]) == in_time[key[0]])
        for wanted, (start, stop, held) in zip(chosen[key], found, strict=True):
            interval = model.new_optional_fixed_size_interval_var(start, stop - start, wanted, "")
            for _need, resource, _work in held:
                taken.setdefault(resource.key, []).append(interval)
    for intervals in taken.values():
        model.add_no_overlap(intervals)
    for car in cars:
        keys = [(car.key, number) for number in range(len(car.jobs))]
        for before, after in zip(keys, keys[1:], strict=False):
            stop = _weigh(chosen[before], choices[before], 1)
            model.add(stop <= _weigh(chosen[after], choices[after], 0))
    model.maximize(
        sum((len(cars) + 1 if car.is_waiting else 1) * in_time[car.key] for car in cars)
    )
    engine = solver.CpSolver()
    engine.parameters.max_time_in_seconds = seconds
    engine.parameters.num_workers = 1
    engine.parameters.random_seed = 1
    status = engine.solve(model)
    if status not in (solver.OPTIMAL, solver.FEASIBLE):
        return None, False
    picked = {
        key: choice
        for key, found in choices.items()
        for wanted, choice in zip(chosen[key], found, strict=True)
        if engine.value(wanted)
    }
    return _complete(planner, cars, picked), status == solver.OPTIMAL


def _weigh(wanted, found, edge):
    """Return the start (0) or the stop (1) of the choice that is made, as an expression."""
    return sum(choice[edge] * literal for literal, choice in zip(wanted, found, strict=True))


def _complete(planner, cars, picked):
    """Return the plans of all cars: those that were picked, and the rest around them."""
    shop, plans = copy_planner(planner), {}
    twins = {resource.key: resource for resource in shop.resources}
    for car in cars:
        if (car.key, 0) not in picked:
            continue
        steps = []
        for number, job in enumerate(car.jobs):
            start, stop, held = picked[car.key, number]
            rows = tuple((need, twins[r.key], work.cut(start, stop)) for need, r, work in held)
            steps.append(Step(job, start, stop, rows))
        plans[car.key] = Plan(tuple(steps), steps[-1].stop)
        shop.hold(plans[car.key])
    late = sorted(
        (car for car in cars if car.key not in plans), key=lambda c: (not c.is_waiting, c.due)
    )
    return plans | plan_in_turn(shop, late)
