from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.service_advisor_quality.tools.comeback import FIXED_FIRST_DAYS
from odoo.tools import SQL

from ..tools.kpi import CONTACT_HOURS


class ServiceKpiFacts(models.AbstractModel):
    """What each key figure counts: one query per figure, of which sums and lists are both made.

    A query returns rows of the records that count in the period: ``record_id``, ``advisor_id``,
    ``branch_id``, ``technician_id``, ``numerator`` and ``denominator`` (how much the row adds to
    each; a record may have several). So what a figure opens is what it was summed from. Each is
    narrowed by a moment that an index knows: a month is read, not the history of the house.
    """

    _name = "service.kpi.facts"
    _description = "What Key Figures Count"

    @api.model
    def _get_facts(self, code, company, start, stop):
        """Return ``(model, SQL)`` of the records of ``company`` that the figure ``code`` counts
        from ``start`` until before ``stop``, naive UTC."""
        return getattr(self, f"_get_{code}_facts")(company, start, stop)

    # ---- promises -------------------------------------------------------------------------

    def _get_on_time_facts(self, company, start, stop):
        # As ``on_time_counted`` of service.order.report.
        promise = SQL("COALESCE(o.counted_promise_at, o.first_promised_at)")
        return self._get_promise_facts(promise, company, start, stop)

    def _get_on_time_first_facts(self, company, start, stop):
        return self._get_promise_facts(SQL("o.first_promised_at"), company, start, stop)

    def _get_promise_facts(self, promise, company, start, stop):
        return "service.order", SQL(
            """SELECT o.id AS record_id, o.advisor_id, o.warehouse_id AS branch_id,
                NULL::int AS technician_id, (o.ready_at <= %(promise)s)::int AS numerator,
                1 AS denominator
            FROM service_order o WHERE %(ready)s AND %(promise)s IS NOT NULL""",
            promise=promise,
            ready=self._get_ready(company, start, stop),
        )

    def _get_orders_completed_facts(self, company, start, stop):
        return "service.order", SQL(
            """SELECT o.id AS record_id, o.advisor_id, o.warehouse_id AS branch_id,
                NULL::int AS technician_id, 1 AS numerator, NULL::int AS denominator
            FROM service_order o WHERE %s""",
            self._get_ready(company, start, stop),
        )

    @api.model
    def _get_ready(self, company, start, stop):
        """Return the condition on orders ``o`` that are completed: the car is ready."""
        return SQL(
            "o.company_id = %s AND o.ready_at >= %s AND o.ready_at < %s "
            "AND o.state != 'cancelled'",
            company.id, start, stop,
        )

    # ---- surveys --------------------------------------------------------------------------

    def _get_csat_facts(self, company, start, stop):
        return self._get_survey_facts(
            SQL("s.is_satisfied::int"), SQL("s.is_valid"), company, start, stop
        )

    def _get_response_rate_facts(self, company, start, stop):
        return self._get_survey_facts(
            SQL("s.is_answered::int"), SQL("TRUE"), company, start, stop
        )

    def _get_nps_facts(self, company, start, stop):
        score = SQL(
            "CASE s.recommend_kind WHEN 'promoter' THEN 1 WHEN 'detractor' THEN -1 ELSE 0 END"
        )
        counted = SQL("s.recommend_kind IS NOT NULL AND s.is_answered")
        return self._get_survey_facts(score, counted, company, start, stop)

    def _get_survey_facts(self, numerator, counted, company, start, stop):
        return "service.survey.result", SQL(
            """SELECT s.id AS record_id, s.advisor_id, s.warehouse_id AS branch_id,
                NULL::int AS technician_id, %s AS numerator, 1 AS denominator
            FROM (%s) s
            WHERE s.company_id = %s AND s.sent_at >= %s AND s.sent_at < %s AND %s""",
            numerator, self.env["service.survey.result"]._table_query, company.id, start, stop,
            counted,
        )

    # ---- complaints -----------------------------------------------------------------------

    def _get_first_contact_facts(self, company, start, stop):
        # A complaint counts in the period in which its hours end: each once, and for good.
        hours = timedelta(hours=CONTACT_HOURS)
        return "service.complaint", SQL(
            """SELECT c.id AS record_id, c.advisor_id, o.warehouse_id AS branch_id,
                NULL::int AS technician_id,
                COALESCE(c.contacted_at <= c.received_at + %s, FALSE)::int AS numerator,
                1 AS denominator
            FROM service_complaint c LEFT JOIN service_order o ON o.id = c.order_id
            WHERE c.company_id = %s AND c.received_at >= %s AND c.received_at < %s
                AND c.discarded_at IS NULL""",
            hours, company.id, start - hours, min(stop, fields.Datetime.now()) - hours,
        )

    def _get_major_complaints_facts(self, company, start, stop):
        # One that nobody has judged yet counts: a manager says it is not justified, or discards it.
        return "service.complaint", SQL(
            """SELECT c.id AS record_id, c.advisor_id, o.warehouse_id AS branch_id,
                NULL::int AS technician_id, 1 AS numerator, NULL::int AS denominator
            FROM service_complaint c LEFT JOIN service_order o ON o.id = c.order_id
            WHERE c.company_id = %s AND c.received_at >= %s AND c.received_at < %s
                AND c.severity = 'major' AND c.discarded_at IS NULL
                AND COALESCE(c.verdict, '') != 'not'""",
            company.id, start, stop,
        )

    # ---- quality --------------------------------------------------------------------------

    def _get_qc_first_pass_facts(self, company, start, stop):
        return "service.job", SQL(
            """SELECT s.job_id AS record_id, s.advisor_id, s.warehouse_id AS branch_id,
                s.technician_id, s.passed_first AS numerator, 1 AS denominator
            FROM (%s) s
            WHERE s.company_id = %s AND s.inspected_at >= %s AND s.inspected_at < %s""",
            self.env["service.quality.score"]._get_period_query(start, stop),
            company.id, start, stop,
        )

    def _get_fixed_first_time_facts(self, company, start, stop):
        # As with complaints: an order counts in the period in which its days end.
        days = timedelta(days=FIXED_FIRST_DAYS)
        left, until = start - days, min(stop, fields.Datetime.now()) - days
        return "service.order", SQL(
            """WITH orders AS (
                SELECT o.id AS record_id, o.advisor_id, o.warehouse_id AS branch_id,
                    NULL::int AS technician_id
                FROM service_order o
                WHERE o.company_id = %s AND o.delivered_at >= %s AND o.delivered_at < %s
                    AND o.state != 'cancelled'
            )
            SELECT orders.*, (back.order_id IS NULL)::int AS numerator, 1 AS denominator
            FROM orders LEFT JOIN (
                SELECT DISTINCT c.earlier_order_id AS order_id
                FROM orders JOIN (%s) c ON c.earlier_order_id = orders.record_id
                WHERE c.is_soon
            ) back ON back.order_id = orders.record_id""",
            company.id, left, until, self.env["service.comeback"]._table_query,
        )

    # ---- parts ----------------------------------------------------------------------------

    def _get_parts_fill_rate_facts(self, company, start, stop):
        return "service.part.report", SQL(
            """SELECT p.id AS record_id, o.advisor_id, o.warehouse_id AS branch_id,
                NULL::int AS technician_id, p.served_count AS numerator,
                p.line_count AS denominator
            FROM (%s) p JOIN service_order o ON o.id = p.order_id
            WHERE p.company_id = %s AND p.requested_at >= %s AND p.requested_at < %s""",
            self.env["service.part.report"]._table_query,
            company.id, start, stop,
        )
