from odoo import fields, models
from odoo.tools import SQL


class ServiceOrderReport(models.Model):
    """One row per service order with what managers count and compare.

    Shares are averages of 1, 0 and nothing: what has no outcome yet is no data, not a 0.
    """

    _name = "service.order.report"
    _description = "Service Order Analysis"
    _auto = False
    _rec_name = "order_id"
    _order = "checked_in_at desc, id desc"
    _depends = {
        "service.order": [
            "company_id", "advisor_id", "partner_id", "vehicle_id", "state", "checked_in_at",
            "promised_at", "first_promised_at", "counted_promise_at", "ready_at", "delivered_at",
        ],
        "service.job": ["order_id", "state", "allowed_hours"],
        "service.clocking": ["order_id", "hours"],
        "service.inspection": ["order_id", "kind", "state", "result", "attempt"],
        "service.vehicle": ["model_id", "brand_id"],
        "sale.order": ["service_order_id", "state", "amount_untaxed", "currency_rate"],
        "res.company": ["currency_id"],
    }

    order_id = fields.Many2one("service.order", "Service Order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    advisor_id = fields.Many2one("res.users", "Service Advisor", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    model_id = fields.Many2one("fleet.vehicle.model", "Vehicle Model", readonly=True)
    brand_id = fields.Many2one("fleet.vehicle.model.brand", "Make", readonly=True)
    state = fields.Selection(
        lambda self: self.env["service.order"]._fields["state"]._description_selection(self.env),
        readonly=True,
    )
    checked_in_at = fields.Datetime("Checked In On", readonly=True)
    promised_at = fields.Datetime("Promised", readonly=True)
    ready_at = fields.Datetime("Ready On", readonly=True)
    delivered_at = fields.Datetime("Delivered On", readonly=True)
    job_count = fields.Integer("Jobs", readonly=True)
    declined_count = fields.Integer("Declined Jobs", readonly=True)
    allowed_hours = fields.Float(readonly=True)
    clocked_hours = fields.Float(readonly=True)
    amount_untaxed = fields.Monetary(
        "Confirmed Untaxed",
        readonly=True,
        help="Confirmed estimates of all payers, in the currency of the company.",
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
    first_pass = fields.Float(
        "Passed First Inspection",
        readonly=True,
        aggregator="avg",
        help="No job failed its first final inspection; only inspected orders count.",
    )

    @property
    def _table_query(self):
        return SQL("SELECT %s FROM %s WHERE %s", self._select(), self._from(), self._where())

    def _select(self):
        """Hook: the columns; each alias is a field."""
        return SQL(
            """
            o.id, o.id AS order_id, o.company_id, c.currency_id, o.advisor_id, o.partner_id,
            v.model_id, v.brand_id, o.state, o.checked_in_at, o.promised_at, o.ready_at,
            o.delivered_at,
            COALESCE(jobs.job_count, 0) AS job_count,
            COALESCE(jobs.declined_count, 0) AS declined_count,
            COALESCE(jobs.allowed_hours, 0) AS allowed_hours,
            COALESCE(clocked.hours, 0) AS clocked_hours,
            COALESCE(estimates.amount_untaxed, 0) AS amount_untaxed,
            (o.ready_at <= o.first_promised_at)::int::float AS on_time_first,
            (o.ready_at <= o.promised_at)::int::float AS on_time_current,
            (o.ready_at <= COALESCE(o.counted_promise_at, o.first_promised_at))::int::float
                AS on_time_counted,
            EXTRACT(EPOCH FROM
                COALESCE(o.delivered_at, NOW() AT TIME ZONE 'UTC') - o.checked_in_at
            ) / 3600 AS shop_hours,
            COALESCE(finals.final_count, 0) AS final_count,
            finals.first_pass::int::float AS first_pass
            """
        )

    def _from(self):
        """Hook: the order and one grouped query per kind of record that hangs on it."""
        return SQL(
            """
            service_order o
            JOIN res_company c ON c.id = o.company_id
            LEFT JOIN service_vehicle v ON v.id = o.vehicle_id
            LEFT JOIN (%s) jobs ON jobs.order_id = o.id
            LEFT JOIN (%s) clocked ON clocked.order_id = o.id
            LEFT JOIN (%s) estimates ON estimates.order_id = o.id
            LEFT JOIN (%s) finals ON finals.order_id = o.id
            """,
            self._jobs_query(),
            self._clocked_query(),
            self._estimates_query(),
            self._finals_query(),
        )

    def _where(self):
        """Hook: which orders are analysed; cancelled ones were no visits."""
        return SQL("o.state != 'cancelled'")

    def _jobs_query(self):
        return SQL(
            """
            SELECT order_id, COUNT(*) AS job_count,
                COUNT(*) FILTER (WHERE state = 'declined') AS declined_count,
                SUM(allowed_hours) FILTER (WHERE state != 'declined') AS allowed_hours
            FROM service_job WHERE state != 'cancelled' GROUP BY order_id
            """
        )

    def _clocked_query(self):
        return SQL("SELECT order_id, SUM(hours) AS hours FROM service_clocking GROUP BY order_id")

    def _estimates_query(self):
        # The rate of the day the estimate was made turns its currency into the company's.
        return SQL(
            """
            SELECT service_order_id AS order_id,
                SUM(amount_untaxed / COALESCE(NULLIF(currency_rate, 0), 1)) AS amount_untaxed
            FROM sale_order
            WHERE service_order_id IS NOT NULL AND state = 'sale' GROUP BY service_order_id
            """
        )

    def _finals_query(self):
        return SQL(
            """
            SELECT order_id, COUNT(*) AS final_count,
                BOOL_AND(result != 'red') FILTER (WHERE attempt = 1) AS first_pass
            FROM service_inspection WHERE kind = 'final' AND state = 'done' GROUP BY order_id
            """
        )

    def action_open_order(self):
        """Open the order behind this row."""
        return self.order_id._get_records_action()
