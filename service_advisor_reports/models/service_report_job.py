from dateutil.relativedelta import relativedelta
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

KINDS = [
    ("progress", "Progress Report"),
    ("quality", "Service Quality Report and Improvement Plan"),
    ("satisfaction", "Satisfaction Summary"),
    ("complaints", "Complaint Summary"),
    ("customers", "Customer Database Report"),
]
# What is asked for: as long as nothing is made of it, it may be changed.
ASKED = frozenset(
    {
        "kind", "date_from", "date_to", "company_id", "warehouse_id", "lang", "wants_pdf",
        "wants_xlsx",
    }
)


class ServiceReportJob(models.Model):
    """A report that somebody asked for: of what, how far it is, and its files.

    It is made with the rights of whoever asked, so a file shows nobody more than the screen does.
    """

    _name = "service.report.job"
    _description = "Report"
    _inherit = ["service.kept.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _kept_fields = frozenset(
        {
            "state", "user_id", "progress", "row_count", "attempts", "started_at", "finished_at",
            "fail_reason", "pdf_id", "xlsx_id", "schedule_id", "recipient_ids", "sent_to",
        }
    )

    kind = fields.Selection(KINDS, "Report", required=True, default="progress")
    date_from = fields.Date(
        "From", required=True, default=lambda self: self._get_last_month()[0]
    )
    date_to = fields.Date("To", required=True, default=lambda self: self._get_last_month()[1])
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse", "Branch", check_company=True, help="Empty: all branches."
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        "Language",
        required=True,
        default=lambda self: self.env.lang or "en_US",
    )
    wants_pdf = fields.Boolean("PDF", default=True)
    wants_xlsx = fields.Boolean("Excel", default=True)
    user_id = fields.Many2one(
        "res.users", "Asked By", required=True, readonly=True, index=True, copy=False,
        default=lambda self: self.env.user,
        help="The report is made with the rights of this person.",
    )
    state = fields.Selection(
        [
            ("draft", "New"),
            ("queued", "Waiting"),
            ("running", "Being Made"),
            ("done", "Built"),
            ("failed", "Failed"),
            ("expired", "Files Deleted"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    progress = fields.Integer(
        "Progress (%)", readonly=True, copy=False, aggregator=None
    )
    row_count = fields.Integer("Rows", readonly=True, copy=False)
    attempts = fields.Integer(
        readonly=True, copy=False, help="How often it was begun: a worker may be stopped."
    )
    started_at = fields.Datetime("Begun On", readonly=True, copy=False)
    finished_at = fields.Datetime("Built On", readonly=True, copy=False, index=True)
    fail_reason = fields.Char("Why It Failed", readonly=True, copy=False)
    pdf_id = fields.Many2one("ir.attachment", readonly=True, copy=False)
    xlsx_id = fields.Many2one("ir.attachment", readonly=True, copy=False)

    _due_idx = models.Index("(id) WHERE state IN ('queued', 'running')")

    @api.model
    def _get_last_month(self):
        first = fields.Date.context_today(self).replace(day=1) - relativedelta(months=1)
        return first, first + relativedelta(day=31)

    @api.onchange("kind")
    def _onchange_kind(self):
        """The customer database is looked at for a year."""
        if self.kind == "customers" and self.date_to:
            self.date_from = self.date_to + relativedelta(days=1, years=-1)

    @api.constrains("date_from", "date_to", "wants_pdf", "wants_xlsx")
    def _check_asked(self):
        for job in self:
            if job.date_to < job.date_from:
                raise ValidationError(
                    self.env._("The report ends before it begins. Choose a later last day.")
                )
            if not job.wants_pdf and not job.wants_xlsx:
                raise ValidationError(self.env._("Choose PDF, Excel or both."))

    @api.depends("kind", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for job in self:
            job.display_name = f"{job._get_kind_name()}, {job._get_period_name()}"

    def _get_kind_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return kinds.get(self.kind, "")

    def _get_period_name(self):
        if not self.date_from or not self.date_to:
            return ""
        return f"{format_date(self.env, self.date_from)} – {format_date(self.env, self.date_to)}"

    def _get_kind(self):
        """Return the model that makes reports of this kind, see ``service.report.kind``."""
        return self.env[f"service.report.{self.kind}"]

    def write(self, vals):
        if not self.env.su and ASKED & vals.keys():
            self.check_access("write")
            for job in self:
                if job.state not in ("draft", "failed"):
                    job._refuse(
                        self.env._("It is made already. Duplicate it to ask for another one.")
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        for job in self:
            if job.state == "running":
                job._refuse(self.env._("It is being made. Wait until it is ready."))

    # ---- steps ----------------------------------------------------------------------------

    def _refuse(self, why):
        """Raise the error that names this report and says why and what to do."""
        self.ensure_one()
        raise UserError(self.env._("%(report)s: %(why)s", report=self.display_name, why=why))

    def action_make(self):
        """Make these reports: small ones at once, large ones in the background.

        :raises UserError: naming the report that can not be made, and why.
        """
        self._check_make()
        self._keep(self._prepare_make_vals())
        # One of a schedule is sent by whoever makes it: the scheduled action.
        small = self.filtered(
            lambda job: not job.schedule_id and job._get_kind()._is_small(job)
        )
        for job in small:
            job._make_now()  # loop: each is files of its own
        self._after_make(self - small)
        return True

    def _check_make(self):
        self._lock()
        for job in self:
            if job.state not in ("draft", "failed"):
                job._refuse(self.env._("It is made already, or on its way. Reload the page."))
            job._check_right()

    def action_cancel(self):
        """Take these reports back, which wait to be made.

        :raises UserError: naming the report that does not wait.
        """
        self._lock()
        for job in self:
            if job.state != "queued":
                job._refuse(self.env._("It does not wait any more. Reload the page."))
        self._keep({"state": "draft"})
        return True

    def _check_right(self):
        """:raises UserError: where whoever asked for this report may not have it."""
        # The system is always archived.
        if not self.user_id.active and self.user_id.id != SUPERUSER_ID:
            self._refuse(
                self.env._(
                    "It is made with the rights of %(user)s, who does not work here any more. "
                    "Ask for it yourself; of a scheduled report, make a duplicate.",
                    user=self.user_id.name,
                )
            )
        if not self._get_kind()._may_make(self.user_id):
            self._refuse(
                self.env._(
                    "%(user)s has no right to such a report. Ask a service manager for it.",
                    user=self.user_id.name,
                )
            )
        if self.company_id not in self.user_id.company_ids:
            self._refuse(
                self.env._(
                    "%(user)s does not work in %(company)s.",
                    user=self.user_id.name,
                    company=self.company_id.name,
                )
            )

    def _prepare_make_vals(self):
        return {
            "state": "queued",
            "progress": 0,
            "row_count": 0,
            "attempts": 0,
            "fail_reason": False,
            "started_at": False,
        }

    def _after_make(self, queued):
        """Hook: these reports are made, but for those ``queued``, which are made soon."""
        if queued:
            self._trigger_making()

    def action_download_pdf(self):
        """Download the document."""
        return self._download("pdf_id")

    def action_download_xlsx(self):
        """Download the workbook."""
        return self._download("xlsx_id")

    def _download(self, name):
        self.ensure_one()
        self.check_access("read")
        if not self[name]:
            self._refuse(self.env._("There is no such file any more. Make the report again."))
        url = f"/web/content/{self[name].id}?download=true"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    def action_ask_again(self):
        """Open a new report like this one, to be made anew."""
        self.ensure_one()
        return self.copy()._get_records_action()
