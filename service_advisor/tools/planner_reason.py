"""What limits a plan, and what else could be done: the same engine with one thing otherwise.

A reason is only called binding where the plan without it was made and finishes earlier; what is
named to the customer is therefore true, and names what a shop can do something about before it
names its closing times and the work itself.
"""

from typing import NamedTuple

from .planner import AS_IT_IS, Ease


class Reason(NamedTuple):
    """The constraint without which a plan would finish earlier.

    ``kind`` is one of

    * ``part``: ``part`` is expected ``at``;
    * ``need``: nobody (no bay, no tool) that is fit for ``need`` is free before ``at``;
    * ``closed``: the shop is closed until ``at``;
    * ``work``: only the work itself, which ends ``at``;
    * ``nobody``: there is no resource at all for ``need``;
    * ``full``: there is no place for ``job`` in the time that is looked ahead.
    """

    kind: str
    at: int | None = None
    job: object = None  # Job that waits for it
    part: object = None  # Part
    need: object = None  # Need
    resource: object = None  # Resource that is free then
    alone: bool = False  # it is the only one that is fit
    gain: int = 0  # how much earlier the plan would finish without; 0 where several bind at once


class Alternative(NamedTuple):
    """Another plan: ``kind`` is ``elsewhere`` (``parts`` come from another place) or ``first``
    (what can still be moved makes place)."""

    kind: str
    plan: object
    parts: tuple = ()


def explain(planner, jobs, plan, since=None):
    """Return the binding :class:`Reason` of ``plan``, which is ``planner.plan(jobs, since)``."""
    if plan.finish is None:
        return _explain_failure(planner, plan)
    gains = []
    for part in _awaited_parts(planner, jobs):
        ease = Ease(parts=frozenset([part.key]))
        gains.append((_gain(planner, jobs, plan, ease, since), part, None))
    for need in dict.fromkeys(need for job in jobs for need in job.needs):
        ease = Ease(needs=frozenset([need]))
        gains.append((_gain(planner, jobs, plan, ease, since), None, need))
    best = max(gains, key=lambda found: found[0], default=(0, None, None))
    if best[0] > 0:
        return _name(planner, plan, best[1], best[2], best[0], since)
    return _explain_joint(planner, jobs, plan, since)


def alternatives(planner, jobs, plan, least, since=None):
    """Return the :class:`Alternative` plans that finish at least ``least`` earlier."""
    found = []
    lent = tuple(
        part for job in jobs for part in job.parts
        if part.place_at is not None and part.place_at < part.at
    )
    for kind, ease, parts in (
        ("elsewhere", Ease(elsewhere=True), lent),
        ("first", Ease(first=True), ()),
    ):
        if kind == "elsewhere" and not parts:
            continue
        other = planner.plan(jobs, ease, since)
        if other.finish is None:
            continue
        if plan.finish is None or other.finish <= plan.finish - least:
            found.append(Alternative(kind, other, parts))
    return found


def _awaited_parts(planner, jobs):
    """Return the parts that may delay a job: those that come last for it."""
    awaited = {}
    for job in jobs:
        ready = AS_IT_IS.ready(job)
        if ready > planner.now:
            awaited.update({part.key: part for part in job.parts if part.at == ready})
    return list(awaited.values())


def _gain(planner, jobs, plan, ease, since):
    """Return how much earlier the jobs would finish with ``ease``."""
    return plan.finish - planner.plan(jobs, ease, since).finish


def _name(planner, plan, part, need, gain, since):
    """Return the reason for a part or a need, with the job that waits for it."""
    if part is not None:
        step = next(step for step in plan.steps if part in step.job.parts)
        return Reason("part", part.at, step.job, part=part, gain=gain)
    step = _first_delayed(planner, plan, Ease(needs=frozenset([need])), since)
    resource = next(held[1] for held in step.held if held[0] == need)
    alone = len(planner.candidates(need)) == 1
    return Reason("need", step.start, step.job, None, need, resource, alone, gain)


def _first_delayed(planner, plan, ease, since):
    """Return the first step that would start or stop earlier with ``ease``."""
    moment = planner.now if since is None else max(since, planner.now)
    for step in plan.steps:
        eased = planner.place(step.job, moment, ease)
        if eased.stop < step.stop:
            return step
        moment = step.stop
    return None


def _explain_joint(planner, jobs, plan, since):
    """Name the last of several constraints that bind at once, else closing times or work."""
    everything = Ease(
        parts=frozenset(part.key for job in jobs for part in job.parts),
        needs=frozenset(need for job in jobs for need in job.needs),
    )
    step = _first_delayed(planner, plan, everything, since)
    if step is not None:
        return _explain_step(planner, plan, step, since)
    last = plan.steps[-1].job if plan.steps else None
    opening = _last_opening(planner, plan, since)
    if opening is None:
        return Reason("work", plan.finish, last)
    gain = _gain(planner, jobs, plan, Ease(never_closed=True), since)
    return Reason("closed", opening, last, gain=gain)


def _explain_step(planner, plan, step, since):
    """Return the reason of the constraint of ``step`` that could be met last."""
    index = plan.steps.index(step)
    moment = planner.now if since is None else max(since, planner.now)
    moment = max(moment, plan.steps[index - 1].stop if index else moment)
    job = step.job
    bounds = [(part.at, 0, part) for part in job.parts]
    for rank, need in enumerate(job.needs, 1):
        single = planner.place(job._replace(needs=(need,)), moment)
        bounds.append((single.start, -rank, need))
    at, rank, found = max(bounds, key=lambda bound: bound[:2])
    if rank == 0:
        return Reason("part", at, job, part=found)
    resource = next(held[1] for held in step.held if held[0] == found)
    alone = len(planner.candidates(found)) == 1
    return Reason("need", step.start, job, None, found, resource, alone)


def _last_opening(planner, plan, since):
    """Return when the work of ``plan`` went on after the last time it rested, or None."""
    moment = planner.now if since is None else max(since, planner.now)
    opening = None
    for step in plan.steps:
        for start, stop in step.stretches():
            if start > moment:
                opening = start
            moment = stop
    return opening


def _explain_failure(planner, plan):
    """Return why there is no plan."""
    for need in plan.failed.needs:
        # A tool that is past its calibration is fit no more, and as good as none.
        if not any(pair for _resource, work, _fit in planner.candidates(need) for pair in work):
            return Reason("nobody", None, plan.failed, need=need)
    return Reason("full", None, plan.failed)
