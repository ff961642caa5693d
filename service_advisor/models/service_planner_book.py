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
