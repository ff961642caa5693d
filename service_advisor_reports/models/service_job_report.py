from odoo import api, fields, models
from odoo.addons.service_advisor_quality.tools.comeback import FIXED_FIRST_DAYS
from odoo.tools import SQL

from .service_fact_mixin import Part
from .service_ratio_mixin import Ratio


class ServiceJobReport(models.Model):
    """One row per job: what was done on which car, for how much, how long and how well."""

    _name = "service.job.report"
    _description = "Job Analysis"
    _inherit = "service.visit.mixin"
    _auto = False
    _rec_name = "job_id"
    _order = "checked_in_at desc, id desc"
    _depends = {
        "service.job": [
            "order_id", "operation_id", "pay_type", "state", "technician_id", "allowed_hours",
            "finished_at", "comeback_of_id",
        ],
        "service.order": [
            "company_id", "warehouse_id", "advisor_id", "partner_id", "vehicle_id", "state",
            "checked_in_at", "delivered_at", "odometer_in",
        ],
        "service.clocking": ["job_id", "hours"],
        "service.inspection": ["kind", "state", "result", "done_at", "job_ids"],
        "service.inspection.line": ["inspection_id", "result", "failed_job_id"],
        "service.vehicle": [
            "model_id", "brand_id", "first_registration_date", "delivery_date", "invoice_date",
        ],
        "sale.order": ["currency_rate"],
        "sale.order.line": [
            "order_id", "service_job_id", "product_id", "product_uom_qty", "price_subtotal",
            "product_uom_id",
            "state", "display_type", "is_downpayment", "service_share_kind", "service_claim_id",
        ],
        "product.product": ["product_tmpl_id"],
        "product.template": ["type", "service_to_purchase"],
        "res.company": ["currency_id"],
        "res.partner": ["is_company", "commercial_partner_id"],
    }

    job_id = fields.Many2one("service.job", readonly=True)
    operation_id = fields.Many2one("service.operation", readonly=True)
    pay_type = fields.Selection(
        lambda self: self.env["service.job"]._fields["pay_type"]._description_selection(self.env),
        readonly=True,
    )
    state = fields.Selection(
        lambda self: self.env["service.job"]._fields["state"]._description_selection(self.env),
        readonly=True,
    )
    technician_id = fields.Many2one("hr.employee", readonly=True)
    finished_at = fields.Datetime("Finished On", readonly=True)
    is_comeback = fields.Boolean("Is a Comeback", readonly=True)
    allowed_hours = fields.Float(readonly=True, help="Of all but declined jobs.")
    sold_hours = fields.Float(readonly=True, help="Hours of labour that were agreed on.")
    clocked_hours = fields.Float(readonly=True)
    efficiency = fields.Float(readonly=True, aggregator="avg", help="Sold ÷ clocked hours.")
    labour_amount = fields.Monetary(
        "Labour Sales", readonly=True, help="Agreed labour of the house, without taxes."
    )
    parts_amount = fields.Monetary(
        "Parts Sales", readonly=True, help="Agreed parts, without taxes."
    )
    labour_rate = fields.Monetary(
        "Effective Labour Rate",
        readonly=True,
        aggregator="avg",
        help="Labour sales ÷ sold hours.",
    )
    declined_count = fields.Integer("Declined Jobs", readonly=True)
    declined_share = fields.Float(
        "Share Declined",
        readonly=True,
        aggregator="avg",
        help="Declined jobs ÷ jobs the customer decided on.",
    )
    answered_count = fields.Integer("Jobs Decided On", readonly=True)
    declined_amount = fields.Monetary(
        "Declined Work", readonly=True, help="What the customer was offered and did not want."
    )
    inspected_count = fields.Integer("Jobs Inspected", readonly=True)
    failed_count = fields.Integer("Failed at First", readonly=True)
    first_pass = fields.Float(
        "First-Pass Rate",
        readonly=True,
        aggregator="avg",
        help="Jobs that passed their first final inspection ÷ jobs finally inspected.",
    )
    due_count = fields.Integer(
        "30 Days Over",
        readonly=True,
        help="Finished jobs on cars that left and whose 30 days have ended.",
    )
    returned_count = fields.Integer(
        "Came Back", readonly=True, help="With the same concern, within 30 days."
    )
    fixed_first = fields.Float(
        "Fixed First Time",
        readonly=True,
        aggregator="avg",
        help="Finished jobs that did not come back within 30 days ÷ finished jobs on cars that "
        "left and whose 30 days have ended.",
    )

    @api.model
    def _get_columns(self):
        return {
            "id": SQL("j.id"),
            "job_id": SQL("j.id"),
            **self._get_visit_columns(),
            "operation_id": SQL("j.operation_id"),
            "pay_type": SQL("j.pay_type"),
            "state": SQL("j.state"),
            "technician_id": SQL("j.technician_id"),
            "finished_at": SQL("j.finished_at"),
            "is_comeback": SQL("(j.comeback_of_id IS NOT NULL)"),
            "allowed_hours": SQL("CASE WHEN j.state = 'declined' THEN 0 ELSE j.allowed_hours END"),
            "declined_count": SQL("(j.state = 'declined')::int"),
            "answered_count": SQL("(j.state NOT IN ('proposed', 'quoted'))::int"),
            "due_count": SQL("COALESCE(%s, FALSE)::int", self._is_due()),
        }

    @api.model
    def _is_due(self):
        return SQL(
            """(j.state IN ('qc', 'done')
            AND o.delivered_at + %s * INTERVAL '1 day' <= NOW() AT TIME ZONE 'UTC')""",
            FIXED_FIRST_DAYS,
        )

    @api.model
    def _get_from(self):
        return SQL(
            """service_job j
            JOIN service_order o ON o.id = j.order_id
            LEFT JOIN service_vehicle v ON v.id = o.vehicle_id
            LEFT JOIN res_company c ON c.id = o.company_id"""
        )

    @api.model
    def _get_where(self):
        return SQL("j.state != 'cancelled'")

    @api.model
    def _get_ratios(self):
        return {
            "efficiency": Ratio("sold_hours", "clocked_hours"),
            "labour_rate": Ratio("labour_amount", "sold_hours"),
            "declined_share": Ratio("declined_count", "answered_count"),
            "first_pass": Ratio("inspected_count", "inspected_count", less="failed_count"),
            "fixed_first": Ratio("due_count", "due_count", less="returned_count"),
        }

    @api.model
    def _get_parts(self):
        return {
            "clocked": Part(
                SQL("service_clocking k"),
                SQL("k.job_id = j.id"),
                {"clocked_hours": SQL("k.hours")},
            ),
            "labour": Part(
                *self._get_labour_part(SQL("l.service_job_id = j.id")),
                {
                    "sold_hours": SQL("l.product_uom_qty * lu.factor"),
                    "labour_amount": self._get_amount("l", "e"),
                },
            ),
            "parts": Part(
                SQL("sale_order_line l JOIN sale_order e ON e.id = l.order_id"),
                SQL("l.service_job_id = j.id AND %s", self._is_agreed_part()),
                {"parts_amount": self._get_amount("l", "e")},
            ),
            "declined": Part(
                SQL("sale_order_line dl JOIN sale_order de ON de.id = dl.order_id"),
                SQL("dl.service_job_id = j.id AND j.state = 'declined'"),
                {"declined_amount": self._get_amount("dl", "de")},
            ),
            **self._get_quality_parts(),
        }

    @api.model
    def _get_quality_parts(self):
        """Return the parts that say how good the work was, as ``service.quality.score`` and
        ``service.comeback`` do."""
        return {
            "inspected": Part(
                *self._exists(
                    SQL(
                        """SELECT FROM service_inspection_service_job_rel r
                        JOIN service_inspection i ON i.id = r.service_inspection_id
                        WHERE r.service_job_id = j.id AND i.kind = 'final' AND i.state = 'done'"""
                    )
                ),
                {"inspected_count": SQL("1")},
            ),
            # Red inspections are few: which of them was the first is looked up one by one.
            "failed": Part(
                SQL(
                    """service_inspection f
                    JOIN service_inspection_service_job_rel fr
                        ON fr.service_inspection_id = f.id"""
                ),
                SQL(
                    """fr.service_job_id = j.id
                    AND f.kind = 'final' AND f.state = 'done' AND f.result = 'red'
                    AND EXISTS (
                        SELECT FROM service_inspection_line red
                        WHERE red.inspection_id = f.id AND red.result = 'red'
                            AND (red.failed_job_id IS NULL OR red.failed_job_id = j.id)
                            AND f.id = (
                                SELECT i.id FROM service_inspection_service_job_rel r
                                JOIN service_inspection i ON i.id = r.service_inspection_id
                                WHERE r.service_job_id = fr.service_job_id
                                    AND i.kind = 'final' AND i.state = 'done'
                                ORDER BY i.done_at, i.id LIMIT 1
                            )
                    )"""
                ),
                {"failed_count": SQL("1")},
            ),
            "returned": Part(
                *self._exists(
                    SQL(
                        """SELECT FROM service_job cj
                        JOIN service_order co ON co.id = cj.order_id
                        WHERE cj.comeback_of_id = j.id AND cj.state != 'cancelled'
                            AND %s
                            AND co.checked_in_at >= o.delivered_at
                            AND co.checked_in_at <= o.delivered_at + %s * INTERVAL '1 day'""",
                        self._is_due(),
                        FIXED_FIRST_DAYS,
                    )
                ),
                {"returned_count": SQL("1")},
            ),
        }

    def action_open_job(self):
        """Open the job behind this row."""
        return self.job_id._get_records_action()
