from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..tools.buffer import choose_factors

# What was clocked longer ago says little about the people and the cars of today.
WINDOW = timedelta(days=180)


class ServicePlanner(models.AbstractModel):
    """How long the work of a shop takes, from how long it took."""

    _inherit = "service.planner"

    def _get_factors(self, company, operations):
        """Return ``{service.operation id or False: (planned, at worst)}``, the factors by which
        allowed hours become hours of work: so long that the company's shares of the finished
        jobs with this operation were done within. False stands for jobs without an operation.

        One query, over the jobs finished lately. Jobs with a clock that was forgotten and
        not corrected teach nothing: nobody knows how long they took.
        """
        self.env["service.job"].flush_model(["state", "finished_at", "allowed_hours"])
        self.env["service.clocking"].flush_model(["job_id", "hours", "closed_by_system"])
        rows = self.env.execute_query(
            SQL(
                """SELECT GROUPING(operation_id), operation_id, COUNT(*),
                          PERCENTILE_CONT(%(shares)s) WITHIN GROUP (ORDER BY ratio)
                     FROM (SELECT job.operation_id, SUM(clocking.hours) / job.allowed_hours ratio
                             FROM service_job job
                             JOIN service_clocking clocking ON clocking.job_id = job.id
                            WHERE job.company_id = %(company)s AND job.state IN ('qc', 'done')
                              AND job.finished_at > %(since)s AND job.allowed_hours > 0
                            GROUP BY job.id
                           HAVING SUM(clocking.hours) > 0
                              AND COUNT(*) FILTER (WHERE clocking.closed_by_system AND NOT EXISTS (
                                    SELECT FROM service_clocking_correction correction
                                     WHERE correction.clocking_id = clocking.id)) = 0) finished
                    GROUP BY GROUPING SETS ((operation_id), ())""",
                shares=[company.service_planned_share / 100, company.service_safe_share / 100],
                company=company.id,
                since=fields.Datetime.now() - WINDOW,
            )
        )
        own = {operation: tuple(found) for shop, operation, *found in rows if not shop}
        whole = next((tuple(found) for shop, _operation, *found in rows if shop), None)
        return {
            operation: choose_factors(own.get(operation), whole)
            for operation in [False, *operations.ids]
        }
