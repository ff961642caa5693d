from collections import defaultdict

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime, formatLang

from .service_order import OPEN_STATES

DESK = "service_advisor.group_reception"
# On the phone, nobody reads more.
SHOWN_VISITS = 6
SHOWN_CARS = 20
SHOWN_YEARS = 4
SHOWN_DUE = 8


class ResPartner(models.Model):
    """A customer at a glance, for whoever picks up the phone. Nothing of it is stored, and it is
    read when somebody looks at it."""

    _inherit = "res.partner"

    service_vehicle_ids = fields.One2many("service.vehicle", "owner_id", "Cars", groups=DESK)
    service_order_count = fields.Integer(
        "Service Orders", compute="_compute_service_order_count", groups=DESK
    )

    def _compute_service_order_count(self):
        counts = dict(
            self.env["service.order"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.service_order_count = counts.get(partner._origin, 0)

    def action_view_service_orders(self):
        """Open the service orders of these customers."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor.service_order_action"
        )
        # Over or not: it is about the past, too.
        return dict(action, domain=[("partner_id", "in", self.ids)], context={})

    @api.readonly
    def read_service_overview(self):
        """Return what the desk has to know about this customer, contacts of a company included.

        :return: dict of ``facts`` (list of dicts of ``label``, ``value`` and ``risk``), ``cars``
            (see :meth:`_get_overview_cars`) and ``sections`` (see
            :meth:`_get_overview_sections`).
        :raises AccessError: for whoever does not work at the desk.
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group(DESK):
            raise AccessError(
                self.env._("Only the service desk looks up what a customer has had done.")
            )
        return {
            "facts": self._get_overview_facts(),
            "cars": self._get_overview_cars(),
            "sections": [
                section for section in self._get_overview_sections() if section["rows"]
            ],
        }

    def _get_visit_domain(self):
        """Return the domain of the service orders of which these customers' cars came."""
        return Domain("partner_id", "child_of", self.ids) & Domain("checked_in_at", "!=", False)

    # ---- facts ----------------------------------------------------------------------------

    def _get_overview_facts(self):
        """Hook: return the facts on top, each a dict of ``label``, ``value`` (text) and ``risk``
        (False, info, warning or danger)."""
        Order = self.env["service.order"]
        [[count, first, last]] = Order._read_group(
            self._get_visit_domain() & Domain("state", "!=", "cancelled"),
            [],
            ["__count", "checked_in_at:min", "checked_in_at:max"],
        )
        open_ones = Order.search(
            [("partner_id", "child_of", self.ids), ("state", "in", OPEN_STATES)], limit=4
        )
        since = first or self.create_date
        return [
            self._prepare_fact(self.env._("Customer since"), self._format_day(since)),
            self._prepare_fact(
                self.env._("Last visit"), self._format_day(last) or self.env._("Never here")
            ),
            self._prepare_fact(self.env._("Visits a year"), self._format_rate(count, since)),
            self._prepare_fact(
                self.env._("Open orders"),
                ", ".join(open_ones.mapped("name")) or self.env._("None"),
                "info" if open_ones else False,
            ),
        ]

    @api.model
    def _prepare_fact(self, label, value, risk=False):
        return {"label": label, "value": value, "risk": risk}

    @api.model
    def _format_day(self, moment):
        if not moment:
            return ""
        return format_date(self.env, fields.Datetime.context_timestamp(self, moment).date())

    @api.model
    def _format_rate(self, visits, since):
        """Return visits a year as text; within the first year, as many as there were."""
        years = max((fields.Datetime.now() - since).days / 365.25, 1.0)
        return formatLang(self.env, visits / years, digits=1)

    # ---- cars -----------------------------------------------------------------------------

    def _get_overview_cars(self):
        """Return the cars of this customer, each a dict of ``id``, ``name``, ``text``, ``due``
        (see :meth:`~.service_vehicle_due.ServiceVehicle._get_next_due`) and ``is_own``; a car
        that was sold or belongs to somebody else goes without what it needs."""
        Vehicle, is_own = self.env["service.vehicle"], Domain("owner_id", "child_of", self.ids)
        own = Vehicle.search(is_own, limit=SHOWN_CARS)
        last = self._get_last_visits()
        others = Vehicle.search(
            ~is_own & Domain("id", "in", [car.id for car in last]), limit=SHOWN_CARS
        )
        due = own._get_next_due() if own else {}
        return [
            {
                "id": car.id,
                "name": car.display_name,
                "text": self._describe_car(last.get(car), car.odometer),
                "due": self._cut_due(due[car]),
                "is_own": True,
            }
            for car in own
        ] + [
            {
                "id": False,
                # As it was at the own visit: what became of it is the next owner's.
                "name": last[car].plate or car.model_id.display_name or "",
                "text": self._describe_car(last[car], last[car].odometer_in),
                "due": [],
                "is_own": False,
            }
            for car in others
        ]

    @api.model
    def _cut_due(self, due):
        """Return the weightiest of ``due``, and how many more there are."""
        more = len(due) - SHOWN_DUE
        if more <= 0:
            return due
        weighty = sorted(due, key=lambda found: found["risk"] != "danger")[:SHOWN_DUE]
        name = self.env._("and %s more", more)
        return [*weighty, {"kind": "more", "name": name, "reason": "", "risk": "muted"}]

    def _get_last_visits(self):
        """Return ``{vehicle: service.order}``: the last visit of each car with this customer."""
        rows = self.env["service.order"]._read_group(
            self._get_visit_domain(), ["vehicle_id"], ["id:max"], order="id:max DESC",
            limit=2 * SHOWN_CARS,
        )
        visits = self.env["service.order"].browse([visit for _car, visit in rows])
        return {visit.vehicle_id: visit for visit in visits}

    @api.model
    def _describe_car(self, visit, odometer):
        km = self.env._("%s km", formatLang(self.env, odometer, digits=0)) if odometer else ""
        day = visit and self.env._("last here %s", self._format_day(visit.checked_in_at))
        return " · ".join(filter(None, (km, day)))

    # ---- sections -------------------------------------------------------------------------

    def _get_overview_sections(self):
        """Hook: return the boxes below the cars, each a dict of ``key``, ``title``, ``icon`` and
        ``rows``, of which each has ``title``, ``text``, ``badge``, ``risk``, ``res_model`` and
        ``res_id`` (False where nothing opens). Boxes without rows are not shown."""
        return [
            self._prepare_section(
                "open", self.env._("Open Orders"), "fa-folder-open-o", self._get_overview_open()
            ),
            self._prepare_section(
                "visits", self.env._("Last Visits"), "fa-wrench", self._get_overview_visits()
            ),
            self._prepare_section(
                "spend", self.env._("Paid"), "fa-money", self._get_overview_spend()
            ),
        ]

    @api.model
    def _prepare_section(self, key, title, icon, rows):
        return {"key": key, "title": title, "icon": icon, "rows": rows}

    @api.model
    def _prepare_overview_row(self, title, record=None, text="", badge="", risk=False):
        return {
            "title": title, "text": text or "", "badge": badge or "", "risk": risk,
            "res_model": record._name if record else False,
            "res_id": record.id if record else False,
        }

    def _get_overview_open(self):
        """Return what is in the shop or expected, with the promise or the appointment."""
        orders = self.env["service.order"].search(
            [("partner_id", "child_of", self.ids), ("state", "in", OPEN_STATES)],
            order="id desc",
            limit=SHOWN_VISITS,
        )
        states = dict(orders._fields["state"]._description_selection(self.env))
        rows = []
        for order in orders:
            text = ""
            if order.promised_at:
                moment = format_datetime(self.env, order.promised_at, dt_format="short")
                text = self.env._("promised %s", moment)
            elif order.appointment_at and order.state == "booked":
                moment = format_datetime(self.env, order.appointment_at, dt_format="short")
                text = self.env._("expected %s", moment)
            rows.append(
                self._prepare_overview_row(
                    f"{order.name} · {order.plate or ''}",
                    order,
                    text=text,
                    badge=states[order.state],
                    risk="danger" if order.is_late else "info",
                )
            )
        return rows

    def _get_overview_visits(self):
        visits = self.env["service.order"].search(
            self._get_visit_domain(), order="checked_in_at desc, id desc", limit=SHOWN_VISITS
        )
        work = {
            visit: visit.job_ids.filtered(lambda job: job.state not in ("declined", "cancelled"))
            for visit in visits
        }
        return [
            self._prepare_overview_row(
                f"{self._format_day(visit.checked_in_at)} · {visit.plate or ''}",
                visit,
                text=", ".join(work[visit].mapped("display_name")),
            )
            for visit in visits
        ]

    def _get_overview_spend(self):
        """Return what was paid for service each year, credit notes taken off, in the currency of
        the company one works in."""
        company, today = self.env.company, fields.Date.context_today(self)
        first = today + relativedelta(years=1 - SHOWN_YEARS, month=1, day=1)
        years = defaultdict(float)
        for year, owner, invoiced, owed in self.env["account.move"]._read_group(
            [
                ("commercial_partner_id", "in", self.commercial_partner_id.ids),
                ("partner_id", "child_of", self.ids),
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("invoice_date", ">=", first),
                ("line_ids.sale_line_ids.order_id.service_order_id", "!=", False),
            ],
            ["invoice_date:year", "company_id"],
            ["amount_total_signed:sum", "amount_residual_signed:sum"],
        ):
            years[year.year] += owner.currency_id._convert(
                invoiced - owed, company.currency_id, company, today
            )
        return [
            self._prepare_overview_row(
                str(year), text=formatLang(self.env, amount, currency_obj=company.currency_id)
            )
            for year, amount in sorted(years.items(), reverse=True)
        ]
