from datetime import UTC, timedelta

from odoo import models
from odoo.tools import format_datetime

from ..tools.projection import Projection, WorkTime
from ..tools.promise import latest_limit, round_up

# A part that nothing brings yet can be there after so much time at the earliest.
UNKNOWN_PART = timedelta(days=1)
# What the work on an order can wait for; the other kinds of risk are the work itself.
BLOCKING_KINDS = ("parts", "customer", "warranty", "sublet", "tool", "other")


class ServiceOrder(models.Model):
    """When an open order is finished as things stand now: clocks, waits, parts and plan."""

    _inherit = "service.order"

    def _project(self, now, times):
        """Return ``{order: tools.projection.Projection}`` of these orders.

        Half of the company's promise buffer comes on top of the work, for washing, final
        inspection and paperwork; the other half is what may be used up before a promise is in
        danger.

        :param now: the datetime from which to reckon.
        :param times: dict in which working times are kept from one call to the next.
        """
        limits = self._get_projection_limits(now, times)
        projections = {}
        for order in self:
            limit = latest_limit(limits[order])
            touches = order.company_id.service_promise_buffer / 2
            end = order._get_work_time(now, times).add(limit.moment, touches)
            waits = [one for one in limits[order] if one.kind in BLOCKING_KINDS]
            blocked_by = max(waits, key=lambda one: one.moment).kind if waits else False
            projections[order] = Projection(round_up(end, minutes=5), limit, blocked_by)
        return projections

    def _get_projection_limits(self, now, times):
        """Hook: return ``{order: [tools.projection.Limit]}``, never an empty list.

        Whatever else can keep a car from being finished adds its limits; the latest binds, and
        of equal ones the first, so that what says more about the cause goes first.

        :param now, times: see :meth:`_project`.
        """
        jobs = self._get_promised_jobs()
        work = jobs._get_work_left(now)
        expected = self._get_offered_parts(now)
        by_order = jobs.grouped("order_id")
        limits = {}
        for order in self:
            time = order._get_work_time(now, times)
            mine = by_order.get(order, jobs.browse())
            left = mine._get_work_limit(work, expected.get(order, now), time)
            limits[order] = [
                *mine._get_part_limits(work, now, time),
                *mine._get_hold_limits(left.moment),
                *mine._get_plan_limits(work, now),
                left,
            ]
        return limits

    def _get_promised_jobs(self):
        """Return the jobs to do that the promise is about: those agreed to; before anything was
        agreed to, those that were offered."""
        agreed = self.job_ids.filtered(lambda job: job.state in ("approved", "in_work"))
        begun = self.filtered(lambda order: order._get_authorised_jobs())
        offered = (self - begun).job_ids
        return agreed | offered.filtered(lambda job: job.state in ("proposed", "quoted"))

    def _get_offered_parts(self, now):
        """Return ``{order: datetime}``: when the parts of offers come that are not on the shelf.

        What is agreed to has stock moves, which know better.
        """
        offers = self.filtered(lambda order: not order._get_authorised_jobs())
        limits = offers._get_parts_limits(now) if offers else {}
        return {
            order: max(moment for moment, _reason in found)
            for order, found in limits.items()
            if found
        }

    def _get_work_time(self, now, times):
        """Return the :class:`~..tools.projection.WorkTime` of the company of this order."""
        company = self.company_id
        if company not in times:
            # Whoever asks when a car is ready need not read the calendar.
            calendar = company.sudo().resource_calendar_id
            times[company] = WorkTime(now, calendar and self._get_span_loader(calendar))
        return times[company]

    def _get_span_loader(self, calendar):
        """Return the function of (start, stop) that loads the working hours of ``calendar``, less
        its leaves; lunch is no working time. All are naive and in UTC."""

        def load(start, stop):
            start, stop = start.replace(tzinfo=UTC), stop.replace(tzinfo=UTC)
            found = calendar._work_intervals_batch(start, stop)[False]
            return [
                tuple(end.astimezone(UTC).replace(tzinfo=None) for end in interval[:2])
                for interval in found
            ]

        return load

    def _format_day_time(self, moment):
        """Return ``moment`` in the time of the workshop, with the weekday, in the language of
        the environment."""
        return format_datetime(
            self.env, moment, tz=self._get_shop_tz(), dt_format="EEEE d MMMM, HH:mm"
        )

