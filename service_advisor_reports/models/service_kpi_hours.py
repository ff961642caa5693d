from odoo import api, models
from odoo.tools import SQL


class ServiceKpiFacts(models.AbstractModel):
    """Hours: sold, clocked and attended, and what labour brings in.

    Sold and clocked hours are those of the jobs finished in the period, whenever they were
    clocked: both sides of the figure are about the same work.
    """

    _inherit = "service.kpi.facts"

    def _get_efficiency_facts(self, company, start, stop):
        return "service.job", SQL(
            """WITH %s
            SELECT jobs.*, l.product_uom_qty AS numerator, 0 AS denominator FROM jobs %s
            UNION ALL
            SELECT jobs.*, 0 AS numerator, c.hours AS denominator
            FROM jobs JOIN service_clocking c ON c.job_id = jobs.record_id""",
            self._with_jobs(company, start, stop),
            self._join_labour(company, SQL("jobs.record_id")),
        )

    def _get_labour_rate_facts(self, company, start, stop):
        # The rate of the day the estimate was made turns its currency into the company's.
        return "service.job", SQL(
            """WITH %s
            SELECT jobs.*,
                l.price_subtotal / COALESCE(NULLIF(s.currency_rate, 0), 1) AS numerator,
                l.product_uom_qty AS denominator
            FROM jobs %s JOIN sale_order s ON s.id = l.order_id""",
            self._with_jobs(company, start, stop),
            self._join_labour(company, SQL("jobs.record_id")),
        )

    def _get_hours_per_order_facts(self, company, start, stop):
        return "service.order", SQL(
            """WITH orders AS (
                SELECT o.id AS record_id, o.advisor_id, o.warehouse_id AS branch_id,
                    NULL::int AS technician_id
                FROM service_order o WHERE %s
            )
            SELECT orders.*, 0 AS numerator, 1 AS denominator FROM orders
            UNION ALL
            SELECT orders.*, l.product_uom_qty AS numerator, 0 AS denominator
            FROM orders JOIN service_job j ON j.order_id = orders.record_id %s""",
            self._get_ready(company, start, stop),
            self._join_labour(company, SQL("j.id")),
        )

    @api.model
    def _with_jobs(self, company, start, stop):
        """Return the named query ``jobs``: the jobs finished in the period, with their people."""
        return SQL(
            """jobs AS (
                SELECT j.id AS record_id, o.advisor_id, o.warehouse_id AS branch_id,
                    j.technician_id
                FROM service_job j JOIN service_order o ON o.id = j.order_id
                WHERE j.company_id = %s AND j.finished_at >= %s AND j.finished_at < %s
                    AND j.state IN ('qc', 'done')
            )""",
            company.id, start, stop,
        )

    @api.model
    def _join_labour(self, company, job):
        """Return the join of the labour lines ``l`` of a ``job``, in SQL.

        As ``service.job._get_sold_hours``: confirmed labour of the house, so no work that a
        vendor does, no share or deductible that moves money between payers, no claim.
        """
        template = self.env["product.template"].with_company(company)
        return SQL(
            """JOIN sale_order_line l ON l.service_job_id = %s
                AND l.state = 'sale' AND l.display_type IS NULL
                AND l.is_downpayment IS NOT TRUE AND l.service_share_kind IS NULL
                AND l.service_claim_id IS NULL
            JOIN product_product p ON p.id = l.product_id
            JOIN product_template t ON t.id = p.product_tmpl_id
                AND t.type = 'service' AND %s IS NOT TRUE""",
            job, template._field_to_sql("t", "service_to_purchase"),
        )

    # ---- attendance -----------------------------------------------------------------------

    def _get_productivity_facts(self, company, start, stop):
        """Clocked hours; the attended ones come from calendars, see
        ``service.kpi.attendance``."""
        return "service.clocking", SQL(
            """SELECT c.id AS record_id, NULL::int AS advisor_id,
                e.service_warehouse_id AS branch_id, c.employee_id AS technician_id,
                c.hours AS numerator, 0 AS denominator
            FROM service_clocking c JOIN hr_employee e ON e.id = c.employee_id
            WHERE c.company_id = %s AND c.start_at >= %s AND c.start_at < %s
                AND c.stop_at IS NOT NULL""",
            company.id, start, stop,
        )
