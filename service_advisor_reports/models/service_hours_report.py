from odoo import api, fields, models
from odoo.tools import SQL

from .service_fact_mixin import Part
from .service_ratio_mixin import Ratio

# What a row is about, and the last digit of its id.
KINDS = {"clocked": 0, "finished": 1, "sold": 2, "spent": 3, "attended": 4}
# The ids of rows are those of their records times so much, so that each tells its kind.
STEP = 8
# What the rows of each kind add up to.
ADDS = {
    "clocked": ("clocked_hours",),
    "finished": ("allowed_hours",),
    "sold": ("sold_hours", "labour_amount"),
    "spent": ("spent_hours",),
    "attended": ("attended_hours",),
}
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
    _inherit = "service.fact.mixin"
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

    @api.model
    def _get_rows_query(self):
        queries = self._get_queries().values()
        return self._add_ratios(SQL(" UNION ALL ").join(queries))

    @api.model
    def _get_parts(self):
        # Each kind of row is asked alone for what only its rows say.
        return {
            kind: Part(query, SQL("TRUE"), {name: SQL.identifier(name) for name in ADDS[kind]})
            for kind, query in self._get_queries().items()
        }

    @api.model
    def _get_part_query(self, part):
        return part.source

    @api.model
    def _plan(self, domain, groupby, aggregates, having):
        ask = super()._plan(domain, groupby, aggregates, having)
        # There are no other records than the rows of the kinds: each says how many it has. What
        # nobody can sort or add up here is asked of all rows together.
        general = ask.pop(None, [])
        added = {"__count", "currency_id:min", "currency_id:max"}
        if not ask or not added.issuperset(general) or not all(map(self._get_sorted_type, groupby)):
            return {}
        return {kind: [*ask.get(kind, []), *general] for kind in self._get_parts()}

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

    # ---- the records behind the figures ---------------------------------------------------

    def action_open_record(self):
        """Open what a row is about: the job, or the technician whose day it is."""
        self.ensure_one()
        number, kind = divmod(self.id, STEP)
        # The id tells it: a row of millions need not be looked up for that.
        if kind == KINDS["attended"]:
            return self._get_attending(number)._get_records_action()
        return self._get_job(number, kind)._get_records_action()

    @api.model
    def _get_job(self, number, kind):
        if kind == KINDS["finished"]:
            return self.env["service.job"].browse(number)
        if kind == KINDS["sold"]:
            return self.env["sale.order.line"].browse(number).service_job_id
        return self.env["service.clocking"].browse(number).job_id
