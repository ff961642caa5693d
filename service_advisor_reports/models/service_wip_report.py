from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# The car is here, or has left while its order is still open.
OPEN_STATES = (
    "checked_in", "quoted", "authorised", "in_work", "quality_check", "ready", "delivered",
)


class ServiceWipReport(models.Model):
    """One row per order with work that is not on a posted invoice yet: for the accountant.

    Orders count from check-in until they are closed, and beyond where something delivered is
    not invoiced. Amounts are without taxes and in the currency of the company, at the rate of
    Odoo's currency table on the date of the estimate (``sale.order.currency_rate``).
    """

    _name = "service.wip.report"
    _description = "Work in Progress"
    _auto = False
    _rec_name = "order_id"
    _order = "car_gone desc, days desc, id"
    _depends = {
        "service.order": [
            "company_id", "advisor_id", "partner_id", "vehicle_id", "plate", "state",
            "checked_in_at", "delivered_at",
        ],
        "service.job": ["order_id", "state"],
        "service.clocking": ["job_id", "order_id", "start_at", "stop_at", "hours"],
        "sale.order": ["service_order_id", "state", "currency_rate"],
        "sale.order.line": [
            "order_id", "service_job_id", "product_id", "product_uom_id", "product_uom_qty",
            "price_subtotal", "qty_delivered", "untaxed_amount_to_invoice", "invoice_lines",
            "display_type", "is_downpayment", "state", "price_unit", "service_claim_id",
            "service_share_kind", "service_share_of_id",
        ],
        "stock.move": [
            "sale_line_id", "state", "quantity", "product_uom", "value", "is_out", "is_in",
        ],
        "account.move": ["state", "move_type"],
        "account.move.line": ["quantity", "product_uom_id", "balance", "move_id"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["type"],
        "uom.uom": ["factor", "parent_path"],
        "res.company": ["currency_id"],
        "res.currency": ["decimal_places"],
    }

    order_id = fields.Many2one("service.order", "Service Order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    advisor_id = fields.Many2one("res.users", "Service Advisor", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    vehicle_id = fields.Many2one("service.vehicle", readonly=True)
    plate = fields.Char(readonly=True)
    state = fields.Selection(
        lambda self: self.env["service.order"]._fields["state"]._description_selection(self.env),
        readonly=True,
    )
    checked_in_at = fields.Datetime("Checked In On", readonly=True)
    delivered_at = fields.Datetime("Delivered On", readonly=True)
    car_gone = fields.Boolean(
        readonly=True,
        help="The car was handed over, and the order is not closed or not invoiced in full.",
    )
    days = fields.Integer(
        readonly=True, aggregator="avg", help="Whole days since the check-in."
    )
    # The keys sort as the days do.
    age = fields.Selection(
        [
            ("d03", "0–3 days"),
            ("d07", "4–7 days"),
            ("d15", "8–15 days"),
            ("d30", "16–30 days"),
            ("d99", "Over 30 days"),
        ],
        readonly=True,
    )
    parts_amount = fields.Monetary(
        "Parts Issued",
        readonly=True,
        help="Sales value of the parts that are issued and approved and on no posted invoice. "
        "Negative where parts came back after the invoice: a credit note is due.",
    )
    parts_cost = fields.Monetary(
        "Cost of Parts",
        readonly=True,
        help="What the parts that are issued and not invoiced cost, as stock was valued; parts "
        "issued beyond the approval count too.",
    )
    labour_amount = fields.Monetary(
        "Labour Delivered",
        readonly=True,
        help="Sales value of finished labour and services that are on no posted invoice.",
    )
    labour_hours = fields.Float(
        "Hours Delivered",
        readonly=True,
        help="Sold hours of finished jobs that are on no posted invoice.",
    )
    clocked_hours = fields.Float(
        "Hours in Work",
        readonly=True,
        help="Hours clocked on jobs that are not finished; running clocks count until now.",
    )
    amount_to_invoice = fields.Monetary(
        "Not Invoiced", readonly=True, help="Parts issued and labour delivered, drafts included."
    )
    draft_amount = fields.Monetary(
        "On Draft Invoices", readonly=True, help="Part of what is not invoiced: drafts to post."
    )

    @property
    def _table_query(self):
        return SQL("SELECT %s FROM %s WHERE %s", self._select(), self._from(), self._where())

    def _select(self):
        """Hook: the columns; each alias is a field."""
        return SQL(
            """
            o.id, o.id AS order_id, o.company_id, c.currency_id, o.advisor_id, o.partner_id,
            o.vehicle_id, o.plate, o.state, o.checked_in_at, o.delivered_at,
            (o.delivered_at IS NOT NULL) AS car_gone,
            age.days,
            CASE
                WHEN age.days <= 3 THEN 'd03'
                WHEN age.days <= 7 THEN 'd07'
                WHEN age.days <= 15 THEN 'd15'
                WHEN age.days <= 30 THEN 'd30'
                ELSE 'd99'
            END AS age,
            COALESCE(work.parts_amount, 0) AS parts_amount,
            COALESCE(work.parts_cost, 0) AS parts_cost,
            COALESCE(work.labour_amount, 0) AS labour_amount,
            COALESCE(work.labour_hours, 0) AS labour_hours,
            COALESCE(work.parts_amount, 0) + COALESCE(work.labour_amount, 0)
                AS amount_to_invoice,
            COALESCE(work.draft_amount, 0) AS draft_amount,
            COALESCE(clocked.hours, 0) AS clocked_hours
            """
        )

    def _from(self):
        """Hook: the order and, looked up by index for each, what hangs on it."""
        return SQL(
            """
            service_order o
            JOIN res_company c ON c.id = o.company_id
            JOIN res_currency currency ON currency.id = c.currency_id
            CROSS JOIN LATERAL (
                SELECT FLOOR(
                    EXTRACT(EPOCH FROM NOW() AT TIME ZONE 'UTC' - o.checked_in_at) / 86400
                )::int AS days
            ) age
            LEFT JOIN LATERAL (%s) work ON TRUE
            LEFT JOIN LATERAL (%s) clocked ON TRUE
            """,
            self._work_query(),
            self._clocked_query(),
        )

    def _where(self):
        """Hook: which orders count. Closed ones are found by what is left to invoice on them,
        through a partial index, and not by looking at every order there ever was."""
        return SQL(
            """
            o.id IN (
                SELECT id FROM service_order WHERE state IN %s
                UNION
                SELECT e.service_order_id
                FROM sale_order_line l
                JOIN sale_order e ON e.id = l.order_id
                WHERE l.service_job_id IS NOT NULL AND l.untaxed_amount_to_invoice != 0
            )
            AND o.checked_in_at IS NOT NULL
            AND (
                o.state IN %s
                OR (o.state = 'closed' AND (work.has_open OR work.draft_amount != 0))
            )
            """,
            OPEN_STATES,
            OPEN_STATES,
        )

    def _work_query(self):
        """Labour and parts of one order that were delivered and are on no posted invoice.

        What may be invoiced is what was approved; what it cost is all that left the shelf. What
        moves money between payers is work of the kind it is a share of, and no hours.
        """
        return SQL(
            """
            SELECT
                SUM(value.amount) FILTER (WHERE t.type != 'service') AS parts_amount,
                SUM(value.amount) FILTER (WHERE t.type = 'service') AS labour_amount,
                SUM(open.billable * u.factor) FILTER (
                    WHERE t.type = 'service' AND u.parent_path LIKE %s
                        AND l.service_share_kind IS NULL AND l.service_claim_id IS NULL
                ) AS labour_hours,
                SUM(value.cost) AS parts_cost,
                SUM(billed.draft_amount) AS draft_amount,
                BOOL_OR(open.billable != 0) AS has_open
            FROM sale_order e
            JOIN sale_order_line l ON l.order_id = e.id
            LEFT JOIN sale_order_line w ON w.id = l.service_share_of_id
            JOIN product_product p ON p.id = COALESCE(w.product_id, l.product_id)
            JOIN product_template t ON t.id = p.product_tmpl_id
            JOIN uom_uom u ON u.id = l.product_uom_id
            LEFT JOIN LATERAL (%s) billed ON TRUE
            LEFT JOIN LATERAL (%s) issued ON TRUE
            CROSS JOIN LATERAL (
                SELECT
                    ROUND(
                        (l.qty_delivered - COALESCE(billed.quantity, 0))::numeric, 6
                    ) AS issued,
                    CASE WHEN e.state = 'sale' THEN ROUND(
                        (
                            LEAST(l.qty_delivered, l.product_uom_qty)
                            - COALESCE(billed.quantity, 0)
                        )::numeric, 6
                    ) ELSE 0 END AS billable
            ) open
            CROSS JOIN LATERAL (
                SELECT
                    ROUND((issued.unit_cost * open.issued)::numeric, currency.decimal_places)
                        AS cost,
                    ROUND(
                        (
                            open.billable
                            * COALESCE(
                                l.price_subtotal / NULLIF(l.product_uom_qty, 0), l.price_unit
                            )
                            / COALESCE(NULLIF(e.currency_rate, 0), 1)
                        )::numeric, currency.decimal_places
                    ) AS amount
            ) value
            WHERE e.service_order_id = o.id AND l.display_type IS NULL
                AND l.is_downpayment IS NOT TRUE
            """,
            f"{self.env['ir.model.data']._xmlid_to_res_id('uom.product_uom_hour')}/%",
            self._billed_query(),
            self._issued_query(),
        )

    def _billed_query(self):
        """Quantity of one line on posted invoices, less credit notes, in the unit of the line;
        and its amount on drafts, in the currency of the company."""
        return SQL(
            """
            SELECT
                SUM(
                    CASE WHEN m.move_type = 'out_refund' THEN -i.quantity ELSE i.quantity END
                    * COALESCE(iu.factor, u.factor) / u.factor
                ) FILTER (WHERE m.state = 'posted') AS quantity,
                SUM(-i.balance) FILTER (WHERE m.state = 'draft') AS draft_amount
            FROM sale_order_line_invoice_rel r
            JOIN account_move_line i ON i.id = r.invoice_line_id
            JOIN account_move m ON m.id = i.move_id
            LEFT JOIN uom_uom iu ON iu.id = i.product_uom_id
            WHERE r.order_line_id = l.id
            """
        )

    def _issued_query(self):
        """What one unit of the part cost when it left the shelf."""
        return SQL(
            """
            SELECT SUM(s.value) / NULLIF(SUM(s.quantity * su.factor / u.factor), 0) AS unit_cost
            FROM stock_move s
            JOIN uom_uom su ON su.id = s.product_uom
            WHERE s.sale_line_id = l.id AND s.state = 'done' AND s.is_out
            """
        )

    def _clocked_query(self):
        return SQL(
            """
            SELECT SUM(
                CASE WHEN k.stop_at IS NULL
                    THEN EXTRACT(EPOCH FROM NOW() AT TIME ZONE 'UTC' - k.start_at) / 3600
                    ELSE k.hours
                END
            ) AS hours
            FROM service_clocking k
            JOIN service_job j ON j.id = k.job_id
            WHERE k.order_id = o.id AND j.state = 'in_work'
            """
        )

    # ---- the records behind the figures ---------------------------------------------------

    def action_open_order(self):
        """Open the order behind this row."""
        return self.order_id._get_records_action()

    def action_open_lines(self):
        """Open the labour and part lines that make up what is not invoiced."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor_reports.service_wip_line_action"
        )
        action["domain"] = list(self._get_lines_domain())
        return action

    def _get_lines_domain(self):
        return Domain("service_job_id.order_id", "in", self.order_id.ids) & (
            Domain("qty_delivered", "!=", 0) | Domain("invoice_lines", "!=", False)
        )

    def action_open_clockings(self):
        """Open the clockings on jobs that are not finished."""
        clockings = self.order_id.job_ids.filtered(lambda job: job.state == "in_work").clocking_ids
        return clockings._get_records_action(name=self.env._("Hours in Work"))

    def action_open_invoices(self):
        """Open the draft invoices with work of these orders."""
        drafts = self.order_id.invoice_ids.filtered(lambda move: move.state == "draft")
        return drafts._get_records_action(name=self.env._("Draft Invoices"))
