from odoo import api, models
from odoo.addons.service_advisor_quality.tools.figures import Share

from ..tools.pages import number_pages
from ..tools.workbook import Column
from .service_report_kind import INSPECTOR, MANAGER

WIZARD = "service.quality.report.wizard"
DOCUMENT = "service_advisor_reports.service_report_quality_document"


class ServiceReportQuality(models.AbstractModel):
    """The service quality report and improvement plan: the document of the quality department,
    and its figures as a workbook."""

    _name = "service.report.quality"
    _inherit = "service.report.kind"
    _description = "Service Quality Report"

    _makers = _readers = (MANAGER, INSPECTOR)

    @api.model
    def _prepare_wizard_vals(self, job):
        return {
            "date_from": job.date_from,
            "date_to": job.date_to,
            "company_id": job.company_id.id,
            "warehouse_id": job.warehouse_id.id,
        }

    @api.model
    def _collect(self, job):
        return self.env[WIZARD].new(self._prepare_wizard_vals(job))._get_facts()

    @api.model
    def _make_document(self, job, facts):
        wizard = self.env[WIZARD].create(self._prepare_wizard_vals(job))
        content, _kind = self.env["ir.actions.report"]._render_qweb_pdf(
            DOCUMENT, wizard.ids, data={"layout": "web.basic_layout"}
        )
        return number_pages(content)

    @api.model
    def _split(self, figure):
        """Return the kind and the value of a figure: a share, or a number."""
        if isinstance(figure, Share):
            return "percent", None if figure.percent is None else figure.percent / 100
        return "integer", figure

    @api.model
    def _get_figures(self, job, facts):
        now = facts["now"]
        shares = [
            (label, "percent", self._split(now[name])[1], note, False)
            for name, label, note in (
                ("first_pass", self.env._("Passed at the first inspection"),
                 f"{now['first_pass'].part}/{now['first_pass'].whole}"),
                ("fixed_first", self.env._("Fixed first time"),
                 f"{now['fixed_first'].part}/{now['fixed_first'].whole}"),
            )
        ]
        return [
            *shares,
            (self.env._("Comebacks"), "integer", now["comebacks"], "", bool(now["comebacks"])),
            (self.env._("Improvements overdue"), "integer", len(facts["overdue"]), "",
             bool(facts["overdue"])),
        ]

    @api.model
    def _get_meanings(self, job):
        return [
            (self.env._("Passed at the first inspection"), self.env._(
                "Jobs that passed their first final inspection ÷ jobs finally inspected in the "
                "period.")),
            (self.env._("Fixed first time"), self.env._(
                "Orders without a return for the same fault within 30 days ÷ orders delivered "
                "whose 30 days ended in the period.")),
            (self.env._("Comebacks"), self.env._("Cars that came back in the period.")),
            (self.env._("Period before"), self.env._(
                "The days before the period, as many as it has.")),
        ]

    @api.model
    def _write_sheets(self, book, job, facts, on_rows):
        none = self.env._("no data")
        glance = book.write_table(
            self.env._("At a glance"), self._get_glance_columns(),
            [self._get_glance(facts)], none=none)
        causes = book.write_table(
            self.env._("What fails most"),
            [
                Column(self.env._("Item of the final inspection"), width=50),
                Column(self.env._("How often"), "integer", meaning=self.env._(
                    "Red items of final inspections in the period.")),
                Column(self.env._("Cumulated"), "percent", meaning=self.env._(
                    "Share of all failed items that this one and those above make.")),
            ],
            [[[bar.label, bar.count, bar.cumulated / 100] for bar in facts["pareto"]]])
        scores = [
            book.write_table(
                name, self._get_score_columns(first), [[
                    [label, share.whole, share.part, self._split(share)[1], bad, back]
                    for label, share, bad, back in facts[key]
                ]], none=none)
            for key, first, name in (
                ("technicians", self.env._("Technician"), self.env._("By technician")),
                ("operations", self.env._("Operation"), self.env._("By operation")),
            )
        ]
        plan = book.write_table(
            self.env._("Improvement plan"), self._get_plan_columns(), [self._get_plan(facts)])
        charts = [
            ("bar", self.env._("What fails most"), causes, [1]),
            ("column", self.env._("Passed at the first inspection, by technician"), scores[0], [3]),
        ]
        return [glance, causes, *scores, plan], charts

    @api.model
    def _get_glance_columns(self):
        return [
            Column(self.env._("Figure"), width=36),
            Column(self.env._("This period"), "mixed"),
            Column(self.env._("Period before"), "mixed"),
        ]

    @api.model
    def _get_glance(self, facts):
        """Return the figures of the document as numbers: its rows are in the order of these."""
        now, before = facts["now"], facts["before"]
        names = ("inspected", "first_pass", "defects", "comebacks", "fixed_first", "opened",
                 "closed")
        return [
            [row[0], self._split(now[name]), self._split(before[name])]
            for row, name in zip(facts["rows"], names, strict=True)
        ]

    @api.model
    def _get_score_columns(self, first):
        return [
            Column(first, width=40),
            Column(self.env._("Jobs inspected"), "integer"),
            Column(self.env._("Passed at first"), "integer"),
            Column(self.env._("First-pass rate"), "percent"),
            Column(self.env._("Failed items"), "integer"),
            Column(self.env._("Comebacks"), "integer"),
        ]

    @api.model
    def _get_plan_columns(self):
        return [
            Column(self.env._("Improvement"), width=14),
            Column(self.env._("Problem"), width=50),
            Column(self.env._("State"), width=16),
            Column(self.env._("Owner")),
            Column(self.env._("Due"), "day"),
            Column(self.env._("Overdue"), "flag"),
            Column(self.env._("Root cause"), width=50),
            Column(self.env._("Actions"), "integer"),
            Column(self.env._("Actions done"), "integer"),
        ]

    @api.model
    def _get_plan(self, facts):
        plan = facts["plan"]
        states = dict(plan._fields["state"]._description_selection(self.env))
        return [
            [
                item.name, item.problem or "", states.get(item.state, ""),
                item.owner_id.name or "", item.due_date or None, item.is_overdue,
                item.root_cause or "", len(item.action_ids),
                len(item.action_ids.filtered("done_at")),
            ]
            for item in plan
        ]
