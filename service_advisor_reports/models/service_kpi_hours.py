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
            SELECT jobs.*, COALESCE(labour.hours, 0) AS numerator,
                COALESCE(clocked.hours, 0) AS denominator
            FROM jobs LEFT JOIN (%s) labour ON labour.job_id = jobs.record_id
            LEFT JOIN (
                SELECT c.job_id, SUM(c.hours) AS hours FROM jobs
                JOIN service_clocking c ON c.job_id = jobs.record_id GROUP BY c.job_id
            ) clocked ON clocked.job_id = jobs.record_id""",
            self._with_jobs(company, start, stop),
            self._get_labour(company),
        )

    def _get_labour_rate_facts(self, company, start, stop):
        return "service.job", SQL(
            """WITH %s
            SELECT jobs.*, labour.amount AS numerator, labour.hours AS denominator
            FROM jobs JOIN (%s) labour ON labour.job_id = jobs.record_id""",
            self._with_jobs(company, start, stop),
            self._get_labour(company),
        )

    def _get_hours_per_order_facts(self, company, start, stop):
        return "service.order", SQL(
            """WITH orders AS (
                SELECT o.id AS record_id, o.advisor_id, o.warehouse_id AS branch_id,
                    NULL::int AS technician_id
                FROM service_order o WHERE %s
            ), jobs AS (
                SELECT j.id AS record_id, orders.record_id AS order_id
                FROM orders JOIN service_job j ON j.order_id = orders.record_id
            )
            SELECT orders.*, COALESCE(sold.hours, 0) AS numerator, 1 AS denominator
            FROM orders LEFT JOIN (
                SELECT jobs.order_id, SUM(labour.hours) AS hours FROM jobs
                JOIN (%s) labour ON labour.job_id = jobs.record_id GROUP BY jobs.order_id
            ) sold ON sold.order_id = orders.record_id""",
            self._get_ready(company, start, stop),
            self._get_labour(company),
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
    def _get_labour(self, company):
        """Return hours and sales of labour, in the currency of ``company``, of each of ``jobs``.

        As ``service.job._get_sold_hours``: confirmed labour of the house that is sold by time, so
        no work that a vendor does, no share or deductible that moves money between payers, no
        claim. The rate of the day the estimate was made turns its currency into the company's.

        The lines are found by their jobs before anything is asked about their products: services
        are few, and each has all the labour there ever was.
        """
        template = self.env["product.template"].with_company(company)
        hour = self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_hour")
        return SQL(
            """WITH lines AS MATERIALIZED (
                SELECT l.service_job_id AS job_id, l.order_id, l.product_id, l.product_uom_id,
                    l.product_uom_qty, l.price_subtotal
                FROM jobs JOIN sale_order_line l ON l.service_job_id = jobs.record_id
                WHERE l.state = 'sale' AND l.display_type IS NULL
                    AND l.is_downpayment IS NOT TRUE AND l.service_share_kind IS NULL
                    AND l.service_claim_id IS NULL
            )
            SELECT l.job_id, SUM(l.product_uom_qty * u.factor) AS hours,
                SUM(l.price_subtotal / COALESCE(NULLIF(s.currency_rate, 0), 1)) AS amount
            FROM lines l
            LEFT JOIN sale_order s ON s.id = l.order_id
            JOIN uom_uom u ON u.id = l.product_uom_id
            JOIN product_product p ON p.id = l.product_id
            JOIN product_template t ON t.id = p.product_tmpl_id
            WHERE t.type = 'service' AND u.parent_path LIKE %s AND %s IS NOT TRUE
            GROUP BY l.job_id""",
            f"{hour}/%",
            template._field_to_sql("t", "service_to_purchase"),
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
