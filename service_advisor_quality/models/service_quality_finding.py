from odoo import fields, models
from odoo.tools import SQL


class ServiceQualityFinding(models.Model):
    """One row per red item of a quality inspection and job that it concerns: what fails most."""

    _name = "service.quality.finding"
    _description = "Failed Item"
    _auto = False
    _rec_name = "item"
    _order = "found_at desc, id desc"
    _depends = {
        "service.job": ["technician_id", "operation_id"],
        "service.order": ["advisor_id", "vehicle_id", "warehouse_id"],
        "service.vehicle": ["model_id"],
        "service.inspection": [
            "order_id", "company_id", "kind", "state", "done_at", "job_ids", "attempt",
        ],
        "service.inspection.line": [
            "inspection_id", "result", "failed_job_id", "section", "name", "note",
        ],
    }

    inspection_id = fields.Many2one("service.inspection", readonly=True)
    kind = fields.Selection(
        lambda self: self.env["service.inspection"]._fields["kind"]._description_selection(
            self.env
        ),
        readonly=True,
    )
    attempt = fields.Integer(readonly=True, aggregator=None)
    job_id = fields.Many2one("service.job", readonly=True)
    order_id = fields.Many2one("service.order", "Service Order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", "Branch", readonly=True)
    advisor_id = fields.Many2one("res.users", "Service Advisor", readonly=True)
    technician_id = fields.Many2one("hr.employee", readonly=True)
    operation_id = fields.Many2one("service.operation", readonly=True)
    model_id = fields.Many2one("fleet.vehicle.model", "Vehicle Model", readonly=True)
    section = fields.Char(readonly=True)
    item = fields.Char(readonly=True)
    note = fields.Char(readonly=True)
    found_at = fields.Datetime("Found On", readonly=True)

    @property
    def _table_query(self):
        # A red item that names no job concerns all of them; the number of the job within the
        # inspection, which does not change once it is done, makes the id.
        return SQL(
            """
            SELECT l.id::bigint * 1000 + p.number AS id, i.id AS inspection_id, i.kind,
                i.attempt, p.job_id, i.order_id, i.company_id, o.warehouse_id, o.advisor_id,
                j.technician_id, j.operation_id, v.model_id, l.section, l.name AS item, l.note,
                i.done_at AS found_at
            FROM service_inspection_line l
            JOIN service_inspection i ON i.id = l.inspection_id
            JOIN (
                SELECT service_inspection_id AS inspection_id, service_job_id AS job_id,
                    ROW_NUMBER() OVER (
                        PARTITION BY service_inspection_id ORDER BY service_job_id
                    ) AS number
                FROM service_inspection_service_job_rel
            ) p ON p.inspection_id = i.id
                AND (l.failed_job_id IS NULL OR l.failed_job_id = p.job_id)
            JOIN service_job j ON j.id = p.job_id
            JOIN service_order o ON o.id = i.order_id
            LEFT JOIN service_vehicle v ON v.id = o.vehicle_id
            WHERE l.result = 'red' AND i.state = 'done' AND i.kind != 'health'
            """
        )

    def action_open_inspection(self):
        """Open the inspection that found this."""
        return self.inspection_id._get_records_action()
