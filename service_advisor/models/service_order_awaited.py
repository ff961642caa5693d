from collections import defaultdict
from datetime import timedelta

from odoo import models

from ..tools.intervals import to_moment
from ..tools.planner import Part


class ServiceOrder(models.Model):
    """The parts that the work of an order waits for, job by job."""

    _inherit = "service.order"

    def _get_awaited_parts(self, now):
        """Return ``{service.job: [tools.planner.Part]}`` of parts that are not at hand.

        Proposed parts are looked for on the shelf, approved ones are known by their transfers.
        Where a part comes later and another branch has enough of it, that is told with it.
        """
        awaited = defaultdict(list)
        jobs = self._get_jobs_to_do()
        self._add_approved_parts(awaited, jobs.filtered(lambda job: job.state == "approved"), now)
        asked = jobs.filtered(lambda job: job.state in ("proposed", "quoted"))
        if asked:
            asked.order_id._add_asked_parts(awaited, asked, now)
        return awaited

    def _add_asked_parts(self, awaited, jobs, now):
        """Add the parts of ``jobs`` that nobody has approved yet and the shelf lacks."""
        for warehouse, orders in self.grouped("warehouse_id").items():
            short = orders._get_short_parts(warehouse)
            products = self.env["product.product"].union(*short.values())
            arrivals, spare = self._get_arrivals(products), self._get_spare(warehouse, products)
            for job in jobs.filtered(lambda job, orders=orders: job.order_id in orders):
                for line in job.line_ids:
                    product = line.product_id
                    if product not in short.get(job.order_id, ()):
                        continue
                    arrival = arrivals.get((warehouse, product), now + self._get_lead(product))
                    needed = line.product_uom_id._compute_quantity(
                        line.product_uom_qty, product.uom_id
                    )
                    place = next(
                        (name for name, free in spare.get(product, ()) if free >= needed), ""
                    )
                    awaited[job].append(
                        self._prepare_part(product.id, product, max(arrival, now), place, now)
                    )

    def _add_approved_parts(self, awaited, jobs, now):
        """Add the approved parts of ``jobs`` that are not put aside yet."""
        if not jobs:
            return
        moves = self.env["stock.move"]._fetch_parts([("service_job_id", "in", jobs.ids)])
        late = {}
        for job, own in moves.grouped("service_job_id").items():
            status = own._get_parts_status()
            products = status["missing"].product_id
            if status["state"] == "expected" and status["expected_at"]:
                late[job] = products, max(status["expected_at"], now)
            elif status["state"] == "short":
                lead = max((self._get_lead(product) for product in products), default=timedelta())
                late[job] = products, now + lead
        spare = {
            warehouse: self._get_spare(
                warehouse,
                self.env["product.product"].union(
                    *(late[job][0] for job in same if job in late)
                ),
            )
            for warehouse, same in jobs.grouped(lambda job: job.order_id.warehouse_id).items()
        }
        for job, (products, arrival) in late.items():
            found = spare[job.order_id.warehouse_id]
            # One transfer brings them all, or it is of no use.
            places = [{name for name, _free in found.get(product, ())} for product in products]
            place = min(set.intersection(*places), default="") if places else ""
            awaited[job].append(
                self._prepare_part(("job", job.id), products, arrival, place, now)
            )

    def _prepare_part(self, key, products, arrival, place, now):
        days = self.company_id[:1].service_transfer_days
        return Part(
            key,
            to_moment(arrival),
            ", ".join(products.mapped("display_name")),
            place,
            to_moment(now + timedelta(days=days)) if place else None,
        )

    def _get_lead(self, product):
        """Return how long the supplier of ``product`` takes."""
        return timedelta(days=product.seller_ids[:1].delay)

    def _get_spare(self, warehouse, products):
        """Return ``{product: [(name of another branch, free quantity)]}`` inside the company."""
        spare = defaultdict(list)
        if not products:
            return spare
        # What lies at another branch may be told to whoever promises a time.
        rows = self.env["stock.quant"].sudo()._read_group(
            [
                ("product_id", "in", products.ids),
                ("company_id", "=", warehouse.company_id.id),
                ("location_id.usage", "=", "internal"),
                ("location_id.warehouse_id", "not in", [False, warehouse.id]),
            ],
            ["product_id", "location_id"],
            ["quantity:sum", "reserved_quantity:sum"],
        )
        free = defaultdict(float)
        for product, location, quantity, reserved in rows:
            free[product.with_env(self.env), location.warehouse_id.name] += quantity - reserved
        for (product, name), quantity in sorted(free.items(), key=lambda found: found[0][1]):
            if quantity > 0:
                spare[product].append((name, quantity))
        return spare
