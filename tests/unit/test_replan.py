"""Planning several cars anew: as few late as possible, and never two in one place."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from .modules import load
from .test_planner import END, check_plan, few, jobs, moments, planner_rules, resources

replan_rules = load("service_advisor/tools/replan.py")
optimise_rules = load("service_advisor/tools/optimise.py")


@st.composite
def cars(draw):
    chains = draw(st.lists(jobs(), min_size=1, max_size=3))
    return [
        replan_rules.Car(number, tuple(chain), draw(st.integers(0, END)), draw(st.booleans()))
        for number, chain in enumerate(chains)
    ]


def check_apart(shop, found, plans):
    """No two plans hold a resource at the same moment."""
    taken = set()
    for car in found:
        check_plan(shop, car.jobs, plans[car.key], 0)
        for step in plans[car.key].steps if plans[car.key].finish is not None else ():
            for _need, resource, pairs in step.held:
                own = {(resource.key, moment) for moment in moments(pairs)}
                assert not own & taken
                taken |= own


@few
@given(resources(), cars())
def test_plans_anew(shop, found):
    """R2.1: plans that can be carried out, no worse than one promise after the other, and the
    workshop itself is left as it is."""
    for resource, twin in zip(shop, replan_rules.copy_planner(
        planner_rules.Planner(shop, 0)).resources, strict=True):
        assert resource.busy == twin.busy and resource.busy is not twin.busy
    before = [[*resource.busy] for resource in shop]
    planner = planner_rules.Planner(shop, 0)
    plans, score = replan_rules.replan(planner, found)
    assert [[*resource.busy] for resource in shop] == before
    by_key = {resource.key: resource for resource in shop}
    plans = {
        key: plan._replace(
            steps=tuple(
                step._replace(
                    held=tuple((need, by_key[r.key], pairs) for need, r, pairs in step.held)
                )
                for step in plan.steps
            )
        )
        for key, plan in plans.items()
    }
    check_apart(shop, found, plans)
    assert score == replan_rules.rate_plans(found, plans)
    turn = sorted(found, key=lambda car: (not car.is_waiting, car.due))
    assert score <= replan_rules.rate_plans(found, replan_rules.plan_in_turn(planner, turn))


@few
@given(resources(), cars())
def test_no_turn_is_much_better(shop, found):
    """R2.1: of up to three cars the search finds the best turn there is."""
    planner = planner_rules.Planner(shop, 0)
    _plans, score = replan_rules.replan(planner, found)
    best = min(
        replan_rules.rate_plans(found, replan_rules.plan_in_turn(planner, turn))
        for turn in permutations(found)
    )
    assert best <= score
    assert score[:3] == best[:3]


def test_without_an_optimiser_the_rules_decide(monkeypatch):
    """R2.1: the optimiser is optional; without it the same plan comes from the rules."""
    work = planner_rules.Work([(0, 40)])
    shop = [planner_rules.Resource("Wang", "technician", work)]
    person = (planner_rules.Need("technician"),)
    found = [
        replan_rules.Car(number, (planner_rules.Job(number, size, person),), due)
        for number, (size, due) in enumerate([(6, 6), (2, 7), (2, 8)])
    ]
    planner = planner_rules.Planner(shop, 0)
    monkeypatch.setattr(optimise_rules, "get_solver", lambda: None)
    plans, score, _proven = optimise_rules.optimise(planner, found, 1, 40)
    # One has to be late; the one in the middle is so by the least, and no rule takes it last.
    assert (score.late, score.lateness) == (1, 3)
    assert [plans[number].finish for number in range(3)] == [6, 10, 8]
