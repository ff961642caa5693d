from odoo import api, fields, models
from odoo.tools import format_amount, format_date, format_datetime
from odoo.tools.misc import formatLang

from ..tools.pages import number_pages
from ..tools.workbook import Words, Workbook, money_format

MANAGER = "service_advisor.group_manager"
INSPECTOR = "service_advisor_quality.group_inspector"
DOCUMENT = "service_advisor_reports.service_report_document"


class ServiceReportKind(models.AbstractModel):
    """What a kind of report is: who may have it, its figures, its document and its workbook.

    The kind ``x`` of ``service.report.job`` is built by the model ``service.report.x``, which
    inherits from this one. A higher addon adds a kind with ``selection_add`` and such a model.
    Everything is reckoned with the rights and in the language of the environment.
    """

    _name = "service.report.kind"
    _description = "Kind of Report"

    # Who may make such a report, and be sent one.
    _makers = (MANAGER,)
    _readers = (MANAGER,)
    # Days after which the files are deleted.
    _keep_days = 30
    # Whether the workbook names customers: it is sent to nobody outside.
    _is_personal = False

    # ---- hooks ----------------------------------------------------------------------------

    @api.model
    def _may_make(self, user):
        """Hook: return whether ``user`` may make such a report."""
        return any(user.has_group(group) for group in self._makers)

    @api.model
    def _may_read(self, user):
        """Hook: return whether ``user`` may be sent such a report that somebody else made."""
        return any(user.has_group(group) for group in self._readers)

    @api.model
    def _may_receive(self, user, company):
        """Return whether ``user`` may open such a report of ``company``."""
        return user.active and company in user.company_ids and self._may_read(user)

    @api.model
    def _is_small(self, job):
        """Hook: return whether the report of ``job`` is made while its user waits."""
        return True

    @api.model
    def _collect(self, job):
        """Hook: return the figures of ``job``, a dict that the other hooks get.

        Reads only: the environment may be one of a read-only cursor.
        """
        return {}

    @api.model
    def _get_sections(self, job, facts):
        """Hook: return the sections of the document, each a dict of

        ``title``: what it says, see :meth:`_say`; ``lead``: further words; ``chart``: SVG;
        ``heads`` and ``rows``: a table, cells as shown, numbers of the columns to the right in
        ``right``; ``empty``: what stands where there is neither; ``note``: small print; all but
        the title may be left out.
        """
        return []

    @api.model
    def _get_figures(self, job, facts):
        """Hook: return the key figures ``[(label, kind, value, note, is_bad)]``; of ``kind`` see
        :class:`..tools.workbook.Column`; a value of None is no data."""
        return []

    @api.model
    def _get_findings(self, job, facts):
        """Hook: return what the figures say, in sentences that are computed from them."""
        return []

    @api.model
    def _get_meanings(self, job):
        """Hook: return ``[(figure, what it means)]``."""
        return []

    @api.model
    def _write_sheets(self, book, job, facts, on_rows):
        """Hook: write the sheets between the cover and the one about the figures.

        :param on_rows: called with the number of rows written, now and then.
        :return: ``(tables, charts)``: :class:`..tools.workbook.Table` of those whose columns are
            explained, and of the cover ``[(kind, title, table, columns)]``.
        """
        return [], []

    # ---- document -------------------------------------------------------------------------

    @api.model
    def _make_document(self, job, facts):
        """Return the document of ``job`` as bytes: a PDF, or HTML where the tests print."""
        content, _kind = self.env["ir.actions.report"]._render_qweb_pdf(
            DOCUMENT, job.ids, data={"document": self._get_document(job, facts)}
        )
        return number_pages(content)

    @api.model
    def _get_document(self, job, facts):
        """Return what the template prints, see ``report/service_report_document.xml``."""
        return {
            "title": job._get_kind_name(),
            "lines": self._get_lines(job),
            "figures": [
                (label, self._show(kind, value, job), note, is_bad)
                for label, kind, value, note, is_bad in self._get_figures(job, facts)
            ],
            "findings": self._get_findings(job, facts),
            "sections": self._get_sections(job, facts),
            "meanings": self._get_meanings(job),
            "no_data": self.env._("No data for this period."),
        }

    @api.model
    def _say(self, title, items, whole=None):
        """Return the title of a section with what it says: which of ``[(label, number)]`` is the
        most frequent, and how many of ``whole`` (all of them, where it is not given)."""
        known = [(label, number) for label, number in items if number]
        if not known:
            return title
        label, number = max(known, key=lambda pair: pair[1])
        return self.env._(
            "%(title)s: most often %(label)s (%(number)s of %(whole)s)",
            title=title, label=label, number=number,
            whole=whole or sum(number for _label, number in known),
        )

    @api.model
    def _get_lines(self, job):
        """Return ``[(what, text)]``: what the report is about, and who made it when."""
        lines = [
            (self.env._("Company"), job.company_id.name),
            (self.env._("Branch"), job.warehouse_id.name or self.env._("All branches")),
            (self.env._("Period"), job._get_period_name()),
            (self.env._("Made by"), job.user_id.name),
            (
                self.env._("Made on"),
                f"{format_datetime(self.env, fields.Datetime.now(), tz=self._get_zone(job).key)}"
                f" ({self._get_zone(job).key})",
            ),
        ]
        return [(what, text or "–") for what, text in lines]

    @api.model
    def _show(self, kind, value, job):
        """Return a figure as it stands in a document."""
        if value is None:
            return self.env._("No data")
        if kind == "percent":
            return f"{formatLang(self.env, 100 * value, digits=1)} %"
        if kind == "money":
            return format_amount(self.env, value, job.company_id.currency_id)
        if kind == "integer":
            return formatLang(self.env, value, digits=0)
        if kind == "hours":
            return self.env._("%s h", formatLang(self.env, value, digits=1))
        if kind == "number":
            return formatLang(self.env, value, digits=2)
        if kind == "day":
            return format_date(self.env, value)
        return str(value)

    # ---- workbook -------------------------------------------------------------------------

    @api.model
    def _write_workbook(self, job, facts, target, on_rows=None, folder=None):
        """Write the workbook of ``job`` to ``target``, a path or a file.

        :param on_rows: see :meth:`_write_sheets`.
        :param folder: where temporary files are kept while it is written.
        """
        currency = job.company_id.currency_id
        book = Workbook(
            target,
            self._get_words(),
            money_format(currency.symbol, currency.decimal_places, currency.position == "before"),
            folder=folder,
        )
        figures = [figure[:4] for figure in self._get_figures(job, facts)]
        findings = self._get_findings(job, facts)
        lines = self._get_lines(job) + [
            ("" if index else self.env._("In short"), words)
            for index, words in enumerate(findings)
        ]
        cover, row = book.write_cover(
            self.env._("Summary"), job._get_kind_name(), lines, figures
        )
        tables, charts = self._write_sheets(book, job, facts, on_rows)
        book.add_charts(cover, row, charts)
        book.write_about(
            self.env._("About the figures"),
            [*self._get_lines(job), *self._get_meanings(job)],
            tables,
        )
        book.close()

    @api.model
    def _get_words(self):
        return Words(
            yes=self.env._("yes"),
            no=self.env._("no"),
            none=self.env._("no data"),
            column=self.env._("Figure or column"),
            meaning=self.env._("What it means"),
            # The two are filled in by the workbook.
            continued=self.env._("%(name)s %(number)s", name="%(name)s", number="%(number)s"),
        )

    # ---- period ---------------------------------------------------------------------------

    @api.model
    def _get_zone(self, job):
        """Return the time zone of the company: its days are those of the report."""
        return self.env["service.kpi"]._get_zone(job.company_id)

    @api.model
    def _get_moments(self, job):
        """Return ``(start, stop)`` of the period of ``job``, naive UTC; the stop is not in it."""
        return self.env["service.kpi"]._get_period(job.company_id, job.date_from, job.date_to)

    @api.model
    def _get_branch_domain(self, job):
        """Return the domain of the records of the company and branch of ``job``."""
        domain = fields.Domain("company_id", "=", job.company_id.id)
        if job.warehouse_id:
            domain &= fields.Domain("warehouse_id", "=", job.warehouse_id.id)
        return domain
