from datetime import datetime, time, timedelta

from odoo import fields, models
from pytz import timezone, utc

from ..tools.intervals import to_datetime, to_moment
from ..tools.optimise import optimise
from ..tools.replan import Car, Score, rate

# How long an optimiser may look while somebody waits for it.
SECONDS = 5


class ServicePlanner(models.AbstractModel):
    """Planning the work of some days anew."""

    _inherit = "service.planner"

    def _replan(self, company, day, days=1):
        """Return how the work of ``company`` from ``day`` on, ``days`` days long, would be
        planned anew so that as few orders as possible are late.

        Only booked jobs that nobody has begun and no manager has put in their place are moved;
        all others stay, and what is held for them.

        :return: dict of ``moves`` (list of dicts of ``job``, ``old`` and ``new``: lists of
            ``[resource id, start, stop]`` in moments), ``before`` and ``after``: numbers of late
            orders, ``proven``: whether nothing better exists.
        """
        # Whoever plans need not read the employees.
        self = self.sudo()
        now = fields.Datetime.now()
        jobs = self._find_movable(company, *self._get_window(company, day, days, now))
        if not jobs:
            return {"moves": [], "before": 0, "after": 0, "proven": True}
        shop = self._get_shop(company, jobs, now)
        cars = self._prepare_cars(shop, jobs)
        plans, score, proven = optimise(
            shop.planner, cars, SECONDS, to_moment(now + timedelta(days=days + 7))
        )
        before = self._rate_bookings(cars, jobs)
        if score >= before:
            plans, score = {}, before
        return {
            "moves": self._list_moves(jobs, plans),
            "before": before.late,
            "after": score.late,
            "proven": proven,
        }

    def _get_window(self, company, day, days, now):
        """Return from when to when bookings may begin that are planned anew."""
        zone = timezone(self._get_tz(company))
        edges = [
            zone.localize(datetime.combine(day + timedelta(days=more), time.min))
            .astimezone(utc).replace(tzinfo=None)
            for more in (0, days)
        ]
        return max(edges[0], now), edges[1]

    def _find_movable(self, company, start, stop):
        """Return the jobs to plan anew: of every order that begins a booked job between the two
        moments, all booked ones that nobody has begun."""
        booked = self.env["service.booking"].search_fetch(
            [
                ("company_id", "=", company.id),
                ("start_at", ">=", start),
                ("start_at", "<", stop),
                ("job_id.state", "=", "approved"),
            ],
            ["job_id", "order_id"],
        )
        return booked.order_id._get_jobs_to_book().filtered("booking_ids")

    def _prepare_cars(self, shop, jobs):
        """Return a ``tools.replan.Car`` for each order of ``jobs``."""
        chains = self._prepare_jobs(shop, jobs.order_id)
        cars = []
        for order, own in jobs.grouped("order_id").items():
            others = order._get_jobs_to_do() - own
            running = [
                to_moment(job.planned_stop_at)
                for job in others
                if job.planned_stop_at and job.state == "in_work"
            ]
            buffer = timedelta(hours=order.company_id.service_promise_buffer)
            due = order.promised_at or fields.Datetime.to_datetime("2100-01-01")
            cars.append(
                Car(
                    order.id,
                    tuple(job for job in chains[order] if job.key in own._ids),
                    to_moment(due - buffer),
                    order.is_customer_waiting,
                    max(running, default=None),
                )
            )
        return cars

    def _rate_bookings(self, cars, jobs):
        """Return the ``Score`` of what is booked now."""
        stops = {
            order.id: to_moment(max(own.mapped("planned_stop_at")))
            for order, own in jobs.grouped("order_id").items()
        }
        return rate(cars, stops) if cars else Score(0, 0, 0, 0, 0)

    def _list_moves(self, jobs, plans):
        """Return what changes, see :meth:`_replan`."""
        steps = {step.job.key: step for plan in plans.values() for step in plan.steps}
        moves = []
        for job in jobs.filtered(lambda job: job.id in steps):
            new = sorted(
                [resource.key, start, stop]
                for _need, resource, pairs in steps[job.id].held
                for start, stop in pairs
            )
            old = self._list_bookings(job)
            if old != new:
                moves.append({"job": job.id, "old": old, "new": new})
        return moves

    def _list_bookings(self, job):
        """Return what is booked for a job, as sorted ``[resource id, start, stop]``."""
        # What is held is compared, not told.
        bookings = job.sudo().booking_ids
        return sorted(
            [booking.resource_id.id, to_moment(booking.start_at), to_moment(booking.stop_at)]
            for booking in bookings
        )

    def _book_moves(self, moves):
        """Book what :meth:`_replan` has proposed; all of it or nothing.

        :raises UserError: where somebody has changed a job or its bookings since.
        """
        jobs = self.env["service.job"].browse([move["job"] for move in moves]).exists()
        jobs._lock()
        movable = jobs.order_id._get_jobs_to_book()
        for move in moves:
            job = jobs.filtered(lambda job, move=move: job.id == move["job"])
            if job not in movable or self._list_bookings(job) != move["old"]:
                jobs.order_id[:1]._refuse(
                    self.env._(
                        "Somebody has changed what is proposed to move. Let the day be planned "
                        "again."
                    )
                )
        # All leave their places first: they may change them among each other.
        jobs._unbook()
        Resource = self.env["resource.resource"]
        for move in moves:  # loop: each job is booked with its own checks
            self.env["service.job"].browse(move["job"])._book(
                [
                    (Resource.browse(resource), to_datetime(start), to_datetime(stop))
                    for resource, start, stop in move["new"]
                ]
            )
