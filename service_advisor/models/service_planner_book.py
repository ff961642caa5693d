from odoo import models

from ..tools.intervals import to_datetime


class ServicePlanner(models.AbstractModel):
    """From a plan to bookings."""

    _inherit = "service.planner"

    def _get_rows(self, step):
        """Return the rows that ``service.job._book`` takes for a step of a plan."""
        return [
            (
                self.env["resource.resource"].browse(resource.key),
                to_datetime(start),
                to_datetime(stop),
            )
            for _need, resource, pairs in step.held
            for start, stop in pairs
        ]

    def _assign(self, job, step):
        """Name the technician of ``step`` on the job, where the technicians look."""
        for need, resource, _pairs in step.held:
            if need.kind == "technician":
                # Advisors plan technicians; the employees are HR's.
                record = self.env["resource.resource"].sudo().browse(resource.key)
                employee = record.employee_id
                if job.technician_id != employee:
                    job.technician_id = employee.id
