from odoo import api, fields, models
from odoo.tools import SQL


class ServiceInspectionQueue(models.Model):
    """What waits for an inspector: checks of work under way, and cars whose work is over."""

    _name = "service.inspection.queue"
    _description = "Inspection to Do"
    _auto = False
    _order = "turn, since, id"
    _rec_name = "order_id"
    _depends = {
        "service.inspection": [
            "kind", "state", "order_id", "company_id", "job_ids", "failed_id", "corrected_at",
            "planned_at", "is_mandatory",
        ],
        "service.job": ["order_id", "state", "finished_at", "technician_id"],
        "service.order": ["state", "company_id", "promised_at"],
    }

    kind = fields.Selection(
        [("process", "In-process Check"), ("final", "Final Inspection")], "What", readonly=True
    )
    turn = fields.Selection(
        [("inspector", "Inspector"), ("technician", "Technician")], "Whose Turn", readonly=True
    )
    inspection_id = fields.Many2one("service.inspection", readonly=True)
    order_id = fields.Many2one("service.order", "Service Order", readonly=True)
    vehicle_id = fields.Many2one(related="order_id.vehicle_id", string="Vehicle")
    company_id = fields.Many2one("res.company", readonly=True)
    job_id = fields.Many2one("service.job", readonly=True)
    technician_id = fields.Many2one("hr.employee", readonly=True)
    promised_at = fields.Datetime("Promised", readonly=True)
    since = fields.Datetime(readonly=True)
    waited = fields.Float("Waiting (h)", compute="_compute_waited")
    is_mandatory = fields.Boolean("Before Ready", readonly=True)
    is_begun = fields.Boolean("In Progress", readonly=True)
    work = fields.Char(compute="_compute_work")
    reason = fields.Char(compute="_compute_work")

    @property
    def _table_query(self):
        return SQL("%s UNION ALL %s", self._get_process_sql(), self._get_final_sql())

    def _get_process_sql(self):
        return SQL(
            """
            SELECT inspection.id * 2 AS id, 'process' AS kind, inspection.id AS inspection_id,
                   inspection.order_id, inspection.company_id, job.id AS job_id,
                   job.technician_id, service.promised_at, inspection.is_mandatory,
                   inspection.state = 'draft' AS is_begun,
                   CASE WHEN inspection.failed_id IS NOT NULL
                             AND inspection.corrected_at IS NULL
                        THEN 'technician' ELSE 'inspector' END AS turn,
                   COALESCE(inspection.corrected_at, inspection.planned_at) AS since
              FROM service_inspection inspection
              JOIN service_inspection_service_job_rel link
                   ON link.service_inspection_id = inspection.id
              JOIN service_job job ON job.id = link.service_job_id
                                  AND job.state IN ('in_work', 'qc', 'done')
              JOIN service_order service ON service.id = inspection.order_id
             WHERE inspection.kind = 'process' AND inspection.state IN ('planned', 'draft')
            """
        )

    def _get_final_sql(self):
        return SQL(
            """
            SELECT service.id * 2 + 1 AS id, 'final' AS kind,
                   MAX(inspection.id) AS inspection_id, service.id AS order_id,
                   service.company_id, NULL AS job_id,
                   CASE WHEN COUNT(DISTINCT job.technician_id) = 1
                        THEN MAX(job.technician_id) END AS technician_id,
                   service.promised_at, TRUE AS is_mandatory,
                   COUNT(inspection.id) > 0 AS is_begun, 'inspector' AS turn,
                   MAX(job.finished_at) AS since
              FROM service_order service
              JOIN service_job job ON job.order_id = service.id AND job.state = 'qc'
         LEFT JOIN service_inspection inspection ON inspection.order_id = service.id
                                                AND inspection.kind = 'final'
                                                AND inspection.state = 'draft'
             WHERE service.state = 'quality_check'
          GROUP BY service.id
            """
        )

    @api.depends("since")
    def _compute_waited(self):
        now = fields.Datetime.now()
        for entry in self:
            seconds = (now - entry.since).total_seconds() if entry.since else 0
            entry.waited = max(seconds, 0) / 3600

    @api.depends("kind", "order_id.job_ids.state", "inspection_id")
    @api.depends_context("lang")
    def _compute_work(self):
        for entry in self:
            jobs = entry.job_id or entry.order_id._get_jobs_to_inspect()
            entry.work = ", ".join(jobs.mapped("display_name"))
            entry.reason = entry.inspection_id.planned_reason
            if entry.kind == "final":
                attempt = self.env["service.inspection"]._get_attempt(
                    entry.order_id, "final", jobs
                )
                entry.reason = attempt > 1 and self.env._("Attempt %s", attempt)

    def action_inspect(self):
        """Open what waits here; it begins, where nobody has begun it.

        :raises UserError: where the user has done the work.
        """
        self.ensure_one()
        if self.kind == "final":
            return self.order_id.action_final_inspection()
        return self.inspection_id.action_inspect()
