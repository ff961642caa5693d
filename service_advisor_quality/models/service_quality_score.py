from odoo import fields, models
from odoo.tools import SQL


class ServiceQualityScore(models.Model):
    """One row per finally inspected job: how often it was looked at, and what came of it.

    The average of ``passed_first`` is the pass rate: jobs that passed their first final check ÷
    jobs finally checked. A job that nobody has checked has no row, so no group divides by 0.
    """

    _name = "service.quality.score"
    _description = "Quality Assessment"
    _auto = False
    _rec_name = "job_id"
    _order = "inspected_at desc, id desc"
    _depends = {
        "service.job": [
            "order_id", "company_id", "technician_id", "operation_id", "comeback_of_id", "state",
        ],
        "service.order": ["advisor_id", "vehicle_id", "warehouse_id"],
        "service.vehicle": ["model_id"],
        "service.inspection": ["kind", "state", "result", "done_at", "job_ids"],
        "service.inspection.line": ["inspection_id", "result", "failed_job_id"],
    }

    job_id = fields.Many2one("service.job", readonly=True)
    order_id = fields.Many2one("service.order", "Service Order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", "Branch", readonly=True)
    advisor_id = fields.Many2one("res.users", "Service Advisor", readonly=True)
    technician_id = fields.Many2one("hr.employee", readonly=True)
    operation_id = fields.Many2one("service.operation", readonly=True)
    vehicle_id = fields.Many2one("service.vehicle", readonly=True)
    model_id = fields.Many2one("fleet.vehicle.model", "Vehicle Model", readonly=True)
    inspected_at = fields.Datetime(
        "First Inspected On", readonly=True, help="When its first final inspection was done."
    )
    passed_first = fields.Float(
        "First-Pass Rate",
        readonly=True,
        aggregator="avg",
        help="Jobs that passed their first final inspection ÷ jobs finally inspected.",
    )
    failed_first = fields.Integer("Failed at First", readonly=True)
    attempts = fields.Integer("Final Inspections", readonly=True, aggregator="avg")
    defects = fields.Integer(
        readonly=True, help="Red items that sent the job back to work, in all its inspections."
    )
    came_back = fields.Integer(readonly=True)

    @property
    def _table_query(self):
        return self._get_query(SQL("TRUE"))

    def _get_period_query(self, start, stop):
        """Return the rows of the jobs that had a final inspection from ``start`` until before
        ``stop``, UTC, and no others: the first of them may have been earlier. What came of a
        month is found without a look at all inspections of the house."""
        return self._get_query(
            SQL(
                """r.service_job_id IN (
                    SELECT pr.service_job_id FROM service_inspection pi
                    JOIN service_inspection_service_job_rel pr
                        ON pr.service_inspection_id = pi.id
                    WHERE pi.kind = 'final' AND pi.state = 'done'
                        AND pi.done_at >= %s AND pi.done_at < %s
                )""",
                start, stop,
            )
        )

    def _get_query(self, jobs):
        """Return the rows of the inspected jobs that fulfil the condition ``jobs``."""
        return SQL(
            """
            SELECT j.id, j.id AS job_id, j.order_id, j.company_id, o.warehouse_id, o.advisor_id,
                j.technician_id, j.operation_id, o.vehicle_id, v.model_id,
                f.inspected_at, f.attempts, f.defects,
                (f.first_defects = 0)::int::float AS passed_first,
                (f.first_defects > 0)::int AS failed_first,
                (EXISTS (
                    SELECT 1 FROM service_job c
                    WHERE c.comeback_of_id = j.id AND c.state != 'cancelled'
                ))::int AS came_back
            FROM (%s) f
            JOIN service_job j ON j.id = f.job_id
            JOIN service_order o ON o.id = j.order_id
            LEFT JOIN service_vehicle v ON v.id = o.vehicle_id
            """,
            self._finals_query(jobs),
        )

    def _finals_query(self, jobs):
        """Return one row per finally inspected job, of one row per inspection and job.

        :param jobs: SQL, a condition on the inspected job ``r.service_job_id``.

        Defects of a job are the red items that name it, and those that name none: such an item
        sends all inspected jobs back to work. An inspection is as red as its worst item, so items
        are looked at where something failed.
        """
        return SQL(
            """
            SELECT job_id, MIN(done_at) AS inspected_at, COUNT(*) AS attempts,
                SUM(defects)::int AS defects,
                (ARRAY_AGG(defects ORDER BY done_at, inspection_id))[1] AS first_defects
            FROM (
                SELECT r.service_job_id AS job_id, i.id AS inspection_id, i.done_at,
                    CASE WHEN i.result = 'red' THEN (
                        SELECT COUNT(*) FROM service_inspection_line l
                        WHERE l.inspection_id = i.id AND l.result = 'red'
                            AND (l.failed_job_id IS NULL OR l.failed_job_id = r.service_job_id)
                    ) ELSE 0 END AS defects
                FROM service_inspection i
                JOIN service_inspection_service_job_rel r ON r.service_inspection_id = i.id
                WHERE i.kind = 'final' AND i.state = 'done' AND %s
            ) checked
            GROUP BY job_id
            """,
            jobs,
        )

    def action_open_job(self):
        """Open the job behind this row."""
        return self.job_id._get_records_action()
