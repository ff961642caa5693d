import pytz
from odoo import api, fields, models
from odoo.tools import SQL


class ServiceVisitMixin(models.AbstractModel):
    """By what visits are compared: branch, people, car, customer and season.

    For analyses whose tables are the order ``o``, its car ``v`` and its company ``c``, and few
    others: PostgreSQL looks for the best order of up to 8. Bands are of the day of the visit: the
    same car is young at one and old at another.
    """

    _name = "service.visit.mixin"
    _description = "Analysis by Visit"
    _inherit = "service.fact.mixin"
    _auto = False

    order_id = fields.Many2one("service.order", "Service Order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", "Branch", readonly=True)
    advisor_id = fields.Many2one("res.users", "Service Advisor", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    customer_kind = fields.Selection(
        [("company", "Companies"), ("person", "Persons")], "Customer Group", readonly=True
    )
    category_ids = fields.Many2many(related="partner_id.category_id", string="Customer Tags")
    vehicle_id = fields.Many2one("service.vehicle", readonly=True)
    model_id = fields.Many2one("fleet.vehicle.model", "Vehicle Model", readonly=True)
    brand_id = fields.Many2one("fleet.vehicle.model.brand", "Make", readonly=True)
    checked_in_at = fields.Datetime("Checked In On", readonly=True)
    season = fields.Selection(
        [
            ("01", "January"),
            ("02", "February"),
            ("03", "March"),
            ("04", "April"),
            ("05", "May"),
            ("06", "June"),
            ("07", "July"),
            ("08", "August"),
            ("09", "September"),
            ("10", "October"),
            ("11", "November"),
            ("12", "December"),
        ],
        "Month of the Year",
        readonly=True,
        help="Of the check-in, the same month of all years together.",
    )
    # The keys of the bands sort as what they stand for.
    odometer_band = fields.Selection(
        [
            ("km020", "Up to 20,000 km"),
            ("km060", "20,000–60,000 km"),
            ("km100", "60,000–100,000 km"),
            ("km150", "100,000–150,000 km"),
            ("km999", "Over 150,000 km"),
        ],
        "Odometer",
        readonly=True,
    )
    age_band = fields.Selection(
        [
            ("y01", "First Year"),
            ("y03", "1–3 Years"),
            ("y05", "3–5 Years"),
            ("y08", "5–8 Years"),
            ("y99", "Over 8 Years"),
        ],
        "Age of the Car",
        readonly=True,
        help="At the check-in, since its first registration or else since it was delivered or "
        "invoiced.",
    )

    @api.model
    def _get_visit_columns(self):
        """Return ``{field: SQL}`` of the fields above."""
        return {
            "order_id": SQL("o.id"),
            "company_id": SQL("o.company_id"),
            "currency_id": SQL("c.currency_id"),
            "warehouse_id": SQL("o.warehouse_id"),
            "advisor_id": SQL("o.advisor_id"),
            "partner_id": SQL("o.partner_id"),
            "customer_kind": SQL(
                """(SELECT CASE WHEN (
                    SELECT p.is_company FROM res_partner p WHERE p.id = cp.commercial_partner_id
                ) THEN 'company' ELSE 'person' END
                FROM res_partner cp WHERE cp.id = o.partner_id)"""
            ),
            "vehicle_id": SQL("o.vehicle_id"),
            "model_id": SQL("v.model_id"),
            "brand_id": SQL("v.brand_id"),
            "checked_in_at": SQL("o.checked_in_at"),
            "season": self._get_season(SQL("o.checked_in_at")),
            "odometer_band": SQL(
                """CASE
                    WHEN COALESCE(o.odometer_in, 0) = 0 THEN NULL
                    WHEN o.odometer_in <= 20000 THEN 'km020'
                    WHEN o.odometer_in <= 60000 THEN 'km060'
                    WHEN o.odometer_in <= 100000 THEN 'km100'
                    WHEN o.odometer_in <= 150000 THEN 'km150'
                    ELSE 'km999'
                END"""
            ),
            "age_band": self._get_age_band(),
        }

    @api.model
    def _get_season(self, moment):
        """Return SQL: the month of the year, in the time zone in which the user sees months."""
        timezone = self.env.context.get("tz")
        if timezone in pytz.all_timezones_set:
            moment = SQL("timezone(%s, timezone('UTC', %s))", timezone, moment)
        return SQL("to_char(%s, 'MM')", moment)

    @api.model
    def _get_age_band(self):
        registered = SQL("COALESCE(v.first_registration_date, v.delivery_date, v.invoice_date)")
        return SQL(
            """CASE
                WHEN %(born)s IS NULL OR o.checked_in_at IS NULL THEN NULL
                WHEN o.checked_in_at < %(born)s + INTERVAL '1 year' THEN 'y01'
                WHEN o.checked_in_at < %(born)s + INTERVAL '3 years' THEN 'y03'
                WHEN o.checked_in_at < %(born)s + INTERVAL '5 years' THEN 'y05'
                WHEN o.checked_in_at < %(born)s + INTERVAL '8 years' THEN 'y08'
                ELSE 'y99'
            END""",
            born=registered,
        )

    @api.model
    def _get_labour_part(self, link):
        """Return the source and the condition of agreed labour lines ``l`` of the house, with
        their unit ``lu``, whose factor is its hours.

        As ``service.job._get_sold_hours``: sold by time, no work that a vendor does, no share that
        moves money between payers, no claim.
        """
        hour = self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_hour")
        condition = SQL(
            """%s AND %s AND (
                l.product_uom_id IN (SELECT hu.id FROM uom_uom hu WHERE hu.parent_path LIKE %s)
            ) IS TRUE AND (
                (l.product_id, l.company_id) IN (
                    SELECT lp.id, lc.id FROM product_template lt
                    JOIN product_product lp ON lp.product_tmpl_id = lt.id
                    CROSS JOIN res_company lc
                    WHERE lt.type = 'service'
                        AND COALESCE(lt.service_to_purchase ->> lc.id::text, 'false') != 'true'
                )
            ) IS TRUE""",
            link,
            self._is_agreed_line(),
            f"{hour}/%",
        )
        source = SQL(
            """sale_order_line l JOIN sale_order e ON e.id = l.order_id
            LEFT JOIN uom_uom lu ON lu.id = l.product_uom_id"""
        )
        return source, condition

    @api.model
    def _is_agreed_part(self):
        """Return SQL: whether the line ``l`` is a part that was agreed on."""
        return SQL(
            """%s AND l.product_id IS NOT NULL AND (
                l.product_id IN (
                    SELECT lp.id FROM product_template lt
                    JOIN product_product lp ON lp.product_tmpl_id = lt.id
                    WHERE lt.type = 'service'
                )
            ) IS NOT TRUE""",
            self._is_agreed_line(),
        )

    @api.model
    def _is_agreed_line(self):
        # Services are few, and so are units of time: "IS TRUE" lets PostgreSQL remember them and
        # find the lines by their job or order, instead of going through all lines of each.
        return SQL(
            """l.service_job_id IS NOT NULL AND l.state = 'sale' AND l.display_type IS NULL
            AND l.is_downpayment IS NOT TRUE AND l.service_share_kind IS NULL
            AND l.service_claim_id IS NULL"""
        )

    @api.model
    def _get_amount(self, line, estimate):
        """Return SQL: what a line is worth without taxes, in the currency of the company, at the
        rate of the day the estimate was made."""
        return SQL(
            "%s / COALESCE(NULLIF(%s, 0), 1)",
            SQL.identifier(line, "price_subtotal"),
            SQL.identifier(estimate, "currency_rate"),
        )

    @api.model
    def _exists(self, query):
        """Return the source and link of a part that adds 1 where ``query`` finds something."""
        return SQL("(SELECT) once"), SQL("EXISTS (%s)", query)

    def action_open_order(self):
        """Open the order behind this row."""
        return self.order_id._get_records_action()
