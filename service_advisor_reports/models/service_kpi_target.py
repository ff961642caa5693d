from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.kpi import ADVISOR, BRANCH, FORMULAS

MONTH = relativedelta(months=1)


class ServiceKpiTarget(models.Model):
    """What a key figure is held against: for everybody, a branch or an advisor, from a day on."""

    _name = "service.kpi.target"
    _description = "Target of a Key Figure"
    _inherit = "service.audit.mixin"
    _order = "kpi_id, date_from desc, id desc"
    _rec_name = "kpi_id"
    _audited_fields = {"value": "settings", "date_from": "settings", "date_to": "settings"}

    kpi_id = fields.Many2one(
        "service.kpi", "Key Figure", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users", "Service Advisor", index=True, help="Empty: for all who have no own target."
    )
    warehouse_id = fields.Many2one("stock.warehouse", "Branch", index=True)
    company_id = fields.Many2one(
        "res.company", index=True, default=lambda self: self.env.company,
        help="Empty: for all companies.",
    )
    date_from = fields.Date(
        "From", required=True, default=lambda self: fields.Date.today().replace(day=1)
    )
    date_to = fields.Date("Until", help="Empty: until another one begins.")
    value = fields.Float(
        "Target",
        required=True,
        aggregator=None,
        help="In per cent where the figure is a share; a number is that of one month.",
    )

    unit = fields.Selection(related="kpi_id.unit")

    _start_uniq = models.UniqueIndex(
        "(kpi_id, COALESCE(user_id, 0), COALESCE(warehouse_id, 0), COALESCE(company_id, 0), "
        "date_from)",
        "This figure has a target from that day on already. Change that one, or let this one "
        "begin on another day.",
    )
    _one_subject = models.Constraint(
        "CHECK(user_id IS NULL OR warehouse_id IS NULL)",
        "A target is for an advisor or for a branch. Make two targets.",
    )
    _dates_ordered = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)", "A target can not end before it begins."
    )

    @api.model
    def _get_in_force(self, company, kind, date_from, date_to):
        """Return ``function(code, subject_id) -> target or None`` for a period of whole months.

        The closest one counts: that of the advisor or branch, before that of the company, before
        that for all; of two, the one that begins later. A month has the target of its last day,
        a longer period that of its last month; what is counted per month is the sum of them.
        """
        # Whoever sees a figure sees what it is held against.
        targets = self.sudo().search(
            Domain("company_id", "in", [company.id, False])
            & Domain("date_from", "<=", date_to)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", date_from))
        )
        by_code = targets.grouped(lambda target: target.kpi_id.code)
        days, day = [], date_from
        while day <= date_to:
            day += MONTH
            days.append(min(day - relativedelta(days=1), date_to))

        def get(code, subject_id):
            rows = by_code.get(code, self.browse())
            found = [rows._find(kind, subject_id, each) for each in days]
            if not FORMULAS[code].is_count:
                return found[-1]
            return None if None in found else sum(found)

        return get

    def _find(self, kind, subject_id, day):
        """Return the value that holds for a subject on ``day``, or None."""
        best = None
        for target in self:
            of_user, of_branch = target.user_id.id, target.warehouse_id.id
            if of_user and (kind, subject_id) != (ADVISOR, of_user):
                continue
            if of_branch and (kind, subject_id) != (BRANCH, of_branch):
                continue
            if target.date_from > day or (target.date_to and target.date_to < day):
                continue
            closeness = (
                bool(of_user or of_branch), bool(target.company_id), target.date_from, target.id
            )
            best = max(best or (closeness, target.value), (closeness, target.value))
        return best and best[1]
