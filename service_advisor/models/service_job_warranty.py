from odoo import fields, models
from odoo.tools import format_date

from ..tools.repair_warranty import count_warranty
from .service_job import FINISHED


class ServiceJob(models.Model):
    """The warranty on the work of this job, counted from the day the car left."""

    _inherit = "service.job"

    warranty_until = fields.Date(
        "Repair Warranty Until",
        readonly=True,
        copy=False,
        help="Promised when the car was handed over; whichever comes first, day or kilometres, "
        "ends it.",
    )
    warranty_odometer = fields.Integer(
        "Repair Warranty To (km)", readonly=True, copy=False, aggregator=None
    )

    def _get_terms(self):
        """Return the :class:`~..tools.repair_warranty.Terms` of this job's class of repair, or
        None where the company has none."""
        self.ensure_one()
        terms = self.env["service.repair.warranty"]._get_terms(self.company_id.id)
        # Who pays or signs is told, whether or not the catalogue is theirs to read.
        return terms.get(self.sudo().operation_id.repair_class or "small")

    def _start_warranty(self):
        """Keep until when the shop answers for the finished ones of these jobs, of orders that
        were just handed over."""
        promised = {}
        for job in self.filtered(lambda job: job.state in FINISHED):
            until = job._count_warranty()
            if until:
                promised[until] = promised.get(until, self.browse()) | job
        for (day, odometer), jobs in promised.items():
            jobs._keep({"warranty_until": day, "warranty_odometer": odometer})

    def _count_warranty(self):
        """Return ``(date, km)`` until when the work is under warranty, None where it is not."""
        visit, terms = self.order_id, self._get_terms()
        if not (visit.delivered_at and terms and self.state in FINISHED):
            return None
        left_km = visit.odometer_out or visit.odometer_in
        return count_warranty(terms, visit._get_day(visit.delivered_at), left_km)

    def _get_warranty(self):
        """Return ``(date, km)`` as promised at the hand-over; for work that left before promises
        were kept, as it is counted today. None without a warranty."""
        self.ensure_one()
        if self.warranty_until:
            return self.warranty_until, self.warranty_odometer
        return self._count_warranty()

    def _describe_warranty(self):
        """Return in words until when this job is under warranty, in the language of the
        environment; before the hand-over, how long it will be. False without a warranty."""
        until, terms = self._get_warranty(), self._get_terms()
        if until:
            day, km = format_date(self.env, until[0]), f"{until[1]:,}"
            return self.env._("until %(day)s or %(km)s km", day=day, km=km)
        if not terms or self.state not in FINISHED:
            return False
        km = f"{terms.km:,}"
        return self.env._("%(days)s days or %(km)s km from the hand-over", days=terms.days, km=km)
