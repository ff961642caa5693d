from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.tools import format_datetime

from ..tools.promise import latest_limit, round_up


class ServiceOrder(models.Model):
    """When the car will be ready, and what limits it."""

    _inherit = "service.order"

    def _compute_promises(self):
        """Return ``{order: (datetime, reason)}``: the earliest time each car can be ready and
        what limits it.

        Where the company plans with its technicians, the plan says so, see
        :meth:`service.planner._plan`. Otherwise it is the allowed hours of the work still to do
        plus the company's buffer, inside the working hours of the company, not before the parts
        are expected.
        """
        plans = self._get_promise_plans()
        plain = self.filtered(lambda order: order not in plans or plans[order].finish is None)
        promises = plain._compute_plain_promises() if plain else {}
        planner = self.env["service.planner"]
        for order, plan in plans.items():
            reason = planner._get_reason_text(order, plan)
            # Without a place in the workshop the simple rule says a time, the plan why.
            moment = promises[order][0] if order in promises else planner._get_ready(plan)
            promises[order] = moment, reason
        return promises

    def _get_promise_plans(self):
        """Return the plans of the orders of companies that plan with their technicians."""
        Employee = self.env["hr.employee"]
        planned = self.filtered(lambda order: Employee._has_technicians(order.company_id.id))
        return self.env["service.planner"]._plan(planned) if planned else {}

    def _compute_plain_promises(self):
        """Return the promises of orders that no workshop is planned for: the work begins once the
        parts are there, and takes the allowed hours and the buffer within the opening hours."""
        now = fields.Datetime.now()
        parts_limits = self._get_parts_limits(now)
        promises, planned = {}, {}
        for order in self:
            hours = sum(order._get_jobs_to_do().mapped("allowed_hours"))
            words = self.env._("%s working hours", round(hours, 1))
            start, reason = latest_limit([(now, words), *parts_limits[order]])
            key = (order.company_id, hours, start)
            if key not in planned:
                planned[key] = order._plan_hours(hours, start)
            promises[order] = planned[key], reason
        return promises

    def _get_jobs_to_do(self):
        return self.job_ids.filtered(
            lambda job: job.state in ("proposed", "quoted", "approved", "in_work")
        )

    def _plan_hours(self, hours, start):
        """Return the moment ``hours`` plus the buffer are over, in working time."""
        total = hours + self.company_id.service_promise_buffer
        calendar = self.company_id.resource_calendar_id
        planned = calendar and calendar.plan_hours(total, start, compute_leaves=True)
        return planned or start + timedelta(hours=total)

    def _get_parts_limits(self, now):
        """Return ``{order: [(datetime, reason)]}`` for parts that are not on the shelf.

        A part comes with the earliest receipt that is under way, else after the lead time
        of its supplier.
        """
        limits = {order: [] for order in self}
        for warehouse, orders in self.grouped("warehouse_id").items():
            short = orders._get_short_parts(warehouse)
            arrivals = self._get_arrivals(self.env["product.product"].union(*short.values()))
            for order, products in short.items():
                for product in products:
                    lead = timedelta(days=product.seller_ids[:1].delay)
                    arrival = max(arrivals.get((warehouse, product), now + lead), now)
                    reason = self.env._("%(part)s expected", part=product.display_name)
                    limits[order].append((arrival, reason))
        return limits

    def _get_arrivals(self, products):
        """Return ``{(stock.warehouse, product): datetime}`` of the next receipts under way."""
        if not products:
            return {}
        moves = self.env["stock.move"]._read_group(
            [
                ("product_id", "in", products.ids),
                ("picking_code", "=", "incoming"),
                ("state", "not in", ("draft", "done", "cancel")),
            ],
            ["picking_type_id", "product_id"],
            ["date:min"],
        )
        return {(kind.warehouse_id, product): date for kind, product, date in moves}

    def _get_short_parts(self, warehouse):
        """Return ``{order: products}`` that the orders still need and the shelf lacks."""
        demand = defaultdict(lambda: defaultdict(float))
        for line in self._get_jobs_to_do().line_ids:
            ours = line.is_storable and line.part_origin != "customer"
            if ours and line.state in ("draft", "sent"):
                demand[line.service_job_id.order_id][line.product_id] += (
                    line.product_uom_id._compute_quantity(
                        line.product_uom_qty, line.product_id.uom_id
                    )
                )
        products = self.env["product.product"].union(*(set().union(*demand.values())))
        free = {
            product.id: product.free_qty
            for product in products.with_context(warehouse_id=warehouse.id)
        }
        return {
            order: products.filtered(
                lambda product, needs=needs: product.uom_id.compare(
                    free[product.id], needs.get(product, 0.0)
                )
                < 0
            )
            for order, needs in demand.items()
        }

    def _get_shop_tz(self):
        """Return the time zone of the workshop, in which customers are told times: visitors
        without an account have no time zone of their own."""
        self.ensure_one()
        # Customers may know where the shop is, not its working hours.
        return self.sudo().company_id.resource_calendar_id.tz or self.env.user.tz or "UTC"

    def _format_shop_time(self, moment):
        """Return ``moment`` in the time of the workshop and the language of the environment."""
        return format_datetime(self.env, moment, tz=self._get_shop_tz(), dt_format="short")

    def _set_promise(self, moment, reason):
        """Keep what the customer is told with the price; see :meth:`_offer_promise`."""
        self._offer_promise(round_up(moment), reason)
