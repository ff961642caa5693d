from odoo import api, fields, models
from odoo.addons.service_advisor.models.service_job import AUTHORISED_STATES
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import unique

SHARE = "cars_in_100:avg"
CARS = "vehicle_id:count_distinct"


class ServiceFaultReport(models.Model):
    """One row per repair, and one per part that was agreed for it: what fails on which cars.

    Routine work is no repair: it is done because it is due. How often a model has a fault is told
    in cars of 100: the cars with it ÷ the cars of that model that came in the same period and
    branch, whatever they came for. One car that comes back again and again is one car.
    """

    _name = "service.fault.report"
    _description = "Fault Analysis"
    _inherit = "service.visit.mixin"
    _auto = False
    _rec_name = "job_id"
    _order = "checked_in_at desc, id desc"
    _depends = {
        "service.job": ["order_id", "operation_id", "symptom_id", "state", "pay_type"],
        "service.operation": ["is_routine"],
        "service.order": [
            "company_id", "warehouse_id", "advisor_id", "partner_id", "vehicle_id", "state",
            "checked_in_at", "odometer_in",
        ],
        "service.vehicle": [
            "model_id", "brand_id", "first_registration_date", "delivery_date", "invoice_date",
        ],
        "sale.order.line": [
            "service_job_id", "product_id", "state", "display_type", "is_downpayment",
            "service_share_kind", "service_claim_id",
        ],
        "product.product": ["product_tmpl_id"],
        "product.template": ["type", "categ_id"],
        "res.company": ["currency_id"],
        "res.partner": ["is_company", "commercial_partner_id"],
    }

    kind = fields.Selection(
        [("repair", "Repair"), ("part", "Part Replaced")], "What", readonly=True
    )
    job_id = fields.Many2one("service.job", readonly=True)
    operation_id = fields.Many2one("service.operation", readonly=True)
    symptom_id = fields.Many2one("service.symptom", readonly=True)
    product_id = fields.Many2one("product.product", "Part", readonly=True)
    categ_id = fields.Many2one("product.category", "Product Category", readonly=True)
    pay_type = fields.Selection(
        lambda self: self.env["service.job"]._fields["pay_type"]._description_selection(self.env),
        readonly=True,
    )
    vehicle_id = fields.Many2one(string="Cars")
    cars_in_100 = fields.Float(
        "Cars in 100",
        readonly=True,
        aggregator="avg",
        help="Cars with this fault ÷ cars of the same model that came in the same period and "
        "branch, times 100.",
    )

    @property
    def _table_query(self):
        state = SQL("j.state IN %s AND o.state != 'cancelled'", AUTHORISED_STATES)
        source = SQL(
            """service_job j
            JOIN service_order o ON o.id = j.order_id
            LEFT JOIN service_vehicle v ON v.id = o.vehicle_id
            LEFT JOIN res_company c ON c.id = o.company_id
            LEFT JOIN service_operation op ON op.id = j.operation_id"""
        )
        columns = {
            "job_id": SQL("j.id"),
            **self._get_visit_columns(),
            "operation_id": SQL("j.operation_id"),
            "symptom_id": SQL("j.symptom_id"),
            "pay_type": SQL("j.pay_type"),
            "cars_in_100": SQL("NULL::float8"),
        }
        repairs = {
            "id": SQL("j.id::int8 * 2"),
            "kind": SQL("'repair'"),
            **columns,
            "product_id": SQL("NULL::int4"),
            "categ_id": SQL("NULL::int4"),
        }
        parts = {
            "id": SQL("l.id::int8 * 2 + 1"),
            "kind": SQL("'part'"),
            **columns,
            "product_id": SQL("l.product_id"),
            "categ_id": SQL("pt.categ_id"),
        }
        return SQL(
            """SELECT %s FROM %s WHERE %s AND op.is_routine IS NOT TRUE
            UNION ALL
            SELECT %s FROM %s
            JOIN sale_order_line l ON l.service_job_id = j.id
            LEFT JOIN product_product pp ON pp.id = l.product_id
            LEFT JOIN product_template pt ON pt.id = pp.product_tmpl_id
            WHERE %s AND op.is_routine IS NOT TRUE AND %s""",
            self._name_columns(repairs), source, state,
            self._name_columns(parts), source, state, self._is_agreed_part(),
        )

    # ---- cars of 100 ----------------------------------------------------------------------

    @api.model
    def _read_group(
        self, domain, groupby=(), aggregates=(), having=(), offset=0, limit=None, order=None
    ):
        if SHARE not in aggregates:
            return super()._read_group(domain, groupby, aggregates, having, offset, limit, order)
        rows = super()._read_group(
            domain, groupby, self._ask_cars(aggregates), having, offset, limit,
            order and order.replace(SHARE, CARS),
        )
        [served] = self._count_served(domain, [groupby])
        return self._put_shares(rows, groupby, aggregates, served)

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        if SHARE not in aggregates:
            return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)
        results = super()._read_grouping_sets(
            domain, grouping_sets, self._ask_cars(aggregates),
            order and order.replace(SHARE, CARS),
        )
        served = self._count_served(domain, grouping_sets)
        return [
            self._put_shares(rows, groupby, aggregates, cars)
            for rows, groupby, cars in zip(results, grouping_sets, served, strict=True)
        ]

    @api.model
    def _ask_cars(self, aggregates):
        return tuple(CARS if spec == SHARE else spec for spec in aggregates)

    @api.model
    def _is_of_visit(self, spec):
        """Tell whether a group or condition is about the visit, and not about the fault."""
        name = spec.split(".")[0].split(":")[0]
        return name in self.env["service.visit.mixin"]._fields and name != "id"

    @api.model
    def _count_served(self, domain, grouping_sets):
        """Return for each of the grouping sets ``{values of the groups that are about the visit:
        cars that came}``, whatever fault they had; one query for all of them."""
        domain = Domain(domain).optimize(self).map_conditions(
            lambda condition: (
                condition if self._is_of_visit(condition.field_expr) else Domain.TRUE
            )
        )
        # Whoever may see faults may see of how many cars, of these companies.
        orders = self.env["service.order.report"].sudo()
        domain &= Domain("company_id", "in", self.env.companies.ids)
        domain &= Domain("checked_in_at", "!=", False)
        visits = [tuple(filter(self._is_of_visit, groupby)) for groupby in grouping_sets]
        sets = [*unique(visits)]
        found = dict(zip(sets, orders._read_grouping_sets(domain, sets, (CARS,)), strict=True))
        return [{tuple(key): cars for *key, cars in found[groupby]} for groupby in visits]

    @api.model
    def _put_shares(self, rows, groupby, aggregates, served):
        at = len(groupby) + list(aggregates).index(SHARE)
        keys = [index for index, spec in enumerate(groupby) if self._is_of_visit(spec)]
        result = []
        for row in rows:
            cars = served.get(tuple(row[index] for index in keys))
            share = 100 * row[at] / cars if cars else False
            result.append((*row[:at], share, *row[at + 1:]))
        return result

    # ---- the records behind the figures ---------------------------------------------------

    def action_open_job(self):
        """Open the job behind this row."""
        jobs = self.env["service.job"].browse([at // 2 for at in self.ids if not at % 2])
        lines = self.env["sale.order.line"].browse([at // 2 for at in self.ids if at % 2])
        return (jobs | lines.service_job_id)._get_records_action()
