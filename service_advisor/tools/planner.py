"""The promise engine: the earliest feasible plan for the jobs of a car, without records.

A job needs one resource for each of its needs: a technician with the skill, a bay of the kind,
each of its tools. All of them are held from its start to its stop, each in its own working time;
work goes on while all of them work and rests over closing times, and nothing else interrupts it.
The jobs of a car follow each other in their given order: one car stands in one place.

Because the jobs of a car never overlap, finishing each one as early as possible finishes the car
as early as possible; so the engine looks for the earliest stop of one job after the other, over
all combinations of candidates. What a resource can do alone bounds what it can do together with
others: combinations that can not be earlier than the best one found are never looked at.

Moments and durations are whole numbers (seconds), see :mod:`intervals`.
"""

from typing import NamedTuple

from .intervals import EVER, Busy, Work, earliest

ALWAYS = Work([(-EVER, EVER)])


class Need(NamedTuple):
    """What a job asks of one resource."""

    kind: str  # "technician", "bay", "tool"
    traits: frozenset = frozenset()  # of (trait, least level)
    only: object = None  # key of the one resource that was chosen


class Part(NamedTuple):
    """A part that is not on the shelf."""

    key: object
    at: int  # expected here
    name: str = ""
    place: str = ""  # where else it lies
    place_at: int | None = None  # when it would be here from there


class Job(NamedTuple):
    """A job to plan."""

    key: object
    duration: int
    needs: tuple = ()
    parts: tuple = ()
    not_before: int = -EVER
    running: bool = False  # somebody works on it: its technician goes on from now


class Step(NamedTuple):
    """When and with what a job is done."""

    job: Job
    start: int
    stop: int
    held: tuple = ()  # of (Need, Resource, [(start, stop), ...])

    def stretches(self):
        """Return ``[(start, stop)]`` in which the job is worked on: where nobody rests."""
        common = None
        for _need, _resource, pairs in self.held:
            common = Work(pairs) if common is None else common & Work(pairs)
        return [(self.start, self.stop)] if common is None else list(common)


class Plan(NamedTuple):
    """The jobs of a car one after the other; ``finish`` is None where there is no place for
    ``failed``, and then ``steps`` are those before it."""

    steps: tuple
    finish: int | None
    failed: Job | None = None
    # What who asks for them adds, see planner_reason.
    reason: object = None
    alternatives: tuple = ()
    ready: int | None = None  # finish, and what follows the work


class Resource:
    """A technician, a bay or a tool."""

    __slots__ = ("key", "kind", "name", "work", "busy", "firm", "traits")

    def __init__(self, key, kind, work, bookings=(), traits=None, name=""):
        """
        :param work: :class:`Work`: when it works, leaves taken out; shared between resources
            with the same working time.
        :param bookings: ``(start, stop, movable)``: when it is held, and whether the job that
            holds it could still be given another time.
        :param traits: ``{trait: [(level, since, until), ...]}``; since and until may be None.
        """
        self.key, self.kind, self.name, self.work = key, kind, name, work
        bookings = list(bookings)
        self.busy = Busy((start, stop) for start, stop, _movable in bookings)
        self.firm = Busy((start, stop) for start, stop, movable in bookings if not movable)
        self.traits = traits or {}

    def fit(self, need):
        """Return when this resource is fit for ``need``, working or not: None for never."""
        if need.kind != self.kind or need.only not in (None, self.key):
            return None
        fit = ALWAYS
        for trait, least in need.traits:
            valid = [
                (-EVER if since is None else since, EVER if until is None else until)
                for level, since, until in self.traits.get(trait, ())
                if level >= least
            ]
            if not valid:
                return None
            if (-EVER, EVER) not in valid:
                fit = fit & Work(valid)
        return fit


class Ease(NamedTuple):
    """What is supposed to be otherwise, to see what that would change."""

    parts: frozenset = frozenset()  # keys of parts that are here
    needs: frozenset = frozenset()  # needs that an own resource is always free for
    never_closed: bool = False
    elsewhere: bool = False  # parts come from the other place
    first: bool = False  # what can be moved makes place

    def ready(self, job):
        """Return from when on ``job`` has its parts."""
        moments = [job.not_before]
        for part in job.parts:
            if part.key in self.parts:
                continue
            other = self.elsewhere and part.place_at is not None
            moments.append(min(part.at, part.place_at) if other else part.at)
        return max(moments)


AS_IT_IS = Ease()


class Planner:
    """A shop: its resources and what they are held for."""

    def __init__(self, resources, now):
        """
        :param resources: :class:`Resource` in the order in which they are preferred.
        :param now: nothing is planned before.
        """
        self.now = now
        self.resources = list(resources)
        self._candidates, self._common, self._union = {}, {}, {}
        self._alone = {}

    # ---- plans ----------------------------------------------------------------------------

    def plan(self, jobs, ease=AS_IT_IS, since=None):
        """Return the earliest :class:`Plan` of the jobs of one car; nothing is held by it.

        :param jobs: :class:`Job` in the order of work.
        """
        moment = self.now if since is None else max(since, self.now)
        steps = []
        for job in jobs:
            step = self.place(job, moment, ease)
            if step is None:
                return Plan(tuple(steps), None, job)
            steps.append(step)
            moment = step.stop
        return Plan(tuple(steps), moment)

    def hold(self, plan, movable=False):
        """Hold the resources of ``plan``, so that the next plans see it.

        :param movable: whether a customer who waits may still take the place.
        """
        self._alone.clear()
        for step in plan.steps:
            for _need, resource, stretches in step.held:
                for start, stop in stretches:
                    resource.busy.add(start, stop)
                    if not movable:
                        resource.firm.add(start, stop)

    def place(self, job, since, ease=AS_IT_IS):
        """Return the earliest :class:`Step` of one job, or None."""
        since = max(since, ease.ready(job))
        if job.duration <= 0:
            return Step(job, since, since)
        if not job.needs:
            span = self._work_of_all(None, ease).walk(since, job.duration)
            return span and Step(job, *span)
        options = [self._get_options(need, job, ease) for need in job.needs]
        found = self._search(options, since, job.duration)
        if found is None:
            return None
        (start, stop), chosen = found
        held = tuple(
            (need, resource, work.cut(start, stop))
            for need, (resource, work, _busy) in zip(job.needs, chosen, strict=True)
        )
        return Step(job, start, stop, held)

    def candidates(self, need):
        """Return ``[(Resource, Work, when it is fit)]`` of those who are fit for ``need``, those
        first who can do the least else: the rare skill is kept for who needs it."""
        if need not in self._candidates:
            found = [(resource, resource.fit(need)) for resource in self.resources]
            self._candidates[need] = sorted(
                (
                    (resource, self.intersect(fit, resource.work), fit)
                    for resource, fit in found
                    if fit is not None
                ),
                key=lambda candidate: len(candidate[0].traits),
            )
        return self._candidates[need]

    def _get_options(self, need, job, ease):
        """Return ``[(Resource or None, Work, Busy)]``; no resource stands for an ideal one."""
        if need in ease.needs:
            return [(None, self._work_of_all(need.kind, ease), Busy())]
        options = []
        for resource, work, fit in self.candidates(need):
            busy = resource.firm if ease.first else resource.busy
            options.append(
                (resource, fit if ease.never_closed else work, Busy() if job.running else busy)
            )
        return options

    def _work_of_all(self, kind, ease=AS_IT_IS):
        """Return when any resource of ``kind`` works; of all kinds for None."""
        if ease.never_closed:
            return ALWAYS
        if kind not in self._union:
            works = {
                id(resource.work): resource.work
                for resource in self.resources
                if kind in (None, resource.kind)
            }
            self._union[kind] = Work(pair for work in works.values() for pair in work)
        return self._union[kind]

    # ---- search ---------------------------------------------------------------------------

    def _search(self, options, since, duration):
        """Return ``((start, stop), [chosen option of each need])`` with the earliest stop."""
        alone = []
        for place, candidates in enumerate(options):
            found = []
            for rank, (resource, work, busy) in enumerate(candidates):
                span = self._find_alone(resource, work, busy, since, duration)
                if span:
                    found.append((span[1], rank, span[0]))
            if not found:
                return None
            found.sort()
            alone.append((len(found), place, found))
        alone.sort()
        search = _Search(self, options, alone, duration)
        search.descend(0, None, (), since)
        if search.best is None:
            return None
        places = [place for _count, place, _found in alone]
        chosen = dict(zip(places, search.chosen, strict=True))
        return search.best, [chosen[place] for place in sorted(chosen)]

    def _find_alone(self, resource, work, busy, since, duration):
        """Return what a resource can do alone; kept, because one plan is tried in many ways."""
        if resource is None or (busy is not resource.busy and busy is not resource.firm):
            return earliest(work, (busy,), since, duration)
        key = (resource.key, busy is resource.firm, id(work), since, duration)
        if key not in self._alone:
            # The work itself is kept with it: an id is only good while it lives.
            self._alone[key] = (earliest(work, (busy,), since, duration), work)
        return self._alone[key][0]

    def intersect(self, one, other):
        """Return when both work; kept, because many resources share their working time."""
        if one is None or one is other or one is ALWAYS:
            return other
        if other is ALWAYS:
            return one
        # The works themselves are kept with it: an id is only good while they live.
        key = (id(one), id(other))
        if key not in self._common:
            self._common[key] = (one & other, one, other)
        return self._common[key][0]


class _Search:
    """Branch and bound over the combinations of one job."""

    def __init__(self, planner, options, alone, duration):
        self.planner, self.options, self.alone = planner, options, alone
        self.duration = duration
        self.best, self.chosen = None, ()
        # No combination stops before the slowest need can alone.
        self.floor = max(found[0][0] for _count, _place, found in alone)

    def descend(self, depth, work, chosen, since):
        """Try every candidate of the need at ``depth`` beside those chosen before it."""
        _count, place, found = self.alone[depth]
        last = depth == len(self.alone) - 1
        busies = [busy for _resource, _work, busy in chosen]
        taken = [resource for resource, _work, _busy in chosen if resource]
        for stop, rank, start in found:
            limit = None if self.best is None else self.best[1]
            if limit is not None and (stop >= limit or limit == self.floor):
                return
            option = self.options[place][rank]
            if option[0] in taken:
                continue
            common = self.planner.intersect(work, option[1])
            span = earliest(
                common, (*busies, option[2]), max(since, start), self.duration, limit
            )
            if span is None:
                continue
            if last:
                self.best, self.chosen = span, (*chosen, option)
            else:
                self.descend(depth + 1, common, (*chosen, option), span[0])
