from collections import defaultdict

from odoo import models

from ..tools.projection import Limit, work_left
from .service_order_projection import UNKNOWN_PART


class ServiceJob(models.Model):
    """What the jobs of an order still need: hours by the clock, and parts."""

    _inherit = "service.job"

    def _get_work_left(self, now):
        """Return ``{job: tools.projection.Work}``; a running clock counts until ``now``."""
        clocked, running = defaultdict(float), defaultdict(int)
        clockings = self.env["service.clocking"].search_fetch(
            [("job_id", "in", self.ids)], ["job_id", "start_at", "stop_at", "hours"]
        )
        for clocking in clockings:
            clocked[clocking.job_id] += clocking.hours
            if not clocking.stop_at:
                running[clocking.job_id] += 1
                spent = (now - clocking.start_at).total_seconds() / 3600
                clocked[clocking.job_id] += max(spent, 0.0)
        return {
            job: work_left(
                job.allowed_hours, clocked[job], running[job], job.state == "in_work"
            )
            for job in self
        }

    def _get_work_limit(self, work, start, time):
        """Return the :class:`Limit` that the work itself sets to these jobs of one order.

        :param work: what :meth:`_get_work_left` returns.
        :param start: when the work can go on, a datetime.
        :param time: the :class:`WorkTime` of the shop.
        """
        if not self:
            return Limit(time.add(start, 0), "check", "check", self)
        # Different people work on what is running; what nobody works on comes one by one, except
        # for what is booked for a time to come.
        ahead = max((work[job].hours for job in self if work[job].is_running), default=0.0)
        waiting = sum(
            work[job].hours
            for job in self
            if not work[job].is_running and not job._is_planned(time.now)
        )
        moment = time.add(start, ahead + waiting)
        if all(job.state in ("proposed", "quoted") for job in self):
            return Limit(moment, "customer", "customer", self)
        over = self.filtered(lambda job: work[job].is_overrun)
        if over:
            return Limit(moment, "overrun", f"overrun:{over.ids}", over)
        return Limit(moment, "work", "work", self)

    def _get_part_limits(self, work, now, time):
        """Return a :class:`Limit` for each of these jobs whose approved parts are not there: it
        is finished no sooner than its parts have come and were fitted.

        :param work, time: see :meth:`_get_work_limit`.
        """
        limits = []
        for job in self:
            if job.parts_state == "short":
                come = now + UNKNOWN_PART
            elif job.parts_state == "expected" and job.parts_expected_at:
                come = max(job.parts_expected_at, now)
            else:
                continue
            limits.append(Limit(time.add(come, work[job].hours), "parts", f"parts:{job.id}", job))
        return limits

    def _is_planned(self, now):
        """Tell whether this job is booked for a time to come; a plan nobody kept is none."""
        return bool(self.planned_start_at and self.planned_start_at >= now)

    def _get_plan_limits(self, work, now):
        """Return a :class:`Limit` for each of these jobs that is booked for a time to come: it is
        not finished before its booking is over.

        :param work: see :meth:`_get_work_limit`.
        """
        return [
            Limit(job.planned_stop_at, "plan", f"plan:{job.id}:{job.planned_stop_at}", job)
            for job in self
            if not work[job].is_running
            # Begun and to be gone on with later, or not begun yet.
            and (job._is_planned(now) or job.state == "in_work")
            and job.planned_stop_at
            and job.planned_stop_at > now
        ]

    def _get_hold_limits(self, moment):
        """Return a :class:`Limit` for each of these jobs that is on hold. Nobody knows when a hold
        ends, only that all the work left comes after it.

        :param moment: when the work would be over if it went on now.
        """
        return [
            Limit(moment, job.hold_reason, f"hold:{job.id}:{job.hold_reason}", job)
            for job in self
            if job.hold_reason
        ]
