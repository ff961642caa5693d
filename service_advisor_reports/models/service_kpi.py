from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.kpi import COMPANY, FORMULAS, codes_of, figure, split_rows

# The column of the facts that tells of whom a record is, for each kind of subject.
COLUMNS = {"advisor": "advisor_id", "branch": "branch_id", "technician": "technician_id"}


class ServiceKpi(models.Model):
    """A key figure: what it is called, what it says, and what it counts.

    Figures are those of the house, whoever asks: the models that show them say who sees which.
    """

    _name = "service.kpi"
    _description = "Key Figure"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True, help="By it the formula is found.")
    sequence = fields.Integer(default=10)
    formula = fields.Char(required=True, translate=True, help="Numerator ÷ denominator in words.")
    description = fields.Text(
        translate=True, help="Which records count, and by which moment they belong to a period."
    )
    unit = fields.Selection(
        [
            ("percent", "Per Cent"),
            ("score", "Score"),
            ("number", "Number"),
            ("hours", "Hours"),
            ("money", "Money per Hour"),
        ],
        compute="_compute_unit",
    )

    _code_uniq = models.UniqueIndex("(code)", "There is such a key figure already.")

    @api.depends("code")
    def _compute_unit(self):
        for kpi in self:
            formula = FORMULAS.get(kpi.code)
            kpi.unit = formula and formula.unit

    @api.model
    def _get_by_code(self):
        """Return ``{code: service.kpi}``, in their order."""
        return {kpi.code: kpi for kpi in self.search([]) if kpi.code in FORMULAS}

    # ---- period ---------------------------------------------------------------------------

    @api.model
    def _get_period(self, company, date_from, date_to):
        """Return ``(start, stop)`` of the days from ``date_from`` to ``date_to``, both included:
        naive UTC, ``stop`` is the first moment that does not belong to it any more. Days are
        those of the calendar of ``company``, so one may have 23 or 25 hours."""
        zone = self._get_zone(company)

        def utc(day):
            local = datetime.combine(day, time.min, zone)
            return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

        first, last = fields.Date.to_date(date_from), fields.Date.to_date(date_to)
        return utc(first), utc(last + timedelta(days=1))

    @api.model
    def _get_zone(self, company):
        # Whoever reads figures may know where the shop is, not its working hours.
        return ZoneInfo(company.sudo().resource_calendar_id.tz or self.env.user.tz or "UTC")

    # ---- figures --------------------------------------------------------------------------

    @api.model
    def _get_figures(self, company, date_from, date_to, codes=None, by="advisor"):
        """Return ``{(code, subject_id): {"numerator", "denominator", "value"}}``.

        Per cent are 0 to 100, money is in the currency of ``company`` per hour. A subject without
        any record of a figure has no key for it (see :func:`tools.kpi.figure` for what that is);
        the company always has one. One query per figure, however many subjects there are.

        :param date_from, date_to: days, both included.
        :param codes: only these figures; those that there are not of this kind are left out.
        :param by: "advisor" (ids of res.users), "branch" (stock.warehouse), "technician"
            (hr.employee) or "company"; a subject of False is nobody.
        """
        start, stop = self._get_period(company, date_from, date_to)
        found = {}
        # What is counted has to be written: an order that was changed a moment ago as well.
        self.env.flush_all()
        for code in codes_of(by):
            if codes is not None and code not in codes:
                continue
            # loop: one query per figure, of all subjects at once
            sums = self._sum(code, company, start, stop, by)
            for subject, (numerator, denominator) in sums.items():
                found[code, subject] = figure(code, numerator, denominator)
        return found

    @api.model
    def _sum(self, code, company, start, stop, by):
        """Return ``{subject_id: (numerator, denominator)}`` of one figure."""
        # Everybody's records count, whoever looks at the sum.
        _model, facts = self.env["service.kpi.facts"].sudo()._get_facts(
            code, company, start, stop
        )
        sums = {company.id: (0, 0)} if by == COMPANY else {}
        for subject, numerator, denominator in self.env.execute_query(
            SQL(
                "SELECT %s AS subject, SUM(numerator), SUM(denominator) FROM (%s) facts "
                "GROUP BY subject",
                self._get_subject(by, company), facts,
            )
        ):
            sums[subject or False] = (numerator, denominator)
        if code == "productivity":
            attended = self.env["service.kpi.attendance"]._get_hours(company, start, stop, by)
            for subject, hours in attended.items():
                sums[subject] = (sums.get(subject, (0, 0))[0], hours)
        return sums

    @api.model
    def _get_subject(self, by, company):
        if by == COMPANY:
            return SQL("%s::int", company.id)
        return SQL.identifier("facts", COLUMNS[by])

    # ---- records --------------------------------------------------------------------------

    @api.model
    def _get_records(self, code, company, date_from, date_to, by="company", subject_id=False):
        """Return ``(model, numerator, denominator)``: the name of a model and two domains, of
        the ids of the records that add to the numerator and to the denominator of a figure.

        A count has the same records in both. Attended hours (``productivity``) come from
        calendars and are no records: its denominator opens the clocked hours as well.
        """
        subject_id = company.id if by == COMPANY else subject_id
        model, rows = self._get_rows(code, company, date_from, date_to, by, [subject_id])
        numerator, denominator = split_rows(code, rows.get(subject_id, {}))
        return model, Domain("id", "in", numerator), Domain("id", "in", denominator)

    @api.model
    def _get_rows(self, code, company, date_from, date_to, by, subject_ids):
        """Return ``(model, {subject_id: {record id: (numerator, denominator)}})`` of one figure
        of the subjects asked for, in one query."""
        start, stop = self._get_period(company, date_from, date_to)
        # As above.
        self.env.flush_all()
        # As above: everybody's records count.
        model, facts = self.env["service.kpi.facts"].sudo()._get_facts(
            code, company, start, stop
        )
        rows = {}
        for subject, record, numerator, denominator in self.env.execute_query(
            SQL(
                "SELECT subject, record_id, SUM(numerator), SUM(denominator) FROM ("
                "SELECT %s AS subject, record_id, numerator, denominator FROM (%s) facts) rows "
                "WHERE COALESCE(subject, 0) IN %s GROUP BY subject, record_id ORDER BY record_id",
                self._get_subject(by, company), facts, tuple(each or 0 for each in subject_ids),
            )
        ):
            parts = (float(numerator or 0), float(denominator or 0))
            rows.setdefault(subject or False, {})[record] = parts
        return model, rows
