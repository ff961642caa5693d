from odoo import api, fields, models
from odoo.tools import SQL

from .service_fact_mixin import Part
from .service_ratio_mixin import Ratio

# An inspection and a job make one number: room for so many jobs.
JOBS = 2**26


class ServiceInspectionReport(models.Model):
    """One row per inspection that is done and job that it looked at; a health check, which looks
    at the car, has one row.

    Items are those of the whole sheet, failures those that concern the job: the red items that
    name it, and those that name none.
    """

    _name = "service.inspection.report"
    _description = "Inspection Analysis"
    _inherit = "service.fact.mixin"
    _auto = False
    _rec_name = "inspection_id"
    _order = "done_at desc, id desc"
    _depends = {
        "service.inspection": [
            "order_id", "company_id", "kind", "state", "result", "attempt", "checklist_id",
            "inspector_id", "started_at", "done_at", "job_ids",
        ],
        "service.inspection.line": ["inspection_id", "result", "failed_job_id"],
        "service.job": ["operation_id", "technician_id"],
        "service.order": ["warehouse_id", "advisor_id", "vehicle_id"],
        "service.vehicle": ["model_id", "brand_id"],
    }

    inspection_id = fields.Many2one("service.inspection", readonly=True)
    kind = fields.Selection(lambda self: self._describe("kind"), readonly=True)
    result = fields.Selection(
        lambda self: self._describe("result"), readonly=True, help="The worst item."
    )
    attempt = fields.Integer(
        readonly=True, aggregator=None, help="1 is the first inspection of this kind of the jobs."
    )
    checklist_id = fields.Many2one("service.checklist", readonly=True)
    inspector_id = fields.Many2one("hr.employee", "Inspected By", readonly=True)
    done_at = fields.Datetime("Done On", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", "Branch", readonly=True)
    advisor_id = fields.Many2one("res.users", "Service Advisor", readonly=True)
    order_id = fields.Many2one("service.order", "Service Order", readonly=True)
    job_id = fields.Many2one("service.job", readonly=True)
    operation_id = fields.Many2one("service.operation", readonly=True)
    technician_id = fields.Many2one("hr.employee", readonly=True)
    model_id = fields.Many2one("fleet.vehicle.model", "Vehicle Model", readonly=True)
    brand_id = fields.Many2one("fleet.vehicle.model.brand", "Make", readonly=True)
    minutes = fields.Float(
        "Minutes Taken", readonly=True, aggregator="avg", help="From the start to the signature."
    )
    red_count = fields.Integer("Failed Items", readonly=True)
    yellow_count = fields.Integer("Advisory Items", readonly=True)
    item_count = fields.Integer("Items", readonly=True)
    fail_rate = fields.Float(
        "Failed Items in 100",
        readonly=True,
        aggregator="avg",
        help="Failed items ÷ items looked at.",
    )
    row_count = fields.Integer(
        "Jobs Looked At", readonly=True, help="Jobs inspected, and cars whose health was checked."
    )
    failed_count = fields.Integer("Jobs Failed", readonly=True, help="With a failed item.")
    pass_rate = fields.Float(
        "Passed",
        readonly=True,
        aggregator="avg",
        help="Without a failed item ÷ looked at: jobs inspected, and cars checked.",
    )

    @api.model
    def _describe(self, name):
        return self.env["service.inspection"]._fields[name]._description_selection(self.env)

    @api.model
    def _get_columns(self):
        return {
            "id": SQL("i.id::int8 * %s + COALESCE(r.service_job_id, 0)", JOBS),
            "inspection_id": SQL("i.id"),
            "kind": SQL("i.kind"),
            "result": SQL("i.result"),
            "attempt": SQL("i.attempt"),
            "checklist_id": SQL("i.checklist_id"),
            "inspector_id": SQL("i.inspector_id"),
            "done_at": SQL("i.done_at"),
            "company_id": SQL("i.company_id"),
            "warehouse_id": SQL("o.warehouse_id"),
            "advisor_id": SQL("o.advisor_id"),
            "order_id": SQL("i.order_id"),
            "job_id": SQL("r.service_job_id"),
            "operation_id": SQL("j.operation_id"),
            "technician_id": SQL("j.technician_id"),
            "model_id": SQL("v.model_id"),
            "brand_id": SQL("v.brand_id"),
            "row_count": SQL("1"),
            "minutes": SQL("EXTRACT(EPOCH FROM i.done_at - i.started_at) / 60"),
        }

    @api.model
    def _get_from(self):
        return SQL(
            """service_inspection i
            LEFT JOIN service_inspection_service_job_rel r ON r.service_inspection_id = i.id
            LEFT JOIN service_job j ON j.id = r.service_job_id
            LEFT JOIN service_order o ON o.id = i.order_id
            LEFT JOIN service_vehicle v ON v.id = o.vehicle_id"""
        )

    @api.model
    def _get_where(self):
        return SQL("i.state = 'done'")

    @api.model
    def _get_ratios(self):
        return {
            "fail_rate": Ratio("red_count", "item_count"),
            "pass_rate": Ratio("row_count", "row_count", less="failed_count"),
        }

    @api.model
    def _get_parts(self):
        concerns = SQL(
            """l.inspection_id = i.id AND (
                r.service_job_id IS NULL OR l.failed_job_id IS NULL
                OR l.failed_job_id = r.service_job_id
            )"""
        )
        lines = SQL("service_inspection_line l")
        return {
            "red": Part(
                lines,
                # The result of a sheet is that of its worst item, so few sheets are read.
                SQL("%s AND l.result = 'red' AND i.result = 'red'", concerns),
                {"red_count": SQL("1")},
            ),
            "yellow": Part(
                lines,
                SQL("l.inspection_id = i.id AND l.result = 'yellow'"),
                {"yellow_count": SQL("1")},
            ),
            "items": Part(
                lines,
                SQL("l.inspection_id = i.id AND l.result IN ('green', 'yellow', 'red')"),
                {"item_count": SQL("1")},
            ),
            "failed": Part(
                SQL("(SELECT) once"),
                SQL(
                    """i.result = 'red' AND EXISTS (
                        SELECT FROM service_inspection_line l WHERE %s AND l.result = 'red'
                    )""",
                    concerns,
                ),
                {"failed_count": SQL("1")},
            ),
        }

    def action_open_inspection(self):
        """Open the inspection behind this row."""
        return self.env["service.inspection"].browse(
            {number // JOBS for number in self.ids}
        )._get_records_action()
