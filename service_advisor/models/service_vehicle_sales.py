from odoo import api, fields, models
from odoo.tools import SQL


class ServiceVehicleSales(models.Model):
    """The cars of the workshop as people who sell cars may see them.

    Who the customer is and the plate are masked in the database query itself, unless the customer
    consented to the purpose ``sales``: what is never read can not be found by a search, a group,
    an export or an order of the rows. People of the sales seat have no right to the vehicles and
    orders behind these rows.

    Amounts are in the currency of the company, at the rate of the estimate.
    """

    _name = "service.vehicle.sales"
    _description = "Car for Sales"
    _auto = False
    _order = "id desc"
    _rec_names_search = ["model_id", "plate", "owner_name"]
    _depends = {
        "service.vehicle": [
            "active", "company_id", "plate", "model_id", "model_year", "energy", "odometer",
            "owner_id", "lease_end", "first_registration_date", "delivery_date", "invoice_date",
        ],
        "service.order": [
            "vehicle_id", "advisor_id", "checked_in_at", "delivered_at", "state",
        ],
        "service.job": ["order_id", "state"],
        "sale.order": [
            "service_order_id", "service_pay_type", "state", "amount_total", "currency_rate",
        ],
        "sale.order.line": ["order_id", "service_job_id", "price_total"],
        "service.consent": ["partner_id", "purpose", "state", "at", "expires_on"],
        "res.partner": ["name", "phone", "email"],
        "res.company": ["currency_id"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    model_id = fields.Many2one("fleet.vehicle.model", readonly=True)
    model_year = fields.Char(readonly=True)
    energy = fields.Selection(
        lambda self: self.env["service.vehicle"]._fields["energy"]._description_selection(
            self.env
        ),
        readonly=True,
    )
    plate = fields.Char(readonly=True)
    age = fields.Integer("Age (years)", readonly=True, aggregator="avg")
    odometer = fields.Integer("Odometer (km)", readonly=True, aggregator="avg")
    lease_end = fields.Date("Lease Ends", readonly=True)
    last_visit_at = fields.Datetime("Last Visit", readonly=True)
    advisor_id = fields.Many2one(
        "res.users", "Service Advisor", readonly=True, help="Of the last visit; knows the customer."
    )
    open_amount = fields.Monetary(
        "Open Proposals", readonly=True, help="Work the customer was asked about, unanswered."
    )
    declined_amount = fields.Monetary(
        "Declined Work", readonly=True, help="Of visits of the last twelve months."
    )
    spent_amount = fields.Monetary(
        "Paid in a Year",
        readonly=True,
        help="What the customer was to pay for visits of the last twelve months.",
    )
    has_consent = fields.Boolean(
        "May Be Contacted", readonly=True, help="The customer agreed that sales gets in touch."
    )
    owner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, help="Only where the customer agrees."
    )
    owner_name = fields.Char("Owner", readonly=True)
    owner_phone = fields.Char("Phone", readonly=True)
    owner_email = fields.Char("E-mail", readonly=True)

    @api.depends("model_id", "plate")
    def _compute_display_name(self):
        for car in self:
            model = car.model_id.display_name
            car.display_name = f"{model} ({car.plate})" if model and car.plate else (
                model or car.plate or self.env._("Car %s", car.id)
            )

    @property
    def _table_query(self):
        return SQL(
            """SELECT %(columns)s
                 FROM service_vehicle car
                 JOIN res_company company ON company.id = car.company_id
            LEFT JOIN res_partner owner ON owner.id = car.owner_id
                WHERE car.active""",
            columns=SQL(", ").join(
                SQL("%s AS %s", expression, SQL.identifier(name))
                for name, expression in self._get_columns().items()
            ),
        )

    @api.model
    def _get_columns(self):
        """Hook: return ``{field: SQL}`` by the tables ``car``, ``company`` and ``owner``. What
        names the customer goes through ``_masked``."""
        registered = SQL(
            """COALESCE(car.first_registration_date, car.delivery_date, car.invoice_date,
                CASE WHEN car.model_year ~ '^[12][0-9]{3}$'
                    THEN make_date(car.model_year::int, 1, 1) END)"""
        )
        return {
            "id": SQL("car.id"),
            "company_id": SQL("car.company_id"),
            "currency_id": SQL("company.currency_id"),
            "model_id": SQL("car.model_id"),
            "model_year": SQL("car.model_year"),
            "energy": SQL("car.energy"),
            "odometer": SQL("car.odometer"),
            "lease_end": SQL("car.lease_end"),
            "age": SQL("date_part('year', age(CURRENT_DATE, %s))::int", registered),
            "last_visit_at": SQL(
                """(SELECT MAX(COALESCE(visit.delivered_at, visit.checked_in_at))
                      FROM service_order visit WHERE visit.vehicle_id = car.id)"""
            ),
            "advisor_id": SQL(
                """(SELECT visit.advisor_id FROM service_order visit
                     WHERE visit.vehicle_id = car.id AND visit.state != 'cancelled'
                  ORDER BY visit.id DESC LIMIT 1)"""
            ),
            "open_amount": self._work_amount(
                SQL("job.state = 'quoted' AND estimate.state IN ('draft', 'sent')")
            ),
            "declined_amount": self._work_amount(
                SQL(
                    """job.state = 'declined'
                    AND visit.checked_in_at >= CURRENT_DATE - INTERVAL '1 year'"""
                )
            ),
            "spent_amount": SQL(
                """COALESCE((
                    SELECT SUM(estimate.amount_total
                               / COALESCE(NULLIF(estimate.currency_rate, 0), 1))
                      FROM service_order visit
                      JOIN sale_order estimate ON estimate.service_order_id = visit.id
                     WHERE visit.vehicle_id = car.id AND estimate.state = 'sale'
                       AND estimate.service_pay_type = 'customer'
                       AND visit.delivered_at >= CURRENT_DATE - INTERVAL '1 year'
                ), 0)"""
            ),
            "has_consent": self._consent(),
            "owner_id": self._masked(SQL("owner.id"), SQL("NULL")),
            **self._get_masked_columns(),
        }

    @api.model
    def _get_masked_columns(self):
        """Return the columns of which everybody sees the beginning or the end only."""
        return {
            "plate": self._masked(
                SQL("car.plate"),
                SQL("CASE WHEN length(car.plate) > 4 THEN left(car.plate, 2) ELSE '' END || '***'"),
            ),
            "owner_name": self._masked(SQL("owner.name"), SQL("left(owner.name, 1) || '**'")),
            "owner_phone": self._masked(
                SQL("owner.phone"),
                SQL(
                    """'***' || CASE WHEN length(owner.phone) > 7
                        THEN right(owner.phone, 2) ELSE '' END"""
                ),
            ),
            "owner_email": self._masked(
                SQL("owner.email"), SQL("left(owner.email, 1) || '***@***'")
            ),
        }

    @api.model
    def _consent(self):
        """Return SQL: whether the newest answer of the owner lets sales get in touch."""
        return SQL(
            """COALESCE((
                SELECT consent.state = 'given'
                       AND COALESCE(consent.expires_on >= CURRENT_DATE, TRUE)
                  FROM service_consent consent
                 WHERE consent.partner_id = car.owner_id AND consent.purpose = 'sales'
              ORDER BY consent.at DESC, consent.id DESC LIMIT 1
            ), FALSE)"""
        )

    @api.model
    def _masked(self, column, mask):
        """Return SQL: ``column`` with the owner's consent, else ``mask``; empty stays empty."""
        return SQL(
            "CASE WHEN %s IS NULL THEN NULL WHEN %s THEN %s ELSE %s END",
            column,
            self._consent(),
            column,
            mask,
        )

    @api.model
    def _work_amount(self, condition):
        """Return SQL: the value of the jobs of the car that meet ``condition``, with taxes."""
        return SQL(
            """COALESCE((
                SELECT SUM(line.price_total / COALESCE(NULLIF(estimate.currency_rate, 0), 1))
                  FROM service_order visit
                  JOIN service_job job ON job.order_id = visit.id
                  JOIN sale_order_line line ON line.service_job_id = job.id
                  JOIN sale_order estimate ON estimate.id = line.order_id
                 WHERE visit.vehicle_id = car.id AND %s
            ), 0)""",
            condition,
        )
