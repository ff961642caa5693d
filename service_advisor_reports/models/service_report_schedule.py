from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools.frequency import last_period, next_day
from .service_report_job import KINDS

FREQUENCIES = [
    ("weekly", "Weekly"),
    ("monthly", "Monthly"),
    ("quarterly", "Quarterly"),
    ("yearly", "Yearly"),
]


class ServiceReportSchedule(models.Model):
    """A report that is made of each period that is over, and sent to chosen people.

    Colleagues get a link, which asks them to log in; others get the files, but no file that names
    customers. Each period is asked for once per language, which the database guarantees, and the
    e-mails are made in the transaction that makes the report: nobody gets one twice.
    """

    _name = "service.report.schedule"
    _description = "Scheduled Report"
    _inherit = ["service.kept.mixin", "service.queue.mixin"]
    _order = "next_on, id"
    _check_company_auto = True
    _kept_fields = frozenset({"user_id"})

    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, "Report", required=True, default="progress")
    frequency = fields.Selection(FREQUENCIES, required=True, default="monthly")
    next_on = fields.Date(
        compute="_compute_next_on",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="On this day the report of the latest period that is over is made and sent.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse", "Branch", check_company=True, help="Empty: all branches."
    )
    wants_pdf = fields.Boolean("PDF", default=True)
    wants_xlsx = fields.Boolean("Excel")
    user_id = fields.Many2one(
        "res.users",
        "Made For",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
        help="The report is made with the rights of this person.",
    )
    recipient_ids = fields.Many2many(
        "res.users",
        string="Colleagues",
        domain=[("share", "=", False)],
        help="They get a link by e-mail, in their own language.",
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="Others",
        help="People outside, such as the importer: they get the files by e-mail.",
    )
    job_ids = fields.One2many("service.report.job", "schedule_id", "Reports", readonly=True)

    @api.depends("frequency")
    def _compute_next_on(self):
        for schedule in self:
            today = fields.Date.context_today(schedule)
            schedule.next_on = next_day(schedule.frequency or "monthly", today)

    @api.depends("kind", "frequency")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        often = dict(self._fields["frequency"]._description_selection(self.env))
        for schedule in self:
            schedule.display_name = (
                f"{kinds.get(schedule.kind)}, {often.get(schedule.frequency)}"
            )

    @api.constrains(
        "kind", "recipient_ids", "partner_ids", "wants_pdf", "wants_xlsx", "user_id", "company_id"
    )
    def _check_recipients(self):
        for schedule in self:
            kind = schedule._get_kind()
            if not schedule.recipient_ids and not schedule.partner_ids:
                raise ValidationError(self.env._("Choose who gets the report."))
            if not schedule.wants_pdf and not schedule.wants_xlsx:
                raise ValidationError(self.env._("Choose PDF, Excel or both."))
            if not kind._may_make(schedule.user_id):
                raise ValidationError(
                    self.env._("%s has no right to such a report.", schedule.user_id.name)
                )
            wrong = schedule.recipient_ids - schedule._get_colleagues()
            if wrong:
                raise ValidationError(
                    self.env._(
                        "%(people)s may not see such a report of %(company)s. Take these people "
                        "off the list, or give them the right first.",
                        people=", ".join(wrong.mapped("name")),
                        company=schedule.company_id.name,
                    )
                )
            if schedule.partner_ids and kind._is_personal and not schedule.wants_pdf:
                raise ValidationError(
                    self.env._(
                        "The workbook names customers and is sent to nobody outside. Choose PDF, "
                        "or take the people outside off the list."
                    )
                )

    def _get_colleagues(self):
        """Return the colleagues who may have the report."""
        kind = self._get_kind()
        return self.recipient_ids.filtered(lambda user: kind._may_receive(user, self.company_id))

    def _get_kind(self):
        return self.env[f"service.report.{self.kind}"]

    def action_send_now(self):
        """Make and send the report of the latest period that is over, unless it was sent before.

        :raises UserError: naming the schedule of which it was.
        """
        self.check_access("write")
        for schedule in self:
            if not schedule._ask(schedule._get_today(schedule.company_id)):
                raise UserError(
                    self.env._(
                        "%s: the latest period was sent already, see its reports. The next one "
                        "goes out when it is over.",
                        schedule.display_name,
                    )
                )
        self.env["service.report.job"]._trigger_making()
        return True

    def action_view_jobs(self):
        """Open the reports that were made for this schedule."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor_reports.service_report_job_action"
        )
        return dict(action, domain=[("schedule_id", "in", self.ids)], context={})

    # ---- scheduled action -----------------------------------------------------------------

    @api.model
    def _cron_ask(self):
        """Ask for the reports of the periods that are over."""
        # A day begins where the company is: at most a day sooner than elsewhere.
        tomorrow = fields.Date.add(fields.Date.today(), days=1)
        companies = self.search([("next_on", "<=", tomorrow)]).company_id
        domain = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("next_on", "<=", self._get_today(company))
            for company in companies
        )
        self._work_off(domain, lambda schedule: schedule._ask_due())
        self.env["service.report.job"]._trigger_making()

    @api.model
    def _get_today(self, company):
        zone = company.resource_calendar_id.tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=zone))

    def _ask_due(self):
        """Ask for the latest period, where nobody did before, and set the next day.

        Of several periods that were missed only the latest is made: nobody reads the others.
        """
        today = self._get_today(self.company_id)
        self._ask(today)
        self.next_on = next_day(self.frequency, today)

    def _ask(self, today):
        """Ask for the report of the latest period that is over ``today``, one per language of
        the recipients. Return those that were not there before."""
        self.ensure_one()
        first, last = last_period(self.frequency, today)
        Job = self.env["service.report.job"].sudo()  # as the system does when it is due
        known = Job.search(
            [("schedule_id", "=", self.id), ("date_from", "=", first), ("date_to", "=", last)]
        )
        vals_list = [
            self._prepare_job_vals(first, last, lang, partners)
            for lang, partners in self._group_recipients().items()
            if lang not in known.mapped("lang")
        ]
        return Job.create(vals_list)

    def _group_recipients(self):
        """Return ``{language: partners}`` of those who may have the report."""
        installed = dict(self.env["res.lang"].get_installed())
        fallback = self.company_id.partner_id.lang
        fallback = fallback if fallback in installed else next(iter(installed))
        found = defaultdict(lambda: self.env["res.partner"])
        for partner in self._get_colleagues().partner_id | self.partner_ids:
            lang = partner.lang if partner.lang in installed else fallback
            found[lang] |= partner
        return found

    def _prepare_job_vals(self, first, last, lang, partners):
        return {
            "kind": self.kind,
            "date_from": first,
            "date_to": last,
            "company_id": self.company_id.id,
            "warehouse_id": self.warehouse_id.id,
            "lang": lang,
            "wants_pdf": self.wants_pdf,
            "wants_xlsx": self.wants_xlsx,
            "user_id": self.user_id.id,
            "state": "queued",
            "schedule_id": self.id,
            "recipient_ids": [Command.set(partners.ids)],
        }
