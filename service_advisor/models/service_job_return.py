from collections import defaultdict

from odoo import models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.fault_codes import split_codes
from .service_job import FINISHED


class ServiceJob(models.Model):
    """What became of a finished job: the parts it took, and whether the car came back."""

    _inherit = "service.job"

    def _get_case_parts(self):
        """Return ``{job: ["2 × Brake pads"]}`` of the parts that left with the car; the number
        of queries does not depend on the jobs."""
        quantities = defaultdict(float)
        # What was fitted is told to the workshop; transfers are the warehouse's.
        for move, quantity in self.sudo().move_ids._get_unused().items():
            product = move.product_id
            quantities[move.service_job_id.id, product] += move.product_uom._compute_quantity(
                quantity, product.uom_id
            )
        parts = defaultdict(list)
        for (job_id, product), quantity in quantities.items():
            parts[self.browse(job_id)].append(f"{quantity:g} × {product.name}")
        return parts

    def _find_returns(self):
        """Hook: return ``{job: later job}`` of those of these finished jobs after which the car
        came back with the same: operation, symptom or fault code. One query for all.

        Whether it came back because of the work is for people to judge; a quality addon that
        knows may say so here.
        """
        finished = self.filtered("finished_at")
        later = self.search_fetch(
            finished._get_returns_domain(),
            ["concern", "correction", "operation_id", "symptom_id", "fault_codes", "order_id",
             "state", "create_date"],
        ) if finished else self.browse()
        later.order_id.fetch(["vehicle_id", "arrived_at", "odometer_in", "company_id"])
        by_car = later.sorted(lambda job: job._get_coming()).grouped(
            lambda job: job.order_id.vehicle_id
        )
        found = {}
        for job in finished:
            for other in by_car.get(job.order_id.vehicle_id, ()):
                if other._comes_after(job) and other._is_same_fault(job):
                    found.setdefault(job, other)
        return found

    def _get_returns_domain(self):
        """Return the domain of the jobs that may be a return of these finished ones."""
        return Domain(
            [
                ("order_id.vehicle_id", "in", self.order_id.vehicle_id.ids),
                ("state", "not in", ("declined", "cancelled")),
            ]
        ) & (
            Domain("operation_id", "in", self.operation_id.ids)
            | Domain("symptom_id", "in", self.symptom_id.ids)
            | Domain("fault_codes", "!=", False)
        )

    def _comes_after(self, job):
        """Tell whether the car came for this job after ``job`` was finished."""
        return self.order_id != job.order_id and self._get_coming() > job.finished_at

    def _get_coming(self):
        """Return when the car came for this job."""
        return self.order_id.arrived_at or self.create_date

    def _is_same_fault(self, job):
        codes = {code.casefold() for code in split_codes(self.fault_codes)}
        return bool(
            (self.symptom_id and self.symptom_id == job.symptom_id)
            or (
                self.operation_id
                and self.operation_id == job.operation_id
                and not self.operation_id.is_routine
            )
            or codes & {code.casefold() for code in split_codes(job.fault_codes)}
        )

    def _describe_return(self, later):
        """Return in words when the car came back after this job for ``later``, and what it was
        then."""
        order = later.order_id
        came = later._get_coming()
        days = (order._get_day(came) - self.order_id._get_day(self.finished_at)).days
        km = f"{max(order.odometer_in - self.order_id.odometer_in, 0):,}"
        said = self.env._(
            "Came back on %(day)s, after %(days)s days and %(km)s km: %(concern)s",
            day=format_date(self.env, order._get_day(came)),
            days=days,
            km=km,
            concern=later.concern,
        )
        if later.state in FINISHED and later.correction:
            said = self.env._("%(said)s – then done: %(done)s", said=said, done=later.correction)
        return said
