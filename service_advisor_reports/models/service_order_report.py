from odoo import api, fields, models
from odoo.addons.service_advisor_quality.tools.comeback import FIXED_FIRST_DAYS
from odoo.tools import SQL

from .service_fact_mixin import Part
from .service_ratio_mixin import Ratio


class ServiceOrderReport(models.Model):
    """One row per service order with what managers count and compare.

    Shares are averages of 1, 0 and nothing: what has no outcome yet is no data, not a 0.
    """

    _name = "service.order.report"
    _description = "Service Order Analysis"
    _inherit = "service.visit.mixin"
    _auto = False
    _rec_name = "order_id"
    _order = "checked_in_at desc, id desc"
    _depends = {
        "service.order": [
            "company_id", "warehouse_id", "advisor_id", "partner_id", "vehicle_id", "state",
            "checked_in_at", "promised_at", "first_promised_at", "counted_promise_at", "ready_at",
            "delivered_at", "odometer_in",
        ],
        "service.job": ["order_id", "state", "allowed_hours", "comeback_of_id"],
        "service.clocking": ["order_id", "hours"],
        "service.inspection": ["order_id", "kind", "state", "result", "attempt"],
        "service.vehicle": [
            "model_id", "brand_id", "first_registration_date", "delivery_date", "invoice_date",
        ],
        "sale.order": ["service_order_id", "state", "amount_untaxed", "currency_rate"],
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

    state = fields.Selection(
        lambda self: self.env["service.order"]._fields["state"]._description_selection(self.env),
        readonly=True,
    )
    promised_at = fields.Datetime("Promised", readonly=True)
    ready_at = fields.Datetime("Ready On", readonly=True)
    delivered_at = fields.Datetime("Delivered On", readonly=True)
    job_count = fields.Integer("Jobs", readonly=True)
    declined_count = fields.Integer("Declined Jobs", readonly=True)
    declined_amount = fields.Monetary(
        "Declined Work", readonly=True, help="What the customer was offered and did not want."
    )
    allowed_hours = fields.Float(readonly=True)
    sold_hours = fields.Float(readonly=True, help="Hours of labour that were agreed on.")
    clocked_hours = fields.Float(readonly=True)
    labour_amount = fields.Monetary(
        "Labour Sales", readonly=True, help="Agreed labour of the house, without taxes."
    )
    amount_untaxed = fields.Monetary(
        "Confirmed Untaxed",
        readonly=True,
        help="Confirmed estimates of all payers, in the currency of the company.",
    )
    hours_per_order = fields.Float(
        readonly=True, aggregator="avg", help="Sold hours ÷ orders."
    )
    efficiency = fields.Float(readonly=True, aggregator="avg", help="Sold ÷ clocked hours.")
    labour_rate = fields.Monetary(
        "Effective Labour Rate",
        readonly=True,
        aggregator="avg",
        help="Labour sales ÷ sold hours.",
    )
    on_time_first = fields.Float(
        "On Time, First Promise",
        readonly=True,
        aggregator="avg",
        help="Ready at or before the time first promised; only orders that are ready count.",
    )
    on_time_current = fields.Float(
        "On Time",
        readonly=True,
        aggregator="avg",
        help="Ready at or before the time promised last; only orders that are ready count.",
    )
    on_time_counted = fields.Float(
        "On Time, Counted",
        readonly=True,
        aggregator="avg",
        help="Ready at or before the promise that counts: the one the customer approved, moved by "
        "additional work the customer approved and by nothing else.",
    )
    shop_hours = fields.Float(
        "Hours in Shop",
        readonly=True,
        aggregator="avg",
        help="From check-in to hand-over; cars still here count until now.",
    )
    final_count = fields.Integer("Final Inspections", readonly=True)
    inspected_count = fields.Integer("Inspected Orders", readonly=True)
    failed_count = fields.Integer("Failed at First", readonly=True)
    first_pass = fields.Float(
        "Passed First Inspection",
        readonly=True,
        aggregator="avg",
        help="No job failed its first final inspection; only inspected orders count.",
    )
    due_count = fields.Integer(
        "30 Days Over",
        readonly=True,
        help="Orders delivered whose 30 days have ended.",
    )
    returned_count = fields.Integer(
        "Came Back", readonly=True, help="With the same concern, within 30 days."
    )
    fixed_first = fields.Float(
        "Fixed First Time",
        readonly=True,
        aggregator="avg",
        help="Orders that did not come back with the same concern within 30 days ÷ orders "
        "delivered whose 30 days have ended.",
    )

    @api.model
    def _get_columns(self):
        return {
            "id": SQL("o.id"),
            **self._get_visit_columns(),
            "state": SQL("o.state"),
            "promised_at": SQL("o.promised_at"),
            "ready_at": SQL("o.ready_at"),
            "delivered_at": SQL("o.delivered_at"),
            "on_time_first": SQL("(o.ready_at <= o.first_promised_at)::int"),
            "on_time_current": SQL("(o.ready_at <= o.promised_at)::int"),
            "on_time_counted": SQL(
                "(o.ready_at <= COALESCE(o.counted_promise_at, o.first_promised_at))::int"
            ),
            "shop_hours": SQL(
                """EXTRACT(EPOCH FROM
                    COALESCE(o.delivered_at, NOW() AT TIME ZONE 'UTC') - o.checked_in_at
                ) / 3600"""
            ),
            "due_count": SQL(
                """COALESCE(
                    o.delivered_at + %s * INTERVAL '1 day' <= NOW() AT TIME ZONE 'UTC', FALSE
                )::int""",
                FIXED_FIRST_DAYS,
            ),
        }

    @api.model
    def _get_from(self):
        return SQL(
            """service_order o
            LEFT JOIN service_vehicle v ON v.id = o.vehicle_id
            LEFT JOIN res_company c ON c.id = o.company_id"""
        )

    @api.model
    def _get_where(self):
        """Hook: which orders are analysed; cancelled ones were no visits."""
        return SQL("o.state != 'cancelled'")

    @api.model
    def _get_ratios(self):
        return {
            "hours_per_order": Ratio("sold_hours"),
            "efficiency": Ratio("sold_hours", "clocked_hours"),
            "labour_rate": Ratio("labour_amount", "sold_hours"),
            "first_pass": Ratio("inspected_count", "inspected_count", less="failed_count"),
            "fixed_first": Ratio("due_count", "due_count", less="returned_count"),
        }

    @api.model
    def _get_parts(self):
        return {
            "jobs": Part(
                SQL("service_job j"),
                SQL("j.order_id = o.id AND j.state != 'cancelled'"),
                {
                    "job_count": SQL("1"),
                    "declined_count": SQL("(j.state = 'declined')::int"),
                    "allowed_hours": SQL(
                        "CASE WHEN j.state = 'declined' THEN 0 ELSE j.allowed_hours END"
                    ),
                },
            ),
            "clocked": Part(
                SQL("service_clocking k"),
                SQL("k.order_id = o.id"),
                {"clocked_hours": SQL("k.hours")},
            ),
            "estimates": Part(
                SQL("sale_order s"),
                SQL("s.service_order_id = o.id AND s.state = 'sale'"),
                # The rate of the day the estimate was made turns its currency into the company's.
                {
                    "amount_untaxed": SQL(
                        "s.amount_untaxed / COALESCE(NULLIF(s.currency_rate, 0), 1)"
                    )
                },
            ),
            "labour": Part(
                *self._get_labour_part(SQL("e.service_order_id = o.id")),
                {
                    "sold_hours": SQL("l.product_uom_qty * lu.factor"),
                    "labour_amount": self._get_amount("l", "e"),
                },
            ),
            "declined": Part(
                SQL(
                    """service_job dj
                    JOIN sale_order_line dl ON dl.service_job_id = dj.id
                    JOIN sale_order de ON de.id = dl.order_id"""
                ),
                SQL("dj.order_id = o.id AND dj.state = 'declined'"),
                {"declined_amount": self._get_amount("dl", "de")},
            ),
            **self._get_quality_parts(),
        }

    @api.model
    def _get_quality_parts(self):
        finals = SQL(
            "SELECT FROM service_inspection i "
            "WHERE i.order_id = o.id AND i.kind = 'final' AND i.state = 'done' AND i.attempt = 1"
        )
        return {
            "finals": Part(
                SQL("service_inspection f"),
                SQL("f.order_id = o.id AND f.kind = 'final' AND f.state = 'done'"),
                {"final_count": SQL("1")},
            ),
            "inspected": Part(*self._exists(finals), {"inspected_count": SQL("1")}),
            "failed": Part(
                *self._exists(SQL("%s AND i.result = 'red'", finals)),
                {"failed_count": SQL("1")},
            ),
            "returned": Part(
                *self._exists(
                    SQL(
                        """SELECT FROM service_job fj
                        JOIN service_job cj ON cj.comeback_of_id = fj.id
                        JOIN service_order co ON co.id = cj.order_id
                        WHERE fj.order_id = o.id AND cj.state != 'cancelled'
                            AND co.checked_in_at <= o.delivered_at + %(days)s * INTERVAL '1 day'
                            AND o.delivered_at + %(days)s * INTERVAL '1 day'
                                <= NOW() AT TIME ZONE 'UTC'""",
                        days=FIXED_FIRST_DAYS,
                    )
                ),
                {"returned_count": SQL("1")},
            ),
        }
