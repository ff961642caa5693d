from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .service_wip_report import OPEN_STATES

# Whole days since the check-in at which an age begins, as in service.wip.report.
AGES = {"d03": 0, "d07": 4, "d15": 8, "d30": 16, "d99": 31}
# Months since the last visit at which a customer counts as lost, and the steps from there.
LOST_MONTHS = (6, 12, 18, 24, 36)


class ServiceDashboard(models.AbstractModel):
    """The charts of this moment: work in progress, and customers who no longer come."""

    _inherit = "service.dashboard"

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
