from babel.dates import format_skeleton
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import babel_locale_parse, format_date, format_datetime, get_lang

from ..tools.kpi import ADVISOR, award, bonus, missing

MONTHS = {"month": 1, "quarter": 3, "year": 12}
# The field of the subject of each kind.
SUBJECTS = {"advisor": "user_id", "branch": "warehouse_id", "technician": "employee_id"}
# Shown in lists: (field, code).
SHOWN = {
    "csat": "csat",
    "contact": "first_contact",
    "on_time": "on_time",
    "completed": "orders_completed",
    "quality": "qc_first_pass",
    "majors": "major_complaints",
    "efficiency": "efficiency",
    "productivity": "productivity",
}
LIGHTS = [("green", "Reached"), ("yellow", "Nearly"), ("red", "Missed")]
VERDICTS = [("earned", "Earned"), ("missed", "Not Earned"), ("none", "No Data")]


class ServiceKpiScorecard(models.Model):
    """The figures of an advisor, a branch or a technician in a month, a quarter or a year.

    While it is open it shows what the records say now; a manager closes it, and what was shown
    then stays, with the records behind it.
    """

    _name = "service.kpi.scorecard"
    _description = "Scorecard"
    _inherit = ["service.kept.mixin", "service.audit.mixin"]
    _order = "date_from desc, period, kind, id"
    _kept_fields = frozenset({"state", "closed_at", "closed_by_id"})
    _audited_fields = {"state": "kpi"}

    kind = fields.Selection(
        [("advisor", "Service Advisor"), ("branch", "Branch"), ("technician", "Technician")],
        required=True,
        readonly=True,
        default="advisor",
    )
    user_id = fields.Many2one("res.users", "Service Advisor", readonly=True, index=True)
    warehouse_id = fields.Many2one("stock.warehouse", "Branch", readonly=True, index=True)
    employee_id = fields.Many2one("hr.employee", "Technician", readonly=True, index=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    period = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")],
        "Every",
        required=True,
        readonly=True,
        default="month",
    )
    date_from = fields.Date("From", required=True, readonly=True, index=True)
    date_to = fields.Date("Until", required=True, readonly=True)
    subject = fields.Char("Name", compute="_compute_subject")
    period_name = fields.Char("Period", compute="_compute_subject")
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        required=True,
        readonly=True,
        default="open",
        index=True,
    )
    closed_at = fields.Datetime("Closed On", readonly=True)
    closed_by_id = fields.Many2one("res.users", readonly=True)
    figure_ids = fields.One2many("service.kpi.figure", "scorecard_id", "Figures", readonly=True)
    changed_count = fields.Integer("Figures Changed Since", compute="_compute_changed_count")
    csat = fields.Char("Satisfaction", compute="_compute_shown")
    csat_light = fields.Selection(LIGHTS, compute="_compute_shown")
    contact = fields.Char("First Contact", compute="_compute_shown")
    contact_light = fields.Selection(LIGHTS, compute="_compute_shown")
    on_time = fields.Char(compute="_compute_shown")
    on_time_light = fields.Selection(LIGHTS, compute="_compute_shown")
    completed = fields.Char(compute="_compute_shown")
    completed_light = fields.Selection(LIGHTS, compute="_compute_shown")
    quality = fields.Char("First Inspection", compute="_compute_shown")
    quality_light = fields.Selection(LIGHTS, compute="_compute_shown")
    majors = fields.Char("Major Complaints", compute="_compute_shown")
    majors_light = fields.Selection(LIGHTS, compute="_compute_shown")
    efficiency = fields.Char(compute="_compute_shown")
    efficiency_light = fields.Selection(LIGHTS, compute="_compute_shown")
    productivity = fields.Char(compute="_compute_shown")
    productivity_light = fields.Selection(LIGHTS, compute="_compute_shown")
    award_state = fields.Selection(VERDICTS, "Annual Award", compute="_compute_rewards")
    award_reason = fields.Char("Award Because", compute="_compute_rewards")
    bonus_state = fields.Selection(VERDICTS, "Quarterly Bonus", compute="_compute_rewards")
    bonus_reason = fields.Char("Bonus Because", compute="_compute_rewards")

    _subject_uniq = models.UniqueIndex(
        "(company_id, kind, period, date_from, COALESCE(user_id, 0), COALESCE(warehouse_id, 0), "
        "COALESCE(employee_id, 0))",
        "There is such a scorecard already.",
    )
    _one_subject = models.Constraint(
        "CHECK(num_nonnulls(user_id, warehouse_id, employee_id) = 1)",
        "A scorecard is of one advisor, one branch or one technician.",
    )

    # ---- names ----------------------------------------------------------------------------

    @api.depends("kind", "user_id", "warehouse_id", "employee_id", "period", "date_from")
    @api.depends_context("lang")
    def _compute_subject(self):
        for card in self:
            # Names of colleagues are no secret, their records may be.
            card.subject = card.sudo()[SUBJECTS[card.kind]].name
            card.period_name = card._name_period()

    @api.depends("subject", "period_name")
    def _compute_display_name(self):
        for card in self:
            card.display_name = f"{card.subject}, {card.period_name}"

    def _name_period(self):
        """Return the period as people call it: Mar 2026, Q1 2026, 2026."""
        if not self.date_from:
            return ""
        locale = babel_locale_parse(get_lang(self.env).code)
        skeletons = {"month": "yMMM", "quarter": "yQQQ", "year": "y"}
        return format_skeleton(skeletons[self.period], self.date_from, locale=locale)

    def _get_subject_id(self):
        self.ensure_one()
        return self[SUBJECTS[self.kind]].id

    # ---- figures --------------------------------------------------------------------------

    @api.depends("figure_ids", "state")
    @api.depends_context("lang")
    def _compute_shown(self):
        by_code = {
            (figure.scorecard_id.id, figure.kpi_id.code): figure for figure in self.figure_ids
        }
        none = self.env["service.kpi.figure"]
        for card in self:
            for name, code in SHOWN.items():
                figure = by_code.get((card._origin.id, code), none)
                card[name] = figure.value_text
                card[f"{name}_light"] = figure.light

    @api.depends("figure_ids", "state")
    def _compute_changed_count(self):
        for card in self:
            closed = card.state == "closed"
            card.changed_count = closed and len(card.figure_ids.filtered("is_changed"))

    @api.depends("figure_ids", "state")
    @api.depends_context("lang")
    def _compute_rewards(self):
        for card in self:
            facts = {figure.kpi_id.code: figure for figure in card.figure_ids}
            advisor = card.kind == ADVISOR
            card.award_state = card.bonus_state = card.award_reason = card.bonus_reason = False
            if advisor and card.period == "year" and "csat" in facts:
                verdict = award(facts["csat"]._get_value())
                card.award_state, card.award_reason = card._describe_verdict(
                    verdict, card.state == "open" and facts["csat"]
                )
            if advisor and card.period == "quarter" and "qc_first_pass" in facts:
                quality = facts["qc_first_pass"]
                verdict = bonus(quality._get_value(), facts["major_complaints"]._get_value())
                card.bonus_state, card.bonus_reason = card._describe_verdict(
                    verdict, card.state == "open" and quality
                )

    @api.model
    def _describe_verdict(self, verdict, figure=None):
        """Return ``(state, reason in words)`` of a :class:`tools.kpi.Verdict`.

        :param figure: the counts it was judged by (``figure["numerator"]``, a record or a dict):
            with them the words say what is still missing.
        """
        facts = dict.fromkeys(("csat", "quality", "majors")) | {
            name: f"{value:.1f} %" if isinstance(value, float) else value
            for name, value in verdict.facts.items()
        }
        words = {
            "no_csat": self.env._("Nobody has answered a survey of this year yet."),
            "award": self.env._("Satisfaction of %(csat)s is above %(limit)s.", **facts),
            "csat_low": self.env._("Satisfaction of %(csat)s is not above %(limit)s.", **facts),
            "no_quality": self.env._("No job of this quarter was finally inspected yet."),
            "bonus": self.env._(
                "%(quality)s of the jobs passed their first inspection, above %(limit)s, and "
                "there was no major complaint.",
                **facts,
            ),
            "majors": self.env._("Major complaints in the quarter: %(majors)s.", **facts),
            "quality_low": self.env._(
                "%(quality)s of the jobs passed their first inspection, not above %(limit)s.",
                **facts,
            ),
        }
        reason = words[verdict.reason]
        if figure and verdict.earned is False:
            more = self._describe_missing(verdict, figure)
            reason = f"{reason} {more}".strip()
        states = {True: "earned", False: "missed", None: "none"}
        return states[verdict.earned], reason

    @api.model
    def _describe_missing(self, verdict, figure):
        """Return in words how many good ones would still reach the limit; nothing where no more
        of them can."""
        count = missing(figure, verdict.facts["limit"])
        if verdict.reason == "csat_low":
            return self.env._("Satisfied answers in a row that would reach it: %s.", count)
        if verdict.reason == "quality_low":
            return self.env._("Jobs passed at first in a row that would reach it: %s.", count)
        return ""

    # ---- records --------------------------------------------------------------------------

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        for card in self:
            if card.state == "closed":
                card._refuse(self.env._("It is closed. Figures of closed periods are kept."))

    # ---- closing --------------------------------------------------------------------------

    def action_close(self):
        """Keep the figures of these scorecards as they are now, with the records behind them.

        :raises UserError: naming the one that is closed already, or not over yet.
        """
        self._lock()
        self._check_close()
        self.figure_ids._freeze()
        self._keep(
            {"state": "closed", "closed_at": fields.Datetime.now(), "closed_by_id": self.env.uid}
        )
        return True

    def _check_close(self):
        for card in self:
            if card.state == "closed":
                card._refuse(
                    self.env._(
                        "%(who)s closed it on %(when)s. Reload it.",
                        # Who closed it stands on it.
                        who=card.closed_by_id.sudo().name,
                        when=format_datetime(self.env, card.closed_at, dt_format="short"),
                    )
                )
            if card.date_to >= card._get_today():
                card._refuse(
                    self.env._(
                        "The period ends on %s: close it afterwards.",
                        format_date(self.env, card.date_to),
                    )
                )

    def action_open_reopen(self):
        """Open the dialog that asks why these scorecards are reopened."""
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor_reports.service_kpi_reopen_wizard_action"
        )
        return dict(action, context={"default_scorecard_ids": self.ids})

    def _reopen(self, reason):
        """Let these scorecards show what the records say now; why is kept, and so is what was
        frozen until they are closed anew.

        :raises UserError: without a reason, or naming the one that is open.
        """
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the closed period is reopened."))
        self._lock()
        for card in self:
            if card.state == "open":
                card._refuse(self.env._("It is open already."))
        self.with_context(service_audit_reason=reason.strip())._keep(
            {"state": "open", "closed_at": False, "closed_by_id": False}
        )

    def _refuse(self, why):
        """Raise the error that names this scorecard and says why and what to do."""
        self.ensure_one()
        raise UserError(
            self.env._("%(scorecard)s: %(why)s", scorecard=self.display_name, why=why)
        )

    def _get_today(self):
        """Return the day it is where the shop is."""
        self.ensure_one()
        zone = self.env["service.kpi"]._get_zone(self.company_id).key
        return fields.Date.context_today(self.with_context(tz=zone))
