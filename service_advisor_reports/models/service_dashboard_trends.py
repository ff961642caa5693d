from babel.dates import format_skeleton
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, babel_locale_parse, get_lang

from ..tools.kpi import ratio


class ServiceDashboard(models.AbstractModel):
    """The charts of a year, by month or by week."""

    _inherit = "service.dashboard"

    @api.model
    def _name_step(self, asked, span):
        locale = babel_locale_parse(get_lang(self.env).code)
        shape = "yMMM" if asked["step"] == "month" else "MMMd"
        return format_skeleton(shape, span.first, locale=locale)

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
                        self._open_list(
                            "service.order", mine & self._within(asked, "ready_at", span)
                        )
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
