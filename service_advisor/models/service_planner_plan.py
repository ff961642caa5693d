from odoo import fields, models

from ..tools.buffer import combine
from ..tools.intervals import to_moment
from ..tools.planner import Job, Need
from ..tools.planner_reason import alternatives, explain

# Another way is worth telling where it makes the car ready so many seconds earlier.
WORTH_TELLING = 3600


class ServicePlanner(models.AbstractModel):
    """Plans of orders."""

    _inherit = "service.planner"

    def _plan(self, orders, explained=True):
        """Return ``{service.order: tools.planner.Plan}`` for orders of companies that plan with
        their technicians; others are left out.

        Of several orders those of waiting customers come first, then the earliest promise, and
        each sees those before it. Nothing is booked.

        :param explained: also find out what limits each plan and what else could be done.
        """
        # Whoever may see the order may know when it is done.
        orders, now = orders.sudo(), fields.Datetime.now()
        plans = {}
        for company, own in orders.grouped("company_id").items():
            if self.env["hr.employee"]._has_technicians(company.id):
                shop = self._get_shop(company, own._get_jobs_to_do(), now)
                plans.update(self._plan_in_shop(shop, own, explained))
        return {order.with_env(self.env): plan for order, plan in plans.items()}

    def _plan_in_shop(self, shop, orders, explained):
        return self._plan_chains(shop, self._prepare_jobs(shop, orders), explained)

    def _plan_chains(self, shop, chains, explained):
        """Return the plan of each order; what is read of the orders was read before.

        :param chains: ``{order: [tools.planner.Job]}``.
        """
        plans = {}
        for order in sorted(chains, key=self._get_rank):
            chain = chains[order]
            plan = shop.planner.plan(chain)
            if explained:
                plan = self._explain(shop, order, chain, plan)
            if plan.finish is not None:
                shop.planner.hold(plan, movable=not order.is_customer_waiting)
                plan = plan._replace(ready=self._add_buffer(shop, order, plan.finish))
            plans[order] = plan
        return plans

    def _explain(self, shop, order, chain, plan):
        """Return ``plan`` with what limits it and what else could be done."""
        found = [
            other._replace(
                plan=other.plan._replace(
                    ready=self._add_buffer(shop, order, other.plan.finish)
                )
            )
            for other in alternatives(shop.planner, chain, plan, WORTH_TELLING)
            if other.kind != "first" or not order.is_customer_waiting
        ]
        return plan._replace(
            reason=explain(shop.planner, chain, plan), alternatives=tuple(found)
        )

    def _get_rank(self, order):
        """Return what orders are planned by: smaller comes first."""
        far = fields.Datetime.to_datetime("9999-12-31")
        return (not order.is_customer_waiting, order.promised_at or far, order.id)

    def _add_buffer(self, shop, order, finish):
        """Return when the car of ``order`` is ready whose work ends at ``finish``: while the
        shop is open, time for work that takes longer than planned, then for washing,
        inspection and paperwork."""
        spreads = [
            job.allowed_hours * max(0, worst - planned)
            for job in order._get_jobs_to_do()
            for planned, worst in [shop.factors[job.operation_id.id]]
        ]
        buffer = round(60 * (combine(spreads) + order.company_id.service_promise_buffer)) * 60
        span = buffer and shop.hours.walk(finish, buffer)
        return span[1] if span else finish + buffer

    # ---- what a job asks for --------------------------------------------------------------

    def _prepare_jobs(self, shop, orders):
        """Return ``{order: [tools.planner.Job]}`` of the jobs still to do, in the order of work.

        Where two jobs have the same place in it, the one whose parts are there goes first.
        """
        parts = orders._get_awaited_parts(fields.Datetime.now())
        # Read for all orders at once, not one after the other.
        jobs = orders._get_jobs_to_do()
        jobs.booking_ids.mapped("override_reason")
        included = jobs.operation_id._get_included()
        included.mapped("skill_level_id.level_progress")
        for path in ("skill_id.name", "bay_kind_id.name", "tool_kind_ids.name"):
            included.mapped(path)
        chains = {}
        for order in orders:
            chain = [
                (job.sequence, self._prepare_job(shop, job, parts.get(job, ())))
                for job in order._get_jobs_to_do()
            ]
            chain.sort(
                key=lambda found: (
                    not found[1].running,
                    found[0],
                    max((part.at for part in found[1].parts), default=0),
                )
            )
            chains[order] = [job for _sequence, job in chain]
        return chains

    def _prepare_job(self, shop, job, parts):
        """Return the ``tools.planner.Job`` of a ``service.job``."""
        if any(job.booking_ids.mapped("override_reason")) and job.state == "approved":
            # A manager has put it there; it is not the plan's to move.
            stop = to_moment(job.planned_stop_at)
            return Job(job.id, 0, not_before=stop)
        running = job.state == "in_work"
        hours = job.allowed_hours * shop.factors[job.operation_id.id][0]
        if running:
            # What took longer than thought is nearly done, as far as anybody knows.
            hours = max(hours - job.actual_hours, 0.1 * hours)
        return Job(
            job.id,
            round(hours * 60) * 60,
            self._prepare_needs(job),
            () if running else tuple(parts),
            running=running,
        )

    def _prepare_needs(self, job):
        """Return the ``tools.planner.Need`` of each resource that a job takes."""
        asked = job._get_needs()
        traits = set()
        if asked["skill"]:
            traits.add((("skill", asked["skill"].id), asked["skill_level"].level_progress))
        if asked["is_high_voltage"]:
            skill = self.env.ref("service_advisor.skill_high_voltage", raise_if_not_found=False)
            traits.add((("skill", skill.id if skill else 0), 0))
        needs = [Need("technician", frozenset(traits), self._get_chosen_technician(job))]
        if asked["bay_kind"]:
            needs.append(Need("bay", frozenset([(("bay", asked["bay_kind"].id), 0)])))
        for kind in asked["tool_kinds"]:
            needs.append(Need("tool", frozenset([(("tool", kind.id), 0)])))
        return tuple(needs)

    def _get_chosen_technician(self, job):
        """Return the resource of the technician who has to do ``job``, or None.

        That is who works on it, or whom somebody has named; whom only a plan has named may be
        replaced by another plan.
        """
        technician = job.technician_id
        if not technician.is_service_technician or technician.company_id != job.company_id:
            return None
        planned = technician.resource_id in job.booking_ids.resource_id
        return None if planned and job.state != "in_work" else technician.resource_id.id
