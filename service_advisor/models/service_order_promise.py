from collections import defaultdict
from datetime import timedelta

from odoo import fields, models

from ..tools.promise import latest_limit, round_up


class ServiceOrder(models.Model):
    """When the car will be ready, and what limits it."""

    _inherit = "service.order"

    def _compute_promise(self):
        """Return ``(datetime, reason)``: the earliest time the car can be ready and why.

        Allowed hours of the work still to do plus the company's buffer, inside the working
        hours of the company, not before the parts are expected.
        """
        self.ensure_one()
        now = fields.Datetime.now()
        jobs = self.job_ids.filtered(
            lambda job: job.state in ("proposed", "quoted", "approved", "in_work")
        )
        hours = sum(jobs.mapped("allowed_hours"))
        return latest_limit(
            [
                (self._plan_hours(hours, now), self.env._("%.1f working hours", hours)),
                *self._get_parts_limits(jobs, now),
            ]
        )

    def _plan_hours(self, hours, start):
        """Return the moment ``hours`` plus the buffer are over, in working time."""
        total = hours + self.company_id.service_promise_buffer
        calendar = self.company_id.resource_calendar_id
        planned = calendar and calendar.plan_hours(total, start, compute_leaves=True)
        return planned or start + timedelta(hours=total)

    def _get_parts_limits(self, jobs, now):
        """Return ``[(datetime, reason)]`` for parts that are not on the shelf.

        A part comes with the earliest receipt that is under way, else after the lead time
        of its supplier.
        """
        short = self._get_short_parts(jobs)
        if not short:
            return []
        arrivals = dict(
            self.env["stock.move"]._read_group(
                [
                    ("product_id", "in", short.ids),
                    ("picking_code", "=", "incoming"),
                    ("warehouse_id", "in", (False, self.warehouse_id.id)),
                    ("state", "not in", ("draft", "done", "cancel")),
                ],
                ["product_id"],
                ["date:min"],
            )
        )
        limits = []
        for product in short:
            lead = timedelta(days=product.seller_ids[:1].delay)
            arrival = max(arrivals.get(product, now + lead), now)
            reason = self.env._("%(part)s expected", part=product.display_name)
            limits.append((arrival, reason))
        return limits

    def _get_short_parts(self, jobs):
        """Return the storable products that ``jobs`` still need and the shelf lacks."""
        demand = defaultdict(float)
        for line in jobs.line_ids:
            if line.is_storable and line.state in ("draft", "sent"):
                demand[line.product_id] += line.product_uom_id._compute_quantity(
                    line.product_uom_qty, line.product_id.uom_id
                )
        products = self.env["product.product"].concat(*demand)
        in_warehouse = products.with_context(warehouse_id=self.warehouse_id.id)
        return products.browse(
            [
                product.id
                for product in in_warehouse
                if product.uom_id.compare(product.free_qty, demand[products.browse(product.id)]) < 0
            ]
        )

    def _set_promise(self, moment, reason):
        """Keep a new promise; the first one stays for ever."""
        self.ensure_one()
        moment = round_up(moment)
        self.write(
            {
                "promised_at": moment,
                "promise_limit": reason,
                "first_promised_at": self.first_promised_at or moment,
            }
        )
