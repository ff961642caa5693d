from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .service_fact_mixin import Part


class ServiceLostReport(models.Model):
    """One row per car that was ever here: how long ago, and what it brought in before.

    The last visit says the branch and the advisor; a car that is here now came 0 months ago.
    """

    _name = "service.lost.report"
    _description = "Lost Customer Analysis"
    _inherit = "service.visit.mixin"
    _auto = False
    _rec_name = "vehicle_id"
    _order = "months desc, id"
    _depends = {
        "service.order": [
            "company_id", "warehouse_id", "advisor_id", "partner_id", "vehicle_id", "state",
            "checked_in_at", "delivered_at", "odometer_in",
        ],
        "service.vehicle": [
            "active", "owner_id", "model_id", "brand_id", "first_registration_date",
            "delivery_date", "invoice_date",
        ],
        "service.followup": ["vehicle_id", "kind", "state"],
        "sale.order": ["service_order_id", "state", "amount_untaxed", "currency_rate"],
        "res.company": ["currency_id", "service_lost_months"],
        "res.partner": ["is_company", "commercial_partner_id"],
    }

    order_id = fields.Many2one(string="Last Visit")
    last_visit_at = fields.Datetime("Last Visit On", readonly=True)
    months = fields.Integer("Months Since the Visit", readonly=True, aggregator="avg")
    # The keys sort as the months do.
    since_band = fields.Selection(
        [
            ("m03", "Up to 3 Months"),
            ("m06", "3–6 Months"),
            ("m09", "6–9 Months"),
            ("m12", "9–12 Months"),
            ("m18", "12–18 Months"),
            ("m24", "18–24 Months"),
            ("m99", "Over 24 Months"),
        ],
        "Last Visit Ago",
        readonly=True,
    )
    is_lost = fields.Boolean(
        "Lost Customer",
        readonly=True,
        help="Longer ago than the company's months for lost customers.",
    )
    is_listed = fields.Boolean("On the Call List", readonly=True)
    car_count = fields.Integer("Number of Cars", readonly=True)
    lost_count = fields.Integer("Lost Cars", readonly=True)
    year_visits = fields.Integer(
        "Visits in the Year Before", readonly=True, help="In the 12 months up to the last visit."
    )
    year_amount = fields.Monetary(
        "Brought In in the Year Before",
        readonly=True,
        help="Confirmed estimates of all payers, without taxes, in the 12 months up to the last "
        "visit.",
    )

    @api.model
    def _get_columns(self):
        return {
            "id": SQL("v.id"),
            **self._get_visit_columns(),
            "partner_id": SQL("COALESCE(v.owner_id, o.partner_id)"),
            "last_visit_at": SQL("o.checked_in_at"),
            "months": SQL("ago.months"),
            "since_band": SQL(
                """CASE
                    WHEN ago.months < 3 THEN 'm03'
                    WHEN ago.months < 6 THEN 'm06'
                    WHEN ago.months < 9 THEN 'm09'
                    WHEN ago.months < 12 THEN 'm12'
                    WHEN ago.months < 18 THEN 'm18'
                    WHEN ago.months < 24 THEN 'm24'
                    ELSE 'm99'
                END"""
            ),
            "is_lost": self._is_lost(),
            "is_listed": SQL(
                """EXISTS (
                    SELECT FROM service_followup f
                    WHERE f.vehicle_id = v.id AND f.state = 'open'
                )"""
            ),
            "car_count": SQL("1"),
            "lost_count": SQL("%s::int", self._is_lost()),
        }

    @api.model
    def _is_lost(self):
        """Return SQL: whether the months of the company are over; 12 where it has set none."""
        return SQL("(ago.months >= COALESCE(NULLIF(c.service_lost_months, 0), 12))")

    @api.model
    def _get_from(self):
        return SQL(
            """service_order o
            JOIN service_vehicle v ON v.id = o.vehicle_id
            LEFT JOIN res_company c ON c.id = o.company_id
            CROSS JOIN LATERAL (
                SELECT (EXTRACT(YEAR FROM since) * 12 + EXTRACT(MONTH FROM since))::int AS months
                FROM AGE(
                    NOW() AT TIME ZONE 'UTC', COALESCE(o.delivered_at, NOW() AT TIME ZONE 'UTC')
                ) since
            ) ago"""
        )

    @api.model
    def _get_where(self):
        """Hook: the last visit of each car. Asked as "no later one", so that PostgreSQL may look
        up a few cars or go through all of them."""
        return SQL(
            """v.active AND o.state != 'cancelled' AND o.checked_in_at IS NOT NULL
            AND NOT EXISTS (
                SELECT FROM service_order later
                WHERE later.vehicle_id = o.vehicle_id AND later.state != 'cancelled'
                    AND later.checked_in_at IS NOT NULL
                    AND (later.checked_in_at, later.id) > (o.checked_in_at, o.id)
            )"""
        )

    @api.model
    def _get_parts(self):
        before = SQL(
            """y.vehicle_id = o.vehicle_id AND y.state != 'cancelled'
            AND y.checked_in_at > o.checked_in_at - INTERVAL '1 year'"""
        )
        return {
            "visits": Part(SQL("service_order y"), before, {"year_visits": SQL("1")}),
            "estimates": Part(
                SQL("service_order y JOIN sale_order s ON s.service_order_id = y.id"),
                SQL("%s AND s.state = 'sale'", before),
                {
                    "year_amount": SQL(
                        "s.amount_untaxed / COALESCE(NULLIF(s.currency_rate, 0), 1)"
                    )
                },
            ),
        }

    # ---- winning them back ----------------------------------------------------------------

    def action_open_vehicle(self):
        """Open the car behind this row."""
        return self.vehicle_id._get_records_action()

    def action_call(self):
        """Put the customers of these cars on the call list, and open their follow-ups.

        :raises UserError: where none of them can be called, saying why.
        """
        followups = self.env["service.followup"]
        followups.check_access("create")
        vals_list = self._prepare_calls_vals()
        if not vals_list:
            raise UserError(
                self.env._(
                    "None of these customers can be put on the list: their cars are here or "
                    "expected, they are on the list already, have no phone number, or do not "
                    "want such calls. Choose other cars, or open the customer to see which."
                )
            )
        made = followups._put_on_list(vals_list)
        return made._get_records_action(name=self.env._("Lost Customers to Call"))

    def _prepare_calls_vals(self):
        """Return the values of one follow-up for each car whose customer may be called."""
        followups, vals_list = self.env["service.followup"], []
        visits = followups._get_last_visits(self.vehicle_id)
        for car in followups._get_idle_cars(self.vehicle_id):
            visit = visits.get(car)
            if visit and car.owner_id and followups._may_call(car.owner_id, "lost"):
                day = followups._format_day(visit._get_day(visit.delivered_at))
                vals_list.append(
                    {
                        **followups._prepare_common_vals(car, car.owner_id, visit),
                        "kind": "lost",
                        "order_id": visit.id,
                        "reason": self.env._("Last visit on %s", day),
                    }
                )
        return vals_list
