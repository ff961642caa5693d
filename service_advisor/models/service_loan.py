from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, ormcache

from ..tools.stays import list_stays
from ..tools.stretch import wall_to_utc


class ServiceLoan(models.Model):
    """A technician works for some days at another workshop of the company.

    Planner and board follow it. Other companies have technicians of their own: an employee, its
    working hours and what it is booked for belong to one company.
    """

    _name = "service.loan"
    _description = "Lent Technician"
    _order = "date_from desc, id desc"
    _rec_name = "technician_id"
    _check_company_auto = True

    technician_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        domain="[('is_service_technician', '=', True)]",
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, precompute=True, index=True
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse", "To Workshop", required=True, index=True, check_company=True
    )
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("To", required=True, help="The last day at the other workshop.")
    reason = fields.Char(required=True)
    home = fields.Char("From Workshop", compute="_compute_home")
    in_the_way = fields.Text(compute="_compute_in_the_way")

    _to_after_from = models.Constraint(
        "CHECK(date_to >= date_from)", "A loan ends on the day it begins, or later."
    )
    _one_at_a_time = models.Constraint(
        "EXCLUDE USING gist (int4range(technician_id, technician_id, '[]') WITH &&, "
        "daterange(date_from, date_to, '[]') WITH &&)",
        "This technician is lent on some of these days already. End that loan first.",
    )

    @api.depends("technician_id")
    def _compute_company_id(self):
        for loan in self:
            # Where an employee works is no secret of who may lend it.
            loan.company_id = loan.sudo().technician_id.company_id or self.env.company

    @api.depends("technician_id")
    @api.depends_context("lang")
    def _compute_home(self):
        for loan in self:
            # So is its home workshop.
            home = loan.sudo().technician_id.service_warehouse_id
            loan.home = home.name or (loan.technician_id and self.env._("any"))

    @api.depends("technician_id", "warehouse_id", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_in_the_way(self):
        for loan in self:
            loan.in_the_way = False
            if loan.technician_id and loan.warehouse_id and loan.date_from and loan.date_to:
                # loop: one loan is entered at a time
                loan.in_the_way = loan._find_in_the_way()._list_in_words()

    # ---- records --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        loans = super().create(vals_list)
        self.env.registry.clear_cache()
        loans._check_loans()
        return loans

    def write(self, vals):
        people = self.technician_id
        result = super().write(vals)
        self._check_loans()
        (people | self.technician_id)._check_places()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_if_coming(self):
        """What has begun is history; it ends by its last day."""
        for loan in self:
            if loan.date_from <= loan._get_today():
                raise UserError(
                    self.env._(
                        "The loan of %(name)s has begun. Let it end: enter its last day.",
                        name=loan.technician_id.name,
                    )
                )

    def unlink(self):
        people = self.technician_id
        result = super().unlink()
        people._check_places()
        return result

    def _get_tz(self):
        company = self.company_id or self.env.company
        # The working hours of the company are no secret of who lends its technicians.
        return self.env["service.planner"]._get_tz(company.sudo())

    def _get_today(self):
        """Return the date it is in the workshop of this loan."""
        return fields.Date.context_today(self.with_context(tz=self._get_tz()))

    # ---- checks ---------------------------------------------------------------------------

    def _check_loans(self):
        """Raise where a loan is over before it is entered, changes nothing, or where the
        technician is booked at home meanwhile; what is in the way is listed."""
        for loan in self:
            # What people are and are booked for is known to who lends them.
            person = loan.technician_id.sudo()
            if not person.is_service_technician:
                reason = self.env._("The workshop is not planned with %s.", person.name)
            elif person.service_warehouse_id == loan.warehouse_id:
                reason = self.env._(
                    "%(name)s works at %(place)s anyway. Choose another workshop.",
                    name=person.name, place=loan.warehouse_id.name,
                )
            elif loan.date_to < loan._get_today():
                reason = self.env._(
                    "%s is over. Choose a last day that is still to come.",
                    format_date(self.env, loan.date_to),
                )
            else:
                continue
            raise UserError(reason)
        self.technician_id._check_places()

    def _find_in_the_way(self):
        """Return what the technician is booked for at other workshops during this loan."""
        [span] = self._get_spans()
        # What somebody is booked for is known to who lends them.
        return self.env["service.booking"].sudo().search(
            [
                ("resource_id", "=", self.technician_id.sudo().resource_id.id),
                ("start_at", "<", span[2]),
                ("stop_at", ">", max(span[1], fields.Datetime.now())),
                ("order_id.warehouse_id", "!=", self.warehouse_id.id),
                ("override_reason", "=", False),
            ],
            order="start_at",
        )

    # ---- where somebody is ----------------------------------------------------------------

    @api.model
    @ormcache("company_id")
    def _is_used(self, company_id):
        """Return whether a company has lent anybody, ever. Kept in memory: a shop that does not
        pays nothing for asking at every plan."""
        # Who plans need not read the loans.
        return bool(self.sudo().search_count([("company_id", "=", company_id)], limit=1))

    def _get_spans(self):
        """Return ``[(stock.warehouse id, since, until)]`` of these loans, datetimes in UTC: whole
        days in the time of the workshop."""
        return [
            (
                loan.warehouse_id.id,
                wall_to_utc(loan.date_from, 0, loan._get_tz()),
                wall_to_utc(loan.date_to, 24, loan._get_tz()),
            )
            for loan in self
        ]

    @api.model
    def _format_last_day(self, company, until):
        """Return the last day of a stay that ends at ``until``, where the workshop is."""
        tz = self.env["service.planner"]._get_tz(company)
        moment = (until - timedelta(seconds=1)).replace(tzinfo=UTC)
        return format_date(self.env, moment.astimezone(ZoneInfo(tz)).date())

    @api.model
    def _get_stays(self, people):
        """Return ``{hr.employee id: [(stock.warehouse id or None, since, until)]}``, see
        ``tools.stays``; only of those of ``people`` (with the rights of the system) who are not
        everywhere at all times. One query, none in a company that has lent nobody."""
        # Who plans need not read the loans.
        loans = self.sudo().browse()
        if any(self._is_used(company.id) for company in people.company_id):
            loans = loans.search_fetch(
                [("technician_id", "in", people.ids)],
                ["technician_id", "company_id", "warehouse_id", "date_from", "date_to"],
            )
        grouped = loans.grouped("technician_id")
        return {
            person.id: list_stays(
                person.service_warehouse_id.id or None,
                grouped[person]._get_spans() if person in grouped else (),
            )
            for person in people
            if person.service_warehouse_id or person in grouped
        }
