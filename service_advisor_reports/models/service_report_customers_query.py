from dateutil.relativedelta import relativedelta
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .service_report_customers import LOST_MONTHS

# What the queries read: flushed before.
READ = {
    "service.vehicle": [
        "active", "company_id", "plate", "vin", "model_id", "model_year", "energy", "odometer",
        "owner_id", "first_registration_date", "delivery_date", "invoice_date", "inspection_due",
        "insurance_until", "data_score", "data_scored_at",
    ],
    "service.order": [
        "vehicle_id", "advisor_id", "warehouse_id", "checked_in_at", "delivered_at", "state",
        "company_id",
    ],
    "sale.order": [
        "service_order_id", "service_pay_type", "state", "amount_total", "currency_rate",
    ],
    "service.consent": ["partner_id", "purpose", "state", "at", "expires_on"],
    "service.followup": ["vehicle_id", "due_on", "state"],
    "res.partner": ["name", "phone", "email", "city"],
}


class ServiceReportCustomers(models.AbstractModel):
    """The queries behind the customer database report.

    Each is set-based: visits, money, consents and calls are grouped once, whatever the number of
    cars. The tables are called as in ``service.vehicle.sales``: ``car``, ``company``, ``owner``.
    """

    _inherit = "service.report.customers"

    @api.model
    def _flush_read(self):
        for model, names in READ.items():
            self.env[model].flush_model(names)  # loop: one per model that is read

    @api.model
    def _get_row_query(self, job):
        """Return the query of one row per car, in the order of :meth:`_get_columns`."""
        self._flush_read()
        columns = [SQL("%s", column) for _column, column in self._get_columns(job)]
        return SQL(
            "SELECT %s %s ORDER BY car.id", SQL(", ").join(columns), self._get_from(job)
        )

    @api.model
    def _get_from(self, job):
        """Return FROM and WHERE of the cars that the user may see of the company and branch."""
        masked = self._is_masked(self.env.user)
        Cars = self.env["service.vehicle.sales" if masked else "service.vehicle"]
        cars = Cars._search(Domain("company_id", "=", job.company_id.id))
        start, stop = self._get_moments(job)
        return SQL(
            """FROM service_vehicle car
               JOIN res_company company ON company.id = car.company_id
          LEFT JOIN res_partner owner ON owner.id = car.owner_id
          LEFT JOIN (
                SELECT vehicle_id, COUNT(*) AS visits, MIN(checked_in_at) AS first_at,
                    COUNT(*) FILTER (WHERE checked_in_at >= %(start)s) AS came,
                    MAX(COALESCE(delivered_at, checked_in_at)) AS last_at,
                    (ARRAY_AGG(advisor_id ORDER BY checked_in_at DESC, id DESC))[1] AS advisor_id,
                    (ARRAY_AGG(warehouse_id ORDER BY checked_in_at DESC, id DESC))[1]
                        AS warehouse_id
                  FROM service_order
                 WHERE company_id = %(company)s AND state != 'cancelled'
                   AND checked_in_at < %(stop)s
              GROUP BY vehicle_id
            ) visit ON visit.vehicle_id = car.id
          LEFT JOIN (
                SELECT o.vehicle_id, SUM(s.amount_total / COALESCE(NULLIF(s.currency_rate, 0), 1))
                    AS total
                  FROM service_order o
                  JOIN sale_order s ON s.service_order_id = o.id
                 WHERE o.company_id = %(company)s AND s.state = 'sale'
                   AND s.service_pay_type = 'customer' AND o.state != 'cancelled'
                   AND o.checked_in_at >= %(start)s AND o.checked_in_at < %(stop)s
              GROUP BY o.vehicle_id
            ) spent ON spent.vehicle_id = car.id
          LEFT JOIN (%(sales)s) to_sales ON to_sales.partner_id = car.owner_id
          LEFT JOIN (%(offers)s) offers ON offers.partner_id = car.owner_id
          LEFT JOIN (
                SELECT vehicle_id, MIN(due_on) AS due_on FROM service_followup
                 WHERE state = 'open' GROUP BY vehicle_id
            ) call ON call.vehicle_id = car.id
              WHERE car.active AND car.id IN %(cars)s AND %(branch)s""",
            start=start,
            stop=stop,
            company=job.company_id.id,
            sales=self._get_consents("sales"),
            offers=self._get_consents("offer_call"),
            cars=cars.subselect(),
            branch=SQL("visit.warehouse_id = %s", job.warehouse_id.id)
            if job.warehouse_id else SQL("TRUE"),
        )

    @api.model
    def _get_consents(self, purpose):
        """Return the query of the newest answer of each customer: given, refused, withdrawn or
        expired."""
        return SQL(
            """SELECT DISTINCT ON (partner_id) partner_id,
                    CASE WHEN state = 'given' AND expires_on < CURRENT_DATE THEN 'expired'
                        ELSE state END AS state
                 FROM service_consent WHERE purpose = %s
             ORDER BY partner_id, at DESC, id DESC""",
            purpose,
        )

    @api.model
    def _get_registered(self):
        """Return SQL: since when the car is on the road, as in ``service.vehicle.sales``."""
        return SQL(
            """COALESCE(car.first_registration_date, car.delivery_date, car.invoice_date,
                CASE WHEN car.model_year ~ '^[12][0-9]{3}$'
                    THEN make_date(car.model_year::int, 1, 1) END)"""
        )

    @api.model
    def _get_age(self, job):
        return SQL("date_part('year', age(%s, %s))::int", job.date_to, self._get_registered())

    @api.model
    def _get_absence(self, job):
        """Return SQL: full months from the last visit to the end of the period."""
        return SQL(
            """(date_part('year', age(%(day)s, %(last)s)) * 12
                + date_part('month', age(%(day)s, %(last)s)))::int""",
            day=job.date_to,
            last=self._get_local_day(job, SQL("visit.last_at")),
        )

    @api.model
    def _get_local_day(self, job, moment):
        """Return SQL: the day of ``moment`` by the clock of the shop."""
        return SQL(
            "(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, self._get_zone(job).key
        )

    # ---- summaries ------------------------------------------------------------------------

    @api.model
    def _get_summary_query(self, job):
        """Return one query of all summaries: ``(which, key, cars, owners, came, lost, never,
        spent, score, reachable)``."""
        self._flush_read()
        lost_before = job.date_to - relativedelta(months=LOST_MONTHS)
        last_day = self._get_local_day(job, SQL("visit.last_at"))
        return SQL(
            """WITH base AS (
                SELECT COALESCE(car.model_id, 0) AS model,
                    COALESCE(visit.warehouse_id, 0) AS branch,
                    %(age)s AS age, %(score)s AS score_class, %(absence)s AS absence,
                    car.owner_id, COALESCE(visit.came, 0) > 0 AS came,
                    visit.visits IS NULL AS never, %(last)s < %(lost)s AS lost,
                    COALESCE(spent.total, 0) AS spent,
                    CASE WHEN car.data_scored_at IS NOT NULL THEN car.data_score END AS score,
                    COALESCE(owner.phone, '') != '' AS reachable
                %(source)s
            )
            SELECT CASE WHEN GROUPING(model) = 0 THEN 'model'
                        WHEN GROUPING(branch) = 0 THEN 'branch'
                        WHEN GROUPING(age) = 0 THEN 'age'
                        WHEN GROUPING(score_class) = 0 THEN 'score'
                        WHEN GROUPING(absence) = 0 THEN 'absence' ELSE 'total' END,
                COALESCE(model::text, branch::text, age, score_class, absence),
                COUNT(*), COUNT(DISTINCT owner_id), COUNT(*) FILTER (WHERE came),
                COUNT(*) FILTER (WHERE lost), COUNT(*) FILTER (WHERE never),
                COALESCE(SUM(spent), 0), AVG(score), COUNT(*) FILTER (WHERE reachable)
              FROM base
          GROUP BY GROUPING SETS ((), (model), (branch), (age), (score_class), (absence))""",
            age=self._classify(self._get_age(job), (3, 6, 9, 12)),
            score=self._classify(
                SQL("CASE WHEN car.data_scored_at IS NOT NULL THEN car.data_score END"),
                (50, 70, 90, 100),
            ),
            absence=self._classify(self._get_absence(job), (4, 7, 13, 19, 25)),
            last=last_day,
            lost=lost_before,
            source=self._get_from(job),
        )

    @api.model
    def _classify(self, value, limits):
        """Return SQL: "0" below the first limit, "1" below the second ..., "9" without a value."""
        whens = [
            SQL("WHEN %s < %s THEN %s", value, limit, str(index))
            for index, limit in enumerate(limits)
        ]
        return SQL(
            "CASE WHEN %s IS NULL THEN '9' %s ELSE %s END", value, SQL(" ").join(whens),
            str(len(limits)),
        )

    @api.model
    def _get_month_query(self, job):
        """Return the query of ``(month, visits)`` of the twelve months until the end."""
        _start, stop = self._get_moments(job)
        first = job.date_to + relativedelta(day=1, months=-11)
        orders = self._get_branch_domain(job) & Domain("state", "!=", "cancelled")
        # Visits are counted, for whoever may see the cars; none of them is shown.
        orders = self.env["service.order"].sudo()._search(
            orders & Domain("checked_in_at", "<", stop)
        )
        return SQL(
            """SELECT to_char(month, 'YYYY-MM'), COUNT(visit.day)
                 FROM generate_series(%(first)s::timestamp, %(last)s::timestamp, '1 month') month
            LEFT JOIN (SELECT %(day)s AS day FROM service_order o WHERE o.id IN %(orders)s) visit
                   ON visit.day >= month AND visit.day < month + interval '1 month'
             GROUP BY month ORDER BY month""",
            first=first,
            last=job.date_to,
            day=self._get_local_day(job, SQL("o.checked_in_at")),
            orders=orders.subselect(),
        )
