from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

KINDS = [
    ("operation", "Comebacks of an Operation"),
    ("part", "Comebacks of a Part"),
    ("inspection", "Failed Inspections of an Operation"),
    ("complaint", "Complaints of a Category"),
]
# What each kind is about.
SUBJECTS = {
    "operation": "operation_id",
    "part": "product_id",
    "inspection": "operation_id",
    "complaint": "category_id",
}


class ServiceAlert(models.Model):
    """Something that is more frequent than it was, with the evidence: what a person has to look
    at. See ``service.alert.find`` for how it is found.

    Figures are those of the day it was found, and stay.
    """

    _name = "service.alert"
    _description = "Alert"
    _inherit = [
        "service.kept.mixin", "service.improvable.mixin", "mail.thread", "mail.activity.mixin"
    ]
    _order = "period_from desc, chance, id"
    _check_company_auto = True
    _kept_fields = frozenset(
        {
            "company_id", "kind", "operation_id", "product_id", "category_id", "period_from",
            "period_to", "before_from", "events", "exposure", "before_events",
            "before_exposure", "chance", "series", "state", "dismiss_reason", "decided_by_id",
            "decided_at",
        }
    )

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    operation_id = fields.Many2one(
        "service.operation", readonly=True, check_company=True, ondelete="cascade"
    )
    product_id = fields.Many2one(
        "product.product", "Part", readonly=True, check_company=True, ondelete="cascade"
    )
    category_id = fields.Many2one(
        "service.complaint.category", "Complaint Category", readonly=True, check_company=True,
        ondelete="cascade",
    )
    period_from = fields.Date("From", required=True, readonly=True)
    period_to = fields.Date("To", required=True, readonly=True)
    before_from = fields.Date("Compared Since", required=True, readonly=True)
    events = fields.Integer("Cases", readonly=True)
    exposure = fields.Integer("Out Of", readonly=True, aggregator=None)
    before_events = fields.Integer("Cases Before", readonly=True)
    before_exposure = fields.Integer("Out Of, Before", readonly=True, aggregator=None)
    rate = fields.Float("Now", compute="_compute_rates")
    before_rate = fields.Float("Before", compute="_compute_rates")
    chance = fields.Float(
        "By Chance", readonly=True, aggregator=None, digits=(16, 6),
        help="How likely so many cases are where nothing has changed.",
    )
    series = fields.Json("Week by Week", readonly=True)
    evidence = fields.Char(compute="_compute_evidence")
    state = fields.Selection(
        [("open", "To Look At"), ("improving", "Improvement Begun"), ("dismissed", "Dismissed")],
        required=True,
        readonly=True,
        default="open",
        tracking=True,
    )
    dismiss_reason = fields.Char("Reason", readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime("Decided On", readonly=True)
    improvement_ids = fields.One2many("service.improvement", "alert_id")

    # Whoever looks at the same weeks at the same moment: the database takes one of them.
    _period_uniq = models.UniqueIndex(
        "(company_id, kind, COALESCE(operation_id, 0), COALESCE(product_id, 0),"
        " COALESCE(category_id, 0), period_from)",
        "This was found already.",
    )

    # ---- in words -------------------------------------------------------------------------

    @api.depends("events", "exposure", "before_events", "before_exposure")
    def _compute_rates(self):
        for alert in self:
            alert.rate = alert.events / alert.exposure if alert.exposure else 0.0
            past = alert.before_exposure
            alert.before_rate = alert.before_events / past if past else 0.0

    @api.depends("kind", "operation_id", "product_id", "category_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for alert in self:
            subject = alert._get_subject().name or ""
            names = {
                "operation": self.env._("Comebacks: %s", subject),
                "part": self.env._("Comebacks with %s", subject),
                "inspection": self.env._("Failed inspections: %s", subject),
                "complaint": self.env._("Complaints: %s", subject),
            }
            alert.display_name = names.get(alert.kind, "")

    @api.depends("events", "exposure", "before_events", "before_exposure", "chance", "kind")
    @api.depends_context("lang")
    def _compute_evidence(self):
        for alert in self:
            alert.evidence = alert._describe() if alert.kind else False

    def _describe(self):
        """Return in two sentences what was counted, and how sure it is."""
        nouns = {"complaint": self.env._("orders"), "inspection": self.env._("inspected jobs")}
        odds = round(1 / self.chance) if self.chance else 0
        certain = formatLang(self.env, min(odds, 1_000_000), digits=0)
        return self.env._(
            "%(events)s of %(exposure)s %(noun)s from %(first)s to %(last)s, against "
            "%(before)s of %(past)s before. Chance alone does this once in %(odds)s times.",
            events=self.events,
            exposure=self.exposure,
            noun=nouns.get(self.kind) or self.env._("jobs"),
            first=format_date(self.env, self.period_from),
            last=format_date(self.env, self.period_to),
            before=self.before_events,
            past=self.before_exposure,
            odds=certain,
        )

    def _get_subject(self):
        """Return the record that this alert is about."""
        return self[SUBJECTS[self.kind]] if self.kind else self.operation_id

    # ---- the records behind it ------------------------------------------------------------

    def action_view_events(self):
        """Open the cases that were counted: comebacks, failed inspections or complaints."""
        self.ensure_one()
        names = {
            "inspection": self.env._("Failed Inspections"), "complaint": self.env._("Complaints")
        }
        model, domain = self._get_events(self.period_from)
        return self._open_records(names.get(self.kind) or self.env._("Comebacks"), model, domain)

    def action_view_before(self):
        """Open the cases of the weeks before, which they are compared with."""
        self.ensure_one()
        model, domain = self._get_events(self.before_from, self.period_from)
        return self._open_records(self.env._("Cases Before"), model, domain)

    def _open_records(self, name, model, domain):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": list(domain),
            "context": {"create": False},
        }

    def _get_events(self, first, until=None):
        """Return ``(model, domain)`` of the cases from day ``first`` to the end of the period, or
        until before day ``until``."""
        start, stop = self.env["service.alert.find"]._get_bounds(
            self.company_id, first, until or fields.Date.add(self.period_to, days=1)
        )
        return getattr(self, f"_get_events_{self.kind}")(start, stop)

    def _get_events_operation(self, start, stop):
        mine = Domain("operation_id", "=", self.operation_id.id)
        return "service.comeback", mine & self._between("returned_at", start, stop)

    def _get_events_part(self, start, stop):
        fitted = Domain("product_id", "=", self.product_id.id) & Domain("state", "=", "sale")
        mine = Domain("earlier_job_id.line_ids", "any", fitted)
        return "service.comeback", mine & self._between("returned_at", start, stop)

    def _get_events_inspection(self, start, stop):
        mine = Domain("operation_id", "=", self.operation_id.id) & Domain("failed_first", "=", 1)
        return "service.quality.score", mine & self._between("inspected_at", start, stop)

    def _get_events_complaint(self, start, stop):
        mine = Domain("category_id", "=", self.category_id.id) & Domain("discarded_at", "=", False)
        return "service.complaint", mine & self._between("received_at", start, stop)

    def _between(self, name, start, stop):
        mine = Domain("company_id", "=", self.company_id.id)
        return mine & Domain(name, ">=", start) & Domain(name, "<", stop)

    # ---- what is done about it ------------------------------------------------------------

    def action_improve(self):
        """Open the improvement that was begun from this, begun now where there is none yet."""
        self.ensure_one()
        self._lock()
        if self.state == "dismissed":
            self._refuse(self.env._("It was dismissed. Take it up again first."))
        action = super().action_improve()
        if self.state == "open":
            self._decide({"state": "improving"})
        return action

    def action_dismiss(self):
        """Ask why there is nothing to do."""
        self._check_dismiss()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dismiss"),
            "res_model": "service.alert.dismiss.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_alert_ids": self.ids},
        }

    def _check_dismiss(self):
        self.check_access("write")
        for alert in self:
            if alert.state != "open":
                alert._refuse(
                    self.env._("It was decided already. Reload the list to see what others did.")
                )

    def _dismiss(self, reason):
        """Keep why there is nothing to do about these alerts.

        :raises UserError: where somebody has decided already, or no reason is given.
        """
        if not (reason or "").strip():
            raise UserError(self.env._("Say why there is nothing to do."))
        self._lock()
        self._check_dismiss()
        self._decide({"state": "dismissed", "dismiss_reason": reason})

    def action_reopen(self):
        """Look at dismissed alerts again."""
        self.check_access("write")
        dismissed = self.filtered(lambda alert: alert.state == "dismissed")
        dismissed._keep(
            {
                "state": "open", "dismiss_reason": False, "decided_by_id": False,
                "decided_at": False,
            }
        )

    def _decide(self, vals):
        self._keep(vals | {"decided_by_id": self.env.uid, "decided_at": fields.Datetime.now()})
        self.activity_feedback(["service_advisor_reports.mail_activity_type_alert"])

    def _refuse(self, why):
        """Raise the error that names this alert and says why and what to do."""
        self.ensure_one()
        raise UserError(self.env._("%(alert)s: %(why)s", alert=self.display_name, why=why))

    # ---- who is told ----------------------------------------------------------------------

    def _tell(self):
        """Give the service manager of the company an activity on each of these alerts."""
        kind = self.env.ref("service_advisor_reports.mail_activity_type_alert")
        model = self.env["ir.model"]._get_id(self._name)
        users = {company: company._get_complaint_manager() for company in self.company_id}
        told = self.filtered(lambda alert: users[alert.company_id])
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                alert._prepare_activity_vals(kind, model, users[alert.company_id])
                for alert in told
            ]
        )

    def _prepare_activity_vals(self, kind, model, user):
        reader = self.with_context(lang=user.lang or self.env.lang)
        return {
            "activity_type_id": kind.id,
            "res_model_id": model,
            "res_model": self._name,  # else the model is read to know its name
            "res_id": self.id,
            "user_id": user.id,
            "summary": reader.display_name,
            "note": reader.evidence,
            "automated": True,
            "date_deadline": fields.Date.context_today(self),
        }
