from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.periods import steps_until

# So many operations, categories or advisors fit into a chart.
MOST = 10


class ServiceDashboard(models.AbstractModel):
    """The charts: one grouped query each, and for each bar or point the records behind it."""

    _inherit = "service.dashboard"

    @api.model
    def _get_charts(self, asked):
        """Hook: return ``[{"key", "title", "note", "labels", "series", "has_data"}]``.

        ``series`` are ``{"label", "values", "kind": "bar" or "line", "unit", "open": what each
        value opens}``: ``{"model", "domain"}`` and perhaps the ``"view_id"`` of its list, or
        ``{"kpi", "date_from", "date_to", "by", "subject_id"}`` for :meth:`open_figure`. A value
        of None is no data.
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
        names = {record.id: record.name for record in records}
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
