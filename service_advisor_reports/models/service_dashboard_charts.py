from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..tools.kpi import ratio
from ..tools.periods import steps_until
from .service_wip_report import OPEN_STATES

# Whole days since the check-in at which an age begins, as in service.wip.report.
AGES = {"d03": 0, "d07": 4, "d15": 8, "d30": 16, "d99": 31}
# Months since the last visit at which a customer counts as lost, and the steps from there.
LOST_MONTHS = (6, 12, 18, 24, 36)
# So many operations, categories or advisors fit into a chart.
MOST = 10


class ServiceDashboard(models.AbstractModel):
    """The charts: one grouped query each, and for each bar or point the records behind it."""

    _inherit = "service.dashboard"

    @api.model
    def _get_charts(self, asked):
        """Hook: return ``[{"key", "title", "note", "labels", "series", "has_data"}]``.

        ``series`` are ``{"label", "values", "kind": "bar" or "line", "unit", "open": what each
        value opens}``: ``{"model", "domain"}`` and perhaps the ``"view_id"`` of its list, or ``{"kpi", "date_from", "date_to", "by",
        "subject_id"}`` for :meth:`open_figure`; None where there is nothing to open. A value of
        None is no data.
        """
        # What is counted has to be written: an order that was changed a moment ago as well.
        self.env.flush_all()
        steps = steps_until(asked["span"].last, asked["step"])
        return [
            self._chart_orders(asked, steps),
            self._chart_sales(asked),
            self._chart_wip(asked),
            self._chart_complaints(asked),
            self._chart_comebacks(asked),
            self._chart_satisfaction(asked, steps),
            self._chart_advisors(asked),
            self._chart_lost(asked),
        ]

    @api.model
    def _prepare_chart(self, key, title, labels, series, note=""):
        values = [value for one in series for value in one["values"]]
        return {
            "key": key,
            "title": title,
            "note": note,
            "labels": labels,
            "series": series,
            "has_data": any(values),
        }

    @api.model
    def _prepare_series(self, label, values, opens, kind="bar", unit="number"):
        return {"label": label, "values": values, "open": opens, "kind": kind, "unit": unit}

    # ---- what the queries share -----------------------------------------------------------

    @api.model
    def _get_condition(self, asked, branch, advisor):
        """Return the SQL that keeps what is of the subject, by the columns that tell of whom a
        row is."""
        columns = {"branch": branch, "advisor": advisor}
        if asked["by"] == "company":
            return SQL("TRUE")
        return SQL("%s = %s", columns[asked["by"]], asked["subject_id"])

    @api.model
    def _get_domain(self, asked, branch, advisor):
        """Return the same as a domain, by names of fields."""
        mine = Domain("company_id", "=", asked["company"].id)
        if asked["by"] == "company":
            return mine
        names = {"branch": branch, "advisor": advisor}
        return mine & Domain(names[asked["by"]], "=", asked["subject_id"])

    @api.model
    def _get_start_stop(self, asked, span):
        return self.env["service.kpi"]._get_period(asked["company"], span.first, span.last)

    @api.model
    def _within(self, asked, name, span):
        start, stop = self._get_start_stop(asked, span)
        return Domain(name, ">=", start) & Domain(name, "<", stop)

    @api.model
    def _get_step_sql(self, asked, column):
        """Return the SQL of the first day of the month or week of a UTC column, where the company
        is."""
        zone = self.env["service.kpi"]._get_zone(asked["company"])
        return SQL(
            "DATE_TRUNC(%s, %s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date",
            asked["step"], column, zone.key,
        )

    @api.model
    def _open_list(self, model, domain):
        return {"model": model, "domain": list(domain)}

    @api.model
    def _open_kpi(self, code, span, by, subject_id):
        return {
            "kpi": code,
            "date_from": fields.Date.to_string(span.first),
            "date_to": fields.Date.to_string(span.last),
            "by": by,
            "subject_id": subject_id,
        }

    @api.model
    def _name_step(self, asked, span):
        if asked["step"] == "month":
            return format_date(self.env, span.first, date_format="MMM yy")
        return format_date(self.env, span.first, date_format="d MMM")

    # ---- trends ---------------------------------------------------------------------------

    @api.model
    def _chart_orders(self, asked, steps):
        start, _stop = self._get_start_stop(asked, steps[0])
        _start, stop = self._get_start_stop(asked, steps[-1])
        promise = SQL("COALESCE(o.counted_promise_at, o.first_promised_at)")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT %(step)s, COUNT(*), COUNT(%(promise)s),
                    COUNT(*) FILTER (WHERE o.ready_at <= %(promise)s)
                FROM service_order o
                WHERE o.company_id = %(company)s AND o.ready_at >= %(start)s
                    AND o.ready_at < %(stop)s AND o.state != 'cancelled' AND %(mine)s
                GROUP BY 1
                """,
                step=self._get_step_sql(asked, SQL("o.ready_at")),
                promise=promise, company=asked["company"].id, start=start, stop=stop,
                mine=self._get_condition(
                    asked, SQL("o.warehouse_id"), SQL("o.advisor_id")
                ),
            )
        )
        found = {first: counts for first, *counts in rows}
        counts = [found.get(span.first, (0, 0, 0)) for span in steps]
        mine = self._get_domain(asked, "warehouse_id", "advisor_id")
        mine &= Domain("state", "!=", "cancelled")
        return self._prepare_chart(
            "orders", self.env._("Orders Ready, and on Time"),
            [self._name_step(asked, span) for span in steps],
            [
                self._prepare_series(
                    self.env._("Orders ready"), [ready for ready, _all, _good in counts],
                    [
                        self._open_list("service.order", mine & self._within(asked, "ready_at", span))
                        for span in steps
                    ],
                ),
                self._prepare_series(
                    self.env._("On time"),
                    [ratio(good, promised, 100.0) for _ready, promised, good in counts],
                    [
                        self._open_kpi("on_time", span, asked["by"], asked["subject_id"])
                        for span in steps
                    ],
                    kind="line", unit="percent",
                ),
            ],
            self._get_trend_note(asked),
        )

    @api.model
    def _get_trend_note(self, asked):
        if asked["step"] == "week":
            return self.env._("52 weeks, each by its Monday")
        return self.env._("Twelve months")

    @api.model
    def _chart_satisfaction(self, asked, steps):
        """As ``service.survey.result`` counts, whose rows are the surveys of visits."""
        start, _stop = self._get_start_stop(asked, steps[0])
        _start, stop = self._get_start_stop(asked, steps[-1])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT %(step)s, COUNT(*), COUNT(*) FILTER (WHERE s.state = 'done'),
                    COUNT(*) FILTER (WHERE s.service_score_overall > 0),
                    COUNT(*) FILTER (WHERE s.service_score_overall >= 4)
                FROM survey_user_input s
                WHERE s.service_order_id IS NOT NULL AND s.test_entry IS NOT TRUE
                    AND s.service_company_id = %(company)s AND s.create_date >= %(start)s
                    AND s.create_date < %(stop)s AND %(mine)s
                GROUP BY 1
                """,
                step=self._get_step_sql(asked, SQL("s.create_date")),
                company=asked["company"].id, start=start, stop=stop,
                mine=self._get_condition(
                    asked, SQL("s.service_warehouse_id"), SQL("s.service_advisor_id")
                ),
            )
        )
        found = {first: counts for first, *counts in rows}
        counts = [found.get(span.first, (0, 0, 0, 0)) for span in steps]
        mine = self._get_domain(asked, "warehouse_id", "advisor_id")

        def opens(domain):
            return [
                self._open_list(
                    "service.survey.result", mine & domain & self._within(asked, "sent_at", span)
                )
                for span in steps
            ]

        return self._prepare_chart(
            "satisfaction", self.env._("Satisfied Customers"),
            [self._name_step(asked, span) for span in steps],
            [
                self._prepare_series(
                    self.env._("Satisfied, of those with a score"),
                    [ratio(good, valid, 100.0) for _sent, _done, valid, good in counts],
                    opens(Domain("is_valid", "=", True)), kind="line", unit="percent",
                ),
                self._prepare_series(
                    self.env._("Answered, of those asked"),
                    [ratio(done, sent, 100.0) for sent, done, _valid, _good in counts],
                    opens(Domain.TRUE), kind="line", unit="percent",
                ),
            ],
            self._get_trend_note(asked),
        )

    # ---- of the period --------------------------------------------------------------------

    @api.model
    def _chart_sales(self, asked):
        """Confirmed estimates of the orders that became ready, in the currency of the company at
        the rate of the day of the estimate."""
        start, stop = self._get_start_stop(asked, asked["span"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT e.service_pay_type,
                    SUM(e.amount_untaxed / COALESCE(NULLIF(e.currency_rate, 0), 1))
                FROM service_order o JOIN sale_order e ON e.service_order_id = o.id
                WHERE o.company_id = %s AND o.ready_at >= %s AND o.ready_at < %s
                    AND o.state != 'cancelled' AND e.state = 'sale' AND %s
                GROUP BY 1 ORDER BY 2 DESC, 1
                """,
                asked["company"].id, start, stop,
                self._get_condition(asked, SQL("o.warehouse_id"), SQL("o.advisor_id")),
            )
        )
        labels = dict(
            self.env["sale.order"]._fields["service_pay_type"]._description_selection(self.env)
        )
        mine = self._get_domain(
            asked, "service_order_id.warehouse_id", "service_order_id.advisor_id"
        )
        mine &= (
            Domain("state", "=", "sale") & Domain("service_order_id.state", "!=", "cancelled")
            & self._within(asked, "service_order_id.ready_at", asked["span"])
        )
        return self._prepare_chart(
            "sales", self.env._("Sales by Who Pays"),
            [labels.get(pay_type) or self.env._("Not known") for pay_type, _sum in rows],
            [
                self._prepare_series(
                    self.env._("Confirmed, without taxes"),
                    [float(amount or 0.0) for _pay_type, amount in rows],
                    [
                        self._open_list(
                            "sale.order", mine & Domain("service_pay_type", "=", pay_type or False)
                        )
                        for pay_type, _amount in rows
                    ],
                    unit="money",
                )
            ],
            self.env._("Orders ready in the period"),
        )

    @api.model
    def _chart_complaints(self, asked):
        start, stop = self._get_start_stop(asked, asked["span"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.category_id, COUNT(*)
                FROM service_complaint c LEFT JOIN service_order o ON o.id = c.order_id
                WHERE c.company_id = %s AND c.received_at >= %s AND c.received_at < %s
                    AND c.discarded_at IS NULL AND %s
                GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s
                """,
                asked["company"].id, start, stop,
                self._get_condition(asked, SQL("o.warehouse_id"), SQL("c.advisor_id")), MOST,
            )
        )
        mine = self._get_domain(asked, "order_id.warehouse_id", "advisor_id")
        mine &= Domain("discarded_at", "=", False)
        mine &= self._within(asked, "received_at", asked["span"])
        return self._prepare_ranking(
            "complaints", self.env._("Complaints by Category"), rows, "service.complaint",
            "category_id", mine, self.env._("Complaints"), self.env._("Received in the period"),
        )

    @api.model
    def _chart_comebacks(self, asked):
        start, stop = self._get_start_stop(asked, asked["span"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT e.operation_id, COUNT(*)
                FROM service_job c
                JOIN service_order o ON o.id = c.order_id
                JOIN service_job e ON e.id = c.comeback_of_id
                JOIN service_order eo ON eo.id = e.order_id
                WHERE c.company_id = %s AND c.state != 'cancelled'
                    AND o.checked_in_at >= %s AND o.checked_in_at < %s AND %s
                GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s
                """,
                asked["company"].id, start, stop,
                self._get_condition(asked, SQL("eo.warehouse_id"), SQL("eo.advisor_id")), MOST,
            )
        )
        mine = self._get_domain(asked, "warehouse_id", "advisor_id")
        mine &= self._within(asked, "returned_at", asked["span"])
        return self._prepare_ranking(
            "comebacks", self.env._("Comebacks by Operation"), rows, "service.comeback",
            "operation_id", mine, self.env._("Comebacks"), self.env._("Came back in the period"),
        )

    @api.model
    def _prepare_ranking(self, key, title, rows, model, name, mine, label, note):
        """Return the chart of ``[(record id, count)]``, the most frequent first."""
        comodel = self.env[model]._fields[name].comodel_name
        records = self.env[comodel].browse(record for record, _count in rows if record)
        names = {record.id: record.display_name for record in records}
        return self._prepare_chart(
            key, title,
            [names.get(record) or self.env._("Not known") for record, _count in rows],
            [
                self._prepare_series(
                    label, [count for _record, count in rows],
                    [
                        self._open_list(model, mine & Domain(name, "=", record or False))
                        for record, _count in rows
                    ],
                )
            ],
            note,
        )

    @api.model
    def _chart_advisors(self, asked):
        """Always all advisors: who is compared with nobody learns nothing."""
        span = asked["span"]
        figures = self.env["service.kpi"]._get_figures(
            asked["company"], span.first, span.last,
            ["orders_completed", "on_time", "csat"], "advisor",
        )
        counts = {
            subject: found["value"]
            for (code, subject), found in figures.items() if code == "orders_completed" and subject
        }
        busiest = sorted(counts, key=lambda subject: (-counts[subject], subject))[:MOST]
        # Whoever left the house is named as well.
        users = self.env["res.users"].with_context(active_test=False).browse(busiest)
        series = [
            self._prepare_series(
                label, [figures.get((code, user.id), {}).get("value") for user in users],
                [self._open_kpi(code, span, "advisor", user.id) for user in users],
                unit="percent",
            )
            for code, label in (
                ("on_time", self.env._("On time")), ("csat", self.env._("Satisfied")),
            )
        ]
        return self._prepare_chart(
            "advisors", self.env._("Advisors Compared"), users.mapped("name"), series,
            self.env._("The busiest of the period, whole company"),
        )

    # ---- as of now ------------------------------------------------------------------------

    @api.model
    def _chart_wip(self, asked):
        now = fields.Datetime.now()
        bounds = [now - timedelta(days=days) for days in AGES.values()]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT WIDTH_BUCKET(EXTRACT(EPOCH FROM %s - o.checked_in_at) / 86400, %s::float[]),
                    COUNT(*)
                FROM service_order o
                WHERE o.company_id = %s AND o.state IN %s AND o.checked_in_at <= %s AND %s
                GROUP BY 1
                """,
                now, [float(days) for days in AGES.values()], asked["company"].id, OPEN_STATES,
                now, self._get_condition(asked, SQL("o.warehouse_id"), SQL("o.advisor_id")),
            )
        )
        found = dict(rows)
        labels = dict(
            self.env["service.wip.report"]._fields["age"]._description_selection(self.env)
        )
        mine = self._get_domain(asked, "warehouse_id", "advisor_id")
        mine &= Domain("state", "in", list(OPEN_STATES))
        opens = []
        for index, newest in enumerate(bounds):
            aged = Domain("checked_in_at", "<=", newest)
            if index + 1 < len(bounds):
                aged &= Domain("checked_in_at", ">", bounds[index + 1])
            opens.append(self._open_list("service.order", mine & aged))
        return self._prepare_chart(
            "wip", self.env._("Work in Progress by Age"),
            [labels[age] for age in AGES],
            [
                self._prepare_series(
                    self.env._("Orders"),
                    [found.get(index + 1, 0) for index in range(len(AGES))], opens,
                )
            ],
            self.env._("Open orders, now"),
        )

    @api.model
    def _chart_lost(self, asked):
        """Customers by the months since their last visit; the whole company, as a customer of two
        branches is lost to neither alone."""
        now = fields.Datetime.now()
        bounds = [now - relativedelta(months=months) for months in LOST_MONTHS]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT WIDTH_BUCKET(last_at, %s::timestamp[]), COUNT(*)
                FROM (%s) visits WHERE last_at < %s GROUP BY 1
                """,
                bounds[::-1], self.env["res.partner"]._get_last_visit_query(), bounds[0],
            )
        )
        # Buckets are numbered from the oldest, 0; a visit on a bound is of the newer one.
        found = dict(rows)
        view = self.env.ref("service_advisor_reports.service_customer_view_list_visit").id
        labels, opens, values = [], [], []
        for index, newest in enumerate(bounds):
            domain = Domain("service_last_visit_at", "<", newest)
            if index + 1 < len(bounds):
                domain &= Domain("service_last_visit_at", ">=", bounds[index + 1])
            labels.append(self._name_lost(index))
            opens.append(self._open_list("res.partner", domain) | {"view_id": view})
            values.append(found.get(len(bounds) - 1 - index, 0))
        return self._prepare_chart(
            "lost", self.env._("Customers Not Seen for So Long"), labels,
            [self._prepare_series(self.env._("Customers"), values, opens)],
            self.env._("Months since the last visit, whole company, now"),
        )

    @api.model
    def _name_lost(self, index):
        if index + 1 < len(LOST_MONTHS):
            return self.env._(
                "%(first)s–%(last)s months",
                first=LOST_MONTHS[index], last=LOST_MONTHS[index + 1],
            )
        return self.env._("Over %s months", LOST_MONTHS[index])
