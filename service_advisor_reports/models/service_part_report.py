from odoo import fields, models
from odoo.tools import SQL


class ServicePartReport(models.Model):
    """One row per part that was asked for: an approved part line, or a sale that was lost.

    Fill rate = lines served from the shelf at first request ÷ lines requested. Each row is a
    line requested, so the rate is the average of 1 and 0; where nothing was requested there is
    no row, which is no data and not 0 %.
    """

    _name = "service.part.report"
    _description = "Parts Analysis"
    _auto = False
    _rec_name = "name"
    _order = "requested_at desc, id desc"
    _depends = {
        "sale.order.line": ["service_job_id", "product_id", "state", "first_supply", "name",
                            "part_origin"],
        "service.job": ["order_id", "company_id", "authorised_at", "pay_type"],
        "service.order": ["warehouse_id"],
        "service.lost.demand": [
            "order_id", "job_id", "company_id", "product_id", "name", "lost_at", "sale_line_id",
        ],
        "product.product": ["product_tmpl_id"],
        "product.template": ["categ_id"],
    }

    name = fields.Char("Part in Words", readonly=True)
    product_id = fields.Many2one("product.product", "Part", readonly=True)
    categ_id = fields.Many2one("product.category", "Product Category", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    order_id = fields.Many2one("service.order", "Service Order", readonly=True)
    job_id = fields.Many2one("service.job", readonly=True)
    pay_type = fields.Selection(
        lambda self: self.env["service.job"]._fields["pay_type"]._description_selection(self.env),
        readonly=True,
    )
    requested_at = fields.Datetime("Requested On", readonly=True)
    line_count = fields.Integer("Lines Requested", readonly=True)
    served_count = fields.Integer("Served at Once", readonly=True)
    lost_count = fields.Integer("Lost Sales", readonly=True)
    fill_rate = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Lines served from the shelf at first request ÷ lines requested; approved part "
        "lines and lost sales count.",
    )

    @property
    def _table_query(self):
        # Each query has one moment, which an index knows: a month is found by it.
        authorised = SQL("aj.authorised_at"), SQL("aj.authorised_at IS NOT NULL")
        unsigned = SQL("l.create_date"), SQL("aj.authorised_at IS NULL")
        asked = [
            self._approved_query(*authorised), self._approved_query(*unsigned), self._lost_query()
        ]
        return SQL(
            "SELECT %s FROM (%s) asked %s",
            self._select(),
            SQL(" UNION ALL ").join(asked),
            self._joins(),
        )

    def _select(self):
        """Hook: the columns; each alias is a field."""
        return SQL(
            """
            asked.id, asked.name, asked.product_id, t.categ_id, asked.company_id, o.warehouse_id,
            asked.order_id, asked.job_id, j.pay_type, asked.requested_at,
            1 AS line_count, asked.served AS served_count, asked.lost AS lost_count,
            asked.served::float AS fill_rate
            """
        )

    def _joins(self):
        """Hook: what a part that was asked for hangs on. Lost words have no product, and a job
        that came to nothing may be gone."""
        return SQL(
            """
            LEFT JOIN service_order o ON o.id = asked.order_id
            LEFT JOIN service_job j ON j.id = asked.job_id
            LEFT JOIN product_product p ON p.id = asked.product_id
            LEFT JOIN product_template t ON t.id = p.product_tmpl_id
            """
        )

    def _approved_query(self, moment, condition):
        """Approved part lines that had to come from a shelf, by the moment at which they were
        asked for; even ids."""
        return SQL(
            """
            SELECT 2 * l.id AS id, l.name, l.product_id, aj.company_id, aj.order_id,
                l.service_job_id AS job_id,
                %s AS requested_at,
                (l.first_supply = 'served')::int AS served, 0 AS lost
            FROM sale_order_line l JOIN service_job aj ON aj.id = l.service_job_id
            WHERE l.state = 'sale' AND l.first_supply IS NOT NULL
                AND COALESCE(l.part_origin, '') != 'customer' AND %s
            """,
            moment, condition,
        )

    def _lost_query(self):
        """Lost sales; odd ids. Where the customer bought the part in the end, the approved line
        counts."""
        return SQL(
            """
            SELECT 2 * d.id + 1 AS id, d.name, d.product_id, d.company_id, d.order_id, d.job_id,
                d.lost_at AS requested_at, 0 AS served, 1 AS lost
            FROM service_lost_demand d LEFT JOIN sale_order_line dl ON dl.id = d.sale_line_id
            WHERE (dl.id IS NULL OR dl.state != 'sale')
            """
        )

    def action_open_order(self):
        """Open the order behind this row."""
        return self.order_id._get_records_action()
