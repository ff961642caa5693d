from odoo import api, models
from odoo.tools import SQL

# Whom a line adds to, as in every other row.
PEOPLE = SQL("l.record_id, l.advisor_id, l.branch_id, l.technician_id")


class ServiceKpiFacts(models.AbstractModel):
    """Hours: sold, clocked and attended, and what labour brings in.

    Sold and clocked hours are those of the jobs finished in the period, whenever they were
    clocked: both sides of the figure are about the same work.
    """

    _inherit = "service.kpi.facts"

    def _get_efficiency_facts(self, company, start, stop):
        return "service.job", SQL(
            """WITH %s, %s
            SELECT %s, l.product_uom_qty * u.factor AS numerator, 0 AS denominator FROM %s
            UNION ALL
            SELECT jobs.*, 0 AS numerator, c.hours AS denominator
            FROM jobs JOIN service_clocking c ON c.job_id = jobs.record_id""",
            self._with_jobs(company, start, stop),
            self._with_lines(SQL("jobs"), SQL("jobs"), SQL("jobs.record_id")),
            PEOPLE,
            self._get_labour(company),
        )

    def _get_labour_rate_facts(self, company, start, stop):
        # The rate of the day the estimate was made turns its currency into the company's.
        return "service.job", SQL(
            """WITH %s, %s
            SELECT %s, l.price_subtotal / COALESCE(NULLIF(s.currency_rate, 0), 1) AS numerator,
                l.product_uom_qty * u.factor AS denominator
            FROM %s JOIN sale_order s ON s.id = l.order_id""",
            self._with_jobs(company, start, stop),
            self._with_lines(SQL("jobs"), SQL("jobs"), SQL("jobs.record_id")),
            PEOPLE,
            self._get_labour(company),
        )

    def _get_hours_per_order_facts(self, company, start, stop):
        orders = SQL("orders JOIN service_job j ON j.order_id = orders.record_id")
        return "service.order", SQL(
            """WITH orders AS (
                SELECT o.id AS record_id, o.advisor_id, o.warehouse_id AS branch_id,
                    NULL::int AS technician_id
                FROM service_order o WHERE %s
            ), %s
            SELECT orders.*, 0 AS numerator, 1 AS denominator FROM orders
            UNION ALL
            SELECT %s, l.product_uom_qty * u.factor AS numerator, 0 AS denominator FROM %s""",
            self._get_ready(company, start, stop),
            self._with_lines(SQL("orders"), orders, SQL("j.id")),
            PEOPLE,
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
    def _with_lines(self, table, source, job):
        """Return the named query ``lines``: what was agreed on for a ``job`` of ``source``, with
        the columns of its ``table``.

        They are found by their jobs before anything is asked about their products: services are
        few, and each has all the labour there ever was.
        """
        return SQL(
            """lines AS MATERIALIZED (
                SELECT %s.*, l.order_id, l.product_id,
                    l.product_uom_id, l.product_uom_qty, l.price_subtotal
                FROM %s JOIN sale_order_line l ON l.service_job_id = %s
                WHERE l.state = 'sale' AND l.display_type IS NULL
                    AND l.is_downpayment IS NOT TRUE AND l.service_share_kind IS NULL
                    AND l.service_claim_id IS NULL
            )""",
            table, source, job,
        )

    @api.model
    def _get_labour(self, company):
        """Return the tables of the labour among the ``lines``, ``l``, with its unit ``u``, whose
        factor is its hours.

        As ``service.job._get_sold_hours``: confirmed labour of the house that is sold by time, so
        no work that a vendor does, no share or deductible that moves money between payers, no
        claim.
        """
        template = self.env["product.template"].with_company(company)
        return SQL(
            """lines l
            JOIN uom_uom u ON u.id = l.product_uom_id AND u.parent_path LIKE %s
            JOIN product_product p ON p.id = l.product_id
            JOIN product_template t ON t.id = p.product_tmpl_id
                AND t.type = 'service' AND %s IS NOT TRUE""",
            f"{self.env['ir.model.data']._xmlid_to_res_id('uom.product_uom_hour')}/%",
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
