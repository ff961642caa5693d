"""The promise engine beside an oracle that tries everything, moment by moment."""

from itertools import product

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from .modules import load

intervals = load("service_advisor/tools/intervals.py")
planner_rules = load("service_advisor/tools/planner.py")
reasons = load("service_advisor/tools/planner_reason.py")

Need, Part, Job = planner_rules.Need, planner_rules.Part, planner_rules.Job
DAYS, DAY = 3, 7
END = DAYS * DAY
KINDS = ("technician", "bay", "tool")
PERSON, BAY, TOOL = (Need(kind) for kind in KINDS)
EXPERT = Need("technician", frozenset([("skill", 2)]))
PAIRS = st.lists(st.tuples(st.integers(0, END), st.integers(1, 5)), max_size=4)


def moments(pairs):
    return {moment for start, stop in pairs for moment in range(start, stop)}


# An oracle is slow; so many cases a run, other ones every time.
few = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


# ---- stretches -----------------------------------------------------------------------------


@few
@given(PAIRS, PAIRS, st.integers(0, END), st.integers(0, 10))
def test_stretches_are_sets_of_moments(mine, theirs, start, length):
    """R2.1: joining, cutting and intersecting time is that of the sets of its moments, and what
    is kept is sorted and apart."""
    mine = [(begin, begin + size) for begin, size in mine]
    theirs = [(begin, begin + size) for begin, size in theirs]
    work, other = intervals.Work(mine), intervals.Work(theirs)
    assert moments(work) == moments(mine)
    assert all(stop < start for stop, start in zip(work.stops, work.starts[1:], strict=False))
    assert moments(work & other) == moments(mine) & moments(theirs)
    assert moments(work.cut(start, start + length)) == moments(mine) & set(
        range(start, start + length)
    )
    assert work.done == [len(moments([*work][: index + 1])) for index in range(len(work.starts))]
    assert moments(work.without(theirs)) == moments(mine) - moments(theirs)
    busy = intervals.Busy(mine)
    for begin, end in theirs:
        busy.add(begin, end)
    assert busy == intervals.Busy([*mine, *theirs])


@few
@given(PAIRS, st.integers(0, END), st.integers(1, 10))
def test_walking_counts_worked_moments(pairs, since, amount):
    """R2.1: an amount of work takes the first so many worked moments."""
    work = intervals.Work((begin, begin + size) for begin, size in pairs)
    worked = sorted(moment for moment in moments(work) if moment >= since)[:amount]
    expected = (worked[0], worked[-1] + 1) if len(worked) == amount else None
    assert work.walk(since, amount) == expected


# ---- plans ---------------------------------------------------------------------------------

shifts = st.sampled_from([(0, 5), (1, 6), (2, 4), (0, 7)])


@st.composite
def resources(draw):
    """A small shop: its technicians, bays and a tool, with shifts, leaves and bookings."""
    found = []
    for kind, most in zip(KINDS, (3, 2, 1), strict=True):
        for number in range(draw(st.integers(1, most))):
            begin, end = draw(shifts)
            off = draw(st.sets(st.integers(0, DAYS - 1), max_size=1))
            work = intervals.Work(
                (day * DAY + begin, day * DAY + end) for day in range(DAYS) if day not in off
            )
            bookings = [
                (start, start + size, draw(st.booleans())) for start, size in draw(PAIRS)
            ]
            traits = {}
            if kind == "technician" and draw(st.booleans()):
                until = draw(st.sampled_from([None, None, END // 2]))
                traits["skill"] = [(draw(st.integers(1, 2)), None, until)]
            found.append(
                planner_rules.Resource(
                    f"{kind}{number}", kind, work, bookings, traits, f"{kind} {number}"
                )
            )
    return found


needs = st.sampled_from(
    [(PERSON,), (EXPERT,), (PERSON, BAY), (EXPERT, BAY), (PERSON, BAY, TOOL), (BAY,)]
)


@st.composite
def jobs(draw):
    """The jobs of one car, and the parts they wait for; two may wait for the same one."""
    arrivals = st.integers(0, END // 2)
    parts = [
        Part(key, draw(arrivals), place_at=draw(st.none() | arrivals)) for key in ("disc", "pad")
    ]
    awaited = st.sets(st.sampled_from(parts)).map(tuple)
    return [
        Job(number, draw(st.integers(1, 4)), draw(needs), draw(awaited))
        for number in range(draw(st.integers(1, 2)))
    ]


def worked(resource, need):
    """The moments in which a resource works and is fit, counted here once more."""
    found = moments(resource.work)
    for trait, least in need.traits:
        found = {
            moment
            for moment in found
            if any(
                level >= least and (until is None or moment < until)
                for level, _since, until in resource.traits.get(trait, ())
            )
        }
    return found


def oracle(shop, chain, now):
    """Return the earliest finish over every start and every combination of every job, or None.

    Every finish of a job is followed up, not only its earliest one.
    """
    reached = {now}
    for job in chain:
        ready = max([0, *(part.at for part in job.parts)])
        candidates = [
            [
                (worked(resource, need), moments(resource.busy))
                for resource in shop
                if resource.kind == need.kind and worked(resource, need)
            ]
            for need in job.needs
        ]
        finishes = set()
        for combination in product(*candidates):
            work = set.intersection(*(own for own, _busy in combination))
            busy = set().union(*(held for _own, held in combination))
            for start in work:
                taken = sorted(moment for moment in work if moment >= start)[: job.duration]
                if len(taken) < job.duration or start < ready:
                    continue
                stop = taken[-1] + 1
                if not busy & set(range(start, stop)):
                    finishes.add((start, stop))
        reached = {
            stop for start, stop in finishes if any(before <= start for before in reached)
        }
    return min(reached, default=None)


def check_plan(shop, chain, plan, now):
    """Nothing overlaps, nothing is outside working time, nothing is before its parts."""
    moment = now
    for job, step in zip(chain, plan.steps, strict=False):
        assert step.job == job
        assert step.start >= max([moment, *(part.at for part in job.parts)])
        common = set(range(step.start, step.stop))
        assert [need for need, _resource, _pairs in step.held] == list(job.needs)
        for need, resource, pairs in step.held:
            assert resource in shop and resource.kind == need.kind
            assert moments(pairs) == worked(resource, need) & set(range(step.start, step.stop))
            assert not moments(resource.busy) & set(range(step.start, step.stop))
            common &= moments(pairs)
        assert len(common) == job.duration
        assert {step.start, step.stop - 1} <= common
        assert moments(step.stretches()) == common
        moment = step.stop
    assert plan.finish in (None, moment)


@few
@given(resources(), jobs(), st.integers(0, DAY))
def test_plan_is_the_earliest_of_all(shop, chain, now):
    """R2.1: as early as the best of everything that could be done, in working time, with parts,
    around what is booked; None only where nothing can be done."""
    plan = planner_rules.Planner(shop, now).plan(chain)
    assert plan.finish == oracle(shop, chain, now)
    check_plan(shop, chain, plan, now)


@few
@given(resources(), st.lists(jobs(), min_size=2, max_size=4))
def test_cars_do_not_meet(shop, cars):
    """R2.1: of several cars no two hold the same resource at once, and no car of another
    interrupts the work from its start to its stop."""
    planner = planner_rules.Planner(shop, 0)
    taken = []
    for chain in cars:
        plan = planner.plan(chain)
        check_plan(shop, chain, plan, 0)
        if plan.finish is None:
            continue
        planner.hold(plan)
        for step in plan.steps:
            for _need, resource, pairs in step.held:
                span = set(range(step.start, step.stop))
                for other, held, around in taken:
                    if other is resource:
                        assert not held & span
                        assert not around & moments(pairs)
                taken.append((resource, moments(pairs), span))


# ---- what limits ---------------------------------------------------------------------------

# As if one more of each kind were there, who can everything and works whenever one of it works.
def with_ideal(shop, need):
    same = [resource for resource in shop if resource.kind == need.kind]
    work = intervals.Work(pair for resource in same for pair in resource.work)
    traits = {trait: [(level, None, None)] for trait, level in need.traits}
    ideal = planner_rules.Resource("ideal", need.kind, work, (), traits)
    return [ideal, *shop]


def without(shop, chain, reason):
    """Return the shop and the jobs as they would be without the reason."""
    if reason.kind == "part":
        chain = [
            job._replace(parts=tuple(p for p in job.parts if p.key != reason.part.key))
            for job in chain
        ]
    elif reason.kind in ("need", "nobody"):
        shop = with_ideal(shop, reason.need)
    elif reason.kind == "closed":
        shop = [
            planner_rules.Resource(
                resource.key, resource.kind, intervals.Work([(0, 2 * END)]),
                [(start, stop, False) for start, stop in resource.busy], resource.traits,
            )
            for resource in shop
        ]
    return shop, chain


@few
@given(resources(), jobs(), st.integers(0, DAY))
@example(  # two constraints bind at once: neither alone makes the car ready earlier
    [
        planner_rules.Resource("a", kind, intervals.Work([(0, END)]), [(0, 4, False)])
        for kind in KINDS
    ],
    [Job(0, 2, (PERSON, BAY))],
    0,
)
def test_reason_is_true(shop, chain, now):
    """R1.4 R2.1: without what is named as the limit, the car would be ready earlier; where the
    engine promises no gain, several bind at once and it would at least not be later."""
    planner = planner_rules.Planner(shop, now)
    plan = planner.plan(chain)
    reason = reasons.explain(planner, chain, plan)
    other = oracle(*without(shop, chain, reason), now)
    if reason.kind in ("nobody", "full"):
        assert plan.finish is None
        assert reason.job == plan.failed
        if reason.kind == "nobody":
            assert not any(list(work) for _one, work, _fit in planner.candidates(reason.need))
    elif reason.kind == "work":
        assert plan.finish == reason.at == now + sum(job.duration for job in chain)
    elif reason.gain:
        assert other == plan.finish - reason.gain < plan.finish
        assert reason.job in chain
    else:
        assert other <= plan.finish
    if reason.kind == "part":
        assert reason.at == reason.part.at > now
    if reason.kind == "need":
        step = next(step for step in plan.steps if step.job == reason.job)
        assert reason.at == step.start
        assert (reason.need, reason.resource) in [held[:2] for held in step.held]
        assert reason.alone == (len(planner.candidates(reason.need)) == 1)


@few
@given(resources(), jobs())
def test_other_ways_are_earlier_plans(shop, chain):
    """R2.1: an alternative is a plan that can be carried out and is earlier by what was asked."""
    planner = planner_rules.Planner(shop, 0)
    plan = planner.plan(chain)
    for other in reasons.alternatives(planner, chain, plan, least=2):
        assert plan.finish is None or other.plan.finish <= plan.finish - 2
        if other.kind == "elsewhere":
            lent = [
                job._replace(
                    parts=tuple(
                        part._replace(
                            at=part.at if part.place_at is None else min(part.at, part.place_at)
                        )
                        for part in job.parts
                    )
                )
                for job in chain
            ]
            assert other.plan.finish == oracle(shop, lent, 0)
            assert all(part.place_at < part.at for part in other.parts)
        else:
            firm = [
                planner_rules.Resource(
                    r.key, r.kind, r.work, [(a, b, False) for a, b in r.firm], r.traits
                )
                for r in shop
            ]
            assert other.plan.finish == oracle(firm, chain, 0)


def test_words_of_a_day():
    """R1.4: what is named is what a person at the board would name."""
    day = intervals.Work([(8, 12), (13, 18), (32, 36), (37, 42)])

    def shop(busy_bay=(), experts=1):
        return [
            planner_rules.Resource(
                "Wang", "technician", day, traits={"skill": [(2, None, None)]}
            ),
            *(
                planner_rules.Resource(f"Li {number}", "technician", day, traits=traits)
                for number, traits in enumerate([{}] * (2 - experts))
            ),
            planner_rules.Resource("Bay 1", "bay", day, busy_bay),
        ]

    def explained(resources, *chain, now=8):
        planner = planner_rules.Planner(resources, now)
        return reasons.explain(planner, chain, planner.plan(chain))

    reason = explained(shop([(8, 14, False)]), Job(1, 2, (PERSON, BAY)))
    assert (reason.kind, reason.need, reason.at, reason.gain) == ("need", BAY, 14, 6)
    disc = Part("disc", 33, "Brake disc")
    reason = explained(shop([(8, 14, False)]), Job(1, 2, (PERSON, BAY), (disc,)))
    assert (reason.kind, reason.part, reason.gain) == ("part", disc, 19)
    planner = planner_rules.Planner(shop(), 8)
    planner.hold(planner.plan([Job(0, 9, (EXPERT,))]))
    chain = [Job(1, 1, (EXPERT, BAY))]
    reason = reasons.explain(planner, chain, planner.plan(chain))
    assert (reason.kind, reason.need, reason.alone, reason.at) == ("need", EXPERT, True, 32)
    assert reason.resource.key == "Wang"
    reason = explained(shop(), Job(1, 8, (PERSON,)), now=14)
    assert (reason.kind, reason.at) == ("closed", 32)
    reason = explained(shop(), Job(1, 2, (PERSON,)))
    assert (reason.kind, reason.at) == ("work", 10)
    reason = explained(shop(), Job(1, 2, (Need("tool"),)))
    assert (reason.kind, reason.need) == ("nobody", Need("tool"))
    until_yesterday = {"heads": [(0, None, 4)]}
    heads = planner_rules.Resource(
        "heads", "tool", intervals.Work([(8, 16), (32, 40)]), (), until_yesterday
    )
    aligned = Need("tool", frozenset([("heads", 0)]))
    reason = explained([*shop(), heads], Job(1, 2, (aligned,)))
    assert (reason.kind, reason.need) == ("nobody", aligned)
    reason = explained(shop(), Job(1, 99, (PERSON,)))
    assert reason.kind == "full"


def test_running_job_goes_on():
    """R2.1: a job that is worked on is not moved behind what is booked; it goes on now."""
    day = intervals.Work([(8, 12), (13, 18)])
    wang = planner_rules.Resource("Wang", "technician", day, [(8, 18, False)])
    planner = planner_rules.Planner([wang], 11)
    plan = planner.plan([Job(1, 2, (PERSON,), running=True)])
    assert (plan.steps[0].start, plan.finish) == (11, 14)
