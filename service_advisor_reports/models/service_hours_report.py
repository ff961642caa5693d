from odoo import api, fields, models
from odoo.tools import SQL

from .service_ratio_mixin import Ratio

# What a row is about, and the last digit of its id.
KINDS = {"clocked": 0, "finished": 1, "sold": 2, "spent": 3, "attended": 4}
# The ids of rows are those of their records times so much, so that each tells its kind.
STEP = 8
# A technician and a day make one number: so many days are more than a century.
DAYS = 65536
FIRST_DAY = "2000-01-01"
# Types of the columns, the same for all kinds.
MEASURES = {
    "clocked_hours": SQL("float8"),
    "allowed_hours": SQL("float8"),
    "sold_hours": SQL("float8"),
    "spent_hours": SQL("float8"),
    "attended_hours": SQL("float8"),
    "labour_amount": SQL("numeric"),
}
TYPES = {
    "id": SQL("int8"),
    "kind": SQL("varchar"),
    "date": SQL("timestamp"),
    "company_id": SQL("int4"),
    "currency_id": SQL("int4"),
    "warehouse_id": SQL("int4"),
    "advisor_id": SQL("int4"),
    "order_id": SQL("int4"),
    "employee_id": SQL("int4"),
    "job_id": SQL("int4"),
}


class ServiceHoursReport(models.Model):
    """What became of the technicians' hours: rows of clockings, of what was sold, and of the days
    on which somebody was there.

    As in the scorecards: sold and spent hours are those of the jobs finished in the period, on
    the account of the job's technician, whenever they were clocked; clocked and attended hours
    are those of the period itself.
    """

    _name = "service.hours.report"
    _description = "Hours Analysis"
    _inherit = "service.ratio.mixin"
    _auto = False
    _rec_name = "employee_id"
    _order = "date desc, id desc"
    _depends = {
        "service.clocking": [
            "job_id", "order_id", "company_id", "employee_id", "start_at", "stop_at", "hours",
        ],
        "service.job": [
            "order_id", "company_id", "technician_id", "state", "finished_at", "allowed_hours",
        ],
        "service.order": ["warehouse_id", "advisor_id"],
        "sale.order": ["currency_rate"],
        "sale.order.line": [
            "order_id", "service_job_id", "product_id", "product_uom_qty", "price_subtotal",
            "product_uom_id",
            "state", "display_type", "is_downpayment", "service_share_kind", "service_claim_id",
        ],
        "product.product": ["product_tmpl_id"],
        "product.template": ["type", "service_to_purchase"],
        "hr.employee": ["resource_id", "is_service_technician", "company_id"],
        "resource.resource": ["calendar_id", "tz"],
        "resource.calendar.attendance": [
            "calendar_id", "dayofweek", "hour_from", "hour_to", "day_period", "week_type",
            "display_type",
        ],
        "resource.calendar.leaves": [
            "resource_id", "calendar_id", "company_id", "date_from", "date_to", "time_type",
        ],
        "res.company": ["currency_id"],
    }

    kind = fields.Selection(
        [
            ("clocked", "Clocked"),
            ("finished", "Job Finished"),
            ("sold", "Labour Sold"),
            ("spent", "Spent on Finished Jobs"),
            ("attended", "Attended"),
        ],
        "What",
        readonly=True,
    )
    date = fields.Datetime(
        "On",
        readonly=True,
        help="When the clock was started, when the job was finished, or the day of work.",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    employee_id = fields.Many2one("hr.employee", "Technician", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", "Branch", readonly=True)
    advisor_id = fields.Many2one("res.users", "Service Advisor", readonly=True)
    order_id = fields.Many2one("service.order", "Service Order", readonly=True)
    job_id = fields.Many2one("service.job", readonly=True)
    clocked_hours = fields.Float(readonly=True, help="Clocks that were stopped.")
    allowed_hours = fields.Float(readonly=True, help="Of the jobs that were finished.")
    sold_hours = fields.Float(readonly=True, help="Of the jobs that were finished.")
    spent_hours = fields.Float(
        "Spent on Finished Jobs", readonly=True, help="Clocked by all, whenever it was."
    )
    attended_hours = fields.Float(
        readonly=True,
        help="Working hours without time off, since the technician's first clocking.",
    )
    labour_amount = fields.Monetary(
        "Labour Sales", readonly=True, help="Of the jobs that were finished, without taxes."
    )
    efficiency = fields.Float(
        readonly=True, aggregator="avg", help="Sold hours ÷ hours spent, of finished jobs."
    )
    productivity = fields.Float(
        readonly=True, aggregator="avg", help="Clocked ÷ attended hours."
    )
    labour_rate = fields.Monetary(
        "Effective Labour Rate", readonly=True, aggregator="avg", help="Labour sales ÷ sold hours."
    )

    @api.model
    def _get_ratios(self):
        return {
            "efficiency": Ratio("sold_hours", "spent_hours"),
            "productivity": Ratio("clocked_hours", "attended_hours"),
            "labour_rate": Ratio("labour_amount", "sold_hours"),
        }

    @property
    def _table_query(self):
        queries = self._get_queries().values()
        return self._add_ratios(SQL(" UNION ALL ").join(queries))

    @api.model
    def _get_queries(self):
        """Hook: return ``{kind: SQL}`` of rows made by :meth:`_get_rows`; an addon that knows who
        came and went may put its own in the place of "attended"."""
        job = SQL("j.finished_at IS NOT NULL AND j.state IN ('qc', 'done')")
        # The company of a job or a clocking is that of its order. Together with the moment it is
        # in an index.
        finished = SQL(
            """service_job j
            LEFT JOIN service_order o ON o.id = j.order_id
            LEFT JOIN res_company c ON c.id = j.company_id"""
        )
        done_by = {
            "date": SQL("j.finished_at"),
            "employee_id": SQL("j.technician_id"),
            "job_id": SQL("j.id"),
        }
        labour, agreed = self.env["service.visit.mixin"]._get_labour_part(
            SQL("l.service_job_id = j.id")
        )
        amount = self.env["service.visit.mixin"]._get_amount("l", "e")
        return {
            "clocked": self._get_rows(
                "clocked", SQL("k.id"),
                {
                    "company_id": SQL("k.company_id"),
                    "date": SQL("k.start_at"),
                    "employee_id": SQL("k.employee_id"),
                    "job_id": SQL("k.job_id"),
                    "clocked_hours": SQL("k.hours"),
                },
                SQL(
                    """service_clocking k
                    LEFT JOIN service_order o ON o.id = k.order_id
                    LEFT JOIN res_company c ON c.id = k.company_id"""
                ),
                SQL("k.stop_at IS NOT NULL"),
            ),
            "finished": self._get_rows(
                "finished", SQL("j.id"), {**done_by, "allowed_hours": SQL("j.allowed_hours")},
                finished, job,
            ),
            "sold": self._get_rows(
                "sold", SQL("l.id"),
                {
                    **done_by,
                    "sold_hours": SQL("l.product_uom_qty * lu.factor"),
                    "labour_amount": amount,
                },
                SQL("%s, %s", finished, labour),
                SQL("%s AND %s", job, agreed),
            ),
            "spent": self._get_rows(
                "spent", SQL("k.id"), {**done_by, "spent_hours": SQL("k.hours")},
                SQL("%s JOIN service_clocking k ON k.job_id = j.id", finished), job,
            ),
            "attended": self._get_attended_rows(),
        }

    @api.model
    def _get_rows(self, kind, number, columns, source, condition):
        """Return SQL of rows of one kind.

        :param number: SQL of a number that no other row of the kind has.
        :param columns: ``{field: SQL}`` of what they have beside the order ``o``.
        :param source, condition: SQL of the tables, the company ``c`` among them, and of which of
            their rows count.
        """
        expressions = {
            "id": SQL("(%s)::int8 * %s + %s", number, STEP, KINDS[kind]),
            "kind": SQL("%s::varchar", kind),
            "company_id": SQL("j.company_id"),
            "currency_id": SQL("c.currency_id"),
            "warehouse_id": SQL("o.warehouse_id"),
            "advisor_id": SQL("o.advisor_id"),
            "order_id": SQL("o.id"),
            "date": SQL("NULL"),
            "employee_id": SQL("NULL"),
            "job_id": SQL("NULL"),
            **dict.fromkeys(MEASURES, SQL("0")),
            **columns,
        }
        return SQL(
            "SELECT %s FROM %s WHERE %s",
            SQL(", ").join(
                SQL(
                    "(%s)::%s AS %s",
                    expression, MEASURES.get(name) or TYPES[name], SQL.identifier(name),
                )
                for name, expression in expressions.items()
            ),
            source,
            condition,
        )

    # ---- attendance -----------------------------------------------------------------------

    @api.model
    def _get_attended_rows(self):
        """Return SQL: one row per stretch of working hours, time off taken out.

        Whoever clocks is there from the first clocked day on; until today, or until the last
        clocked day where somebody is a technician no more.
        """
        return self._get_rows(
            "attended",
            SQL(
                """(e.id::int8 * %s + (day.at::date - %s::date)) * 2048
                + ROUND(a.hour_from * 60)::int""",
                DAYS, FIRST_DAY,
            ),
            {
                "company_id": SQL("e.company_id"),
                "warehouse_id": SQL("e.service_warehouse_id"),
                "advisor_id": SQL("NULL"),
                "order_id": SQL("NULL"),
                "date": SQL(
                    "(day.at + INTERVAL '12 hours') AT TIME ZONE r.tz AT TIME ZONE 'UTC'"
                ),
                "employee_id": SQL("e.id"),
                "attended_hours": SQL(
                    """EXTRACT(EPOCH FROM span.stop - span.start) / 3600 - COALESCE((%s), 0)""",
                    self._get_time_off(),
                ),
            },
            self._get_attended_from(),
            SQL("span.start < span.stop"),
        )

    @api.model
    def _get_attended_from(self):
        """Return SQL of the technicians ``e``, their days, and their hours on these days."""
        return SQL(
            """hr_employee e
            JOIN resource_resource r ON r.id = e.resource_id
            LEFT JOIN res_company c ON c.id = e.company_id
            CROSS JOIN LATERAL (
                SELECT
                    (SELECT MIN(start_at) FROM service_clocking WHERE employee_id = e.id)
                        AT TIME ZONE 'UTC' AT TIME ZONE r.tz AS first,
                    CASE WHEN e.active AND e.is_service_technician THEN NOW() ELSE
                        (SELECT MAX(start_at) FROM service_clocking WHERE employee_id = e.id)
                        AT TIME ZONE 'UTC'
                    END AT TIME ZONE r.tz AS last
            ) known
            CROSS JOIN LATERAL generate_series(
                date_trunc('day', known.first), known.last, INTERVAL '1 day'
            ) day(at)
            JOIN resource_calendar_attendance a
                ON a.calendar_id = (%s)
                AND a.dayofweek = (EXTRACT(ISODOW FROM day.at) - 1)::int::text
                AND a.display_type IS NULL
                AND COALESCE(a.day_period, '') != 'lunch'
                AND (
                    a.week_type IS NULL
                    OR a.week_type = ((day.at::date - '0001-01-01'::date) / 7 %% 2)::text
                )
            CROSS JOIN LATERAL (
                SELECT
                    (day.at + a.hour_from * INTERVAL '1 hour')
                        AT TIME ZONE r.tz AT TIME ZONE 'UTC' AS start,
                    LEAST(
                        (day.at + a.hour_to * INTERVAL '1 hour')
                            AT TIME ZONE r.tz AT TIME ZONE 'UTC',
                        NOW() AT TIME ZONE 'UTC'
                    ) AS stop
            ) span""",
            self._get_calendar(),
        )

    @api.model
    def _get_calendar(self):
        """Return SQL: by which calendar the technician works on that day: that of the contract,
        where there are contracts."""
        return SQL(
            """CASE WHEN EXISTS (
                SELECT FROM hr_version hv
                WHERE hv.employee_id = e.id AND hv.contract_date_start IS NOT NULL
            ) THEN (
                SELECT hv.resource_calendar_id FROM hr_version hv
                WHERE hv.employee_id = e.id AND hv.active AND hv.date_version <= day.at
                    AND hv.contract_date_start <= day.at
                    AND COALESCE(hv.contract_date_end >= day.at, TRUE)
                ORDER BY hv.date_version DESC LIMIT 1
            ) ELSE r.calendar_id END"""
        )

    @api.model
    def _get_time_off(self):
        """Return SQL: the hours of the stretch that are time off, of the technician or of the
        whole house; where two overlap, they count once."""
        return SQL(
            """SELECT SUM(GREATEST(
                EXTRACT(EPOCH FROM off.stop - GREATEST(off.start, off.before)), 0
            )) / 3600
            FROM (
                SELECT cut.*, MAX(cut.stop) OVER (
                    ORDER BY cut.start, cut.stop
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                ) AS before
                FROM (
                    SELECT GREATEST(f.date_from, span.start) AS start,
                        LEAST(f.date_to, span.stop) AS stop
                    FROM resource_calendar_leaves f
                    WHERE f.time_type = 'leave'
                        AND f.date_from < span.stop AND f.date_to > span.start
                        AND (
                            f.resource_id = r.id
                            OR f.resource_id IS NULL
                            AND (f.company_id IS NULL OR f.company_id = r.company_id)
                            AND (f.calendar_id IS NULL OR f.calendar_id = a.calendar_id)
                        )
                ) cut
            ) off"""
        )

    # ---- the records behind the figures ---------------------------------------------------

    def action_open_record(self):
        """Open what a row is about: the job, or the technician whose day it is."""
        self.ensure_one()
        number, kind = divmod(self.id, STEP)
        # The id tells it: a row of millions need not be looked up for that.
        if kind == KINDS["attended"]:
            return self.env["hr.employee"].browse(number // 2048 // DAYS)._get_records_action()
        return self._get_job(number, kind)._get_records_action()

    @api.model
    def _get_job(self, number, kind):
        if kind == KINDS["finished"]:
            return self.env["service.job"].browse(number)
        if kind == KINDS["sold"]:
            return self.env["sale.order.line"].browse(number).service_job_id
        return self.env["service.clocking"].browse(number).job_id
