from collections import Counter
from statistics import median

from odoo import api, models
from odoo.addons.service_advisor_quality.models.service_complaint import OPEN_STATES
from odoo.addons.service_advisor_quality.tools.period import periods_until
from odoo.addons.service_advisor_quality.tools.words import themes
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.svg import bars, columns
from ..tools.workbook import Column, local
from .service_report_kind import INSPECTOR, MANAGER

# By what complaints are counted, in the order of the report.
GROUPS = ("category_id", "channel", "cause_kind", "state", "advisor_id")
# So many periods of the same length are compared.
TREND = 6
# So many major complaints stand in the document.
SHOWN = 20


class ServiceReportComplaints(models.AbstractModel):
    """The complaint summary: what customers complained about in a period, how soon and how it was
    dealt with, and what it cost. It names no customer."""

    _name = "service.report.complaints"
    _inherit = "service.report.kind"
    _description = "Complaint Summary"

    _makers = _readers = (MANAGER, INSPECTOR)

    # ---- figures --------------------------------------------------------------------------

    @api.model
    def _get_domain(self, job, first, last):
        """Return the domain of the complaints received on these days. Complaints belong to the
        branch of the visit they are about."""
        start, stop = self.env["service.kpi"]._get_period(job.company_id, first, last)
        domain = (
            Domain("company_id", "=", job.company_id.id)
            & Domain("received_at", ">=", start)
            & Domain("received_at", "<", stop)
            & Domain("discarded_at", "=", False)
        )
        if job.warehouse_id:
            domain &= Domain("order_id.warehouse_id", "=", job.warehouse_id.id)
        return domain

    @api.model
    def _collect(self, job):
        """Return ``{"rows", "groups": {field: [(label, number, major)]}, "trend", "contact",
        "days", "amount", "remedies", "themes", "major"}``."""
        complaints = self.env["service.complaint"].search(
            self._get_domain(job, job.date_from, job.date_to), order="received_at, id"
        )
        major = complaints.filtered(lambda complaint: complaint.severity == "major")
        resolved = complaints.filtered("resolved_at")
        days = [
            (complaint.resolved_at - complaint.received_at).total_seconds() / 86400
            for complaint in resolved
        ]
        return {
            "rows": complaints,
            "groups": {name: self._count(complaints, name) for name in GROUPS},
            "trend": self._get_trend(job),
            "contact": self._get_contact(job),
            "days": days,
            "open": complaints.filtered(lambda complaint: complaint.state in OPEN_STATES),
            "major": major,
            "remedies": self._get_remedies(complaints),
            "themes": themes(complaints.mapped("description")),
        }

    @api.model
    def _count(self, complaints, name):
        """Return ``[(label, number, major among them)]``, the most frequent first."""
        counts, majors = Counter(), Counter()
        for complaint in complaints:
            label = self._label(complaint, name)
            counts[label] += 1
            majors[label] += complaint.severity == "major"
        ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        return [(label, count, majors[label]) for label, count in ranked]

    @api.model
    def _label(self, complaint, name):
        value, field = complaint[name], complaint._fields[name]
        if not value:
            return self.env._("not known yet")
        if field.type == "selection":
            return dict(field._description_selection(self.env))[value]
        return value.sudo().display_name  # who answers for it is no secret to its readers

    @api.model
    def _get_trend(self, job):
        """Return ``[(period, number)]`` of this period and those before it."""
        found = []
        for first, last in periods_until(job.date_from, job.date_to, TREND):
            # loop: one count for each of a few periods
            count = self.env["service.complaint"].search_count(
                self._get_domain(job, first, last)
            )
            label = self.env["service.survey.summary"]._name_period(first, last)
            found.append((label, count))
        return found

    @api.model
    def _get_contact(self, job):
        """Return the key figure of the first contact, see ``service.kpi``."""
        by = "branch" if job.warehouse_id else "company"
        figures = self.env["service.kpi"]._get_figures(
            job.company_id, job.date_from, job.date_to, ["first_contact"], by
        )
        subject = job.warehouse_id.id or job.company_id.id
        none = {"numerator": 0, "denominator": 0, "value": None}
        return figures.get(("first_contact", subject), none)

    @api.model
    def _get_remedies(self, complaints):
        """Return ``[(kind, number, worth)]`` of what was given or is to be given."""
        remedies = complaints.remedy_ids.filtered(lambda remedy: not remedy.dropped_at)
        labels = dict(remedies._fields["kind"]._description_selection(self.env))
        found = [
            (labels[kind], len(same), sum(same.mapped("value")))
            for kind, same in remedies.grouped("kind").items()
        ]
        return sorted(found, key=lambda row: -row[2])

    # ---- in words -------------------------------------------------------------------------

    @api.model
    def _get_figures(self, job, facts):
        contact, days = facts["contact"], facts["days"]
        value = contact["value"]
        return [
            (self.env._("Complaints"), "integer", len(facts["rows"]),
             self.env._("still open: %s", len(facts["open"])), False),
            (self.env._("Major ones"), "integer", len(facts["major"]),
             self.env._("target: 0"), bool(facts["major"])),
            (self.env._("First contact within 24 h"), "percent",
             None if value is None else value / 100,
             self.env._("%(part)s of %(whole)s whose 24 h ended in the period",
                        part=int(contact["numerator"]), whole=int(contact["denominator"] or 0)),
             value is not None and value < 100),
            (self.env._("Days to the solution"), "number", median(days) if days else None,
             self.env._("median of %s resolved ones", len(days)), False),
            (self.env._("Compensation"), "money", sum(row[2] for row in facts["remedies"]),
             self.env._("worth of %s remedies", sum(row[1] for row in facts["remedies"])), False),
        ]

    @api.model
    def _get_findings(self, job, facts):
        rows, found = facts["rows"], []
        if not rows:
            return [self.env._("No complaint was received in this period.")]
        label, count, _major = facts["groups"]["category_id"][0]
        found.append(self.env._(
            "The most frequent category: %(category)s (%(count)s of %(all)s).",
            count=count, all=len(rows), category=label))
        before, now = facts["trend"][-2][1], facts["trend"][-1][1]
        if now > before:
            found.append(self.env._(
                "%(now)s complaints came in, more than in the period before (%(before)s).",
                now=now, before=before))
        elif now < before:
            found.append(self.env._(
                "%(now)s complaints came in, less than in the period before (%(before)s).",
                now=now, before=before))
        contact = facts["contact"]
        late = int((contact["denominator"] or 0) - contact["numerator"])
        if late:
            found.append(self.env._(
                "Customers who were not contacted within 24 hours: %s.", late))
        if facts["major"]:
            found.append(self.env._(
                "Major complaints: %s, see the list below.", len(facts["major"])))
        again = sum(complaint.reopen_count for complaint in rows)
        if again:
            found.append(self.env._("Complaints that were reopened: %s.", again))
        return found

    @api.model
    def _get_group_labels(self):
        return {
            "category_id": (self.env._("Category"), self.env._("What they are about"),
                self.env._("By category")),
            "channel": (self.env._("Channel"), self.env._("How they came in"),
                self.env._("By channel")),
            "cause_kind": (self.env._("Kind of cause"), self.env._("Why it could happen"),
                self.env._("By cause")),
            "state": (self.env._("State"), self.env._("How far they are"),
                self.env._("By state")),
            "advisor_id": (self.env._("Responsible"), self.env._("Who answers for them"),
                self.env._("By responsible")),
        }

    @api.model
    def _get_sections(self, job, facts):
        if not facts["rows"]:
            return []
        integer = str
        sections = [
            {
                "title": self.env._("Complaints over time"),
                "chart": columns(facts["trend"], integer),
                "note": self.env._("This period is the last one."),
            }
        ]
        for name, (_first, title, _sheet) in self._get_group_labels().items():
            groups = facts["groups"][name]
            counts = [(label, count) for label, count, _major in groups]
            major = {label: f" ({number})" for label, _count, number in groups if number}
            sections.append(
                {
                    "title": self._say(title, counts),
                    "chart": bars(counts, major, integer, major),
                    "note": self.env._("Red, in brackets: major ones among them.") if major else "",
                }
            )
        if facts["themes"]:
            sections.append(
                {
                    "title": self.env._("Words that several customers used"),
                    "chart": bars(facts["themes"], shown=integer),
                }
            )
        return sections + self._get_last_sections(job, facts)

    @api.model
    def _get_last_sections(self, job, facts):
        sections = []
        if facts["remedies"]:
            sections.append(
                {
                    "title": self.env._("What was given to make good"),
                    "heads": [self.env._("Remedy"), self.env._("Number"), self.env._("Worth")],
                    "right": (1, 2),
                    "rows": [
                        [label, count, self._show("money", worth, job)]
                        for label, count, worth in facts["remedies"]
                    ],
                    "chart": bars([(row[0], row[2]) for row in facts["remedies"]],
                                  shown=lambda value: self._show("money", value, job)),
                }
            )
        major, zone = facts["major"], self._get_zone(job)
        if major:
            section = {
                "title": self.env._("Major complaints"),
                "lead": self.env._("Danger, damage, a second failed repair, or a customer about "
                                   "to be lost."),
                "heads": [self.env._("Complaint"), self.env._("Received"), self.env._("Category"),
                          self.env._("State"), self.env._("Root cause")],
                "rows": [
                    [complaint.name,
                     format_date(self.env, local(complaint.received_at, zone).date()),
                     self._label(complaint, "category_id"), complaint._get_state_label(),
                     complaint.root_cause or self.env._("not found yet")]
                    for complaint in major[:SHOWN]
                ],
                "chart": " ",
            }
            if len(major) > SHOWN:
                section["note"] = self.env._(
                    "The first %(shown)s of %(all)s.", shown=SHOWN, all=len(major))
            sections.append(section)
        return sections

    @api.model
    def _get_meanings(self, job):
        return [
            (self.env._("Base"), self.env._(
                "Complaints received from the first to the last day by the clock of the shop, "
                "without those that a manager discarded. A complaint belongs to the branch of "
                "the visit it is about.")),
            (self.env._("Major ones"), self.env._(
                "Complaints that are rated as major, also those that were found not justified, "
                "which the key figure of the scorecards leaves out.")),
            (self.env._("First contact within 24 h"), self.env._(
                "Complaints contacted within 24 hours on the wall ÷ complaints whose 24 hours "
                "ended in the period; who was not contacted stays in the denominator.")),
            (self.env._("Days to the solution"), self.env._(
                "Days on the calendar from the complaint to its solution, of those resolved by "
                "now; half of them took less than the median.")),
            (self.env._("Compensation"), self.env._(
                "Worth of the remedies that were not dropped, given or still to be given, taxes "
                "included.")),
        ]

    # ---- workbook -------------------------------------------------------------------------

    @api.model
    def _write_sheets(self, book, job, facts, on_rows):
        tables, charts = [], []
        for field, (first, title, name) in self._get_group_labels().items():
            table = book.write_table(
                name,
                [
                    Column(first, width=32),
                    Column(self.env._("Complaints"), "integer"),
                    Column(self.env._("Major ones"), "integer", meaning=self.env._(
                        "Danger, damage, a second failed repair, or a customer about to be "
                        "lost.")),
                ],
                [[list(row) for row in facts["groups"][field]]],
            )
            tables.append(table)
            charts.append(("bar", title, table, [1]))
        trend = book.write_table(
            self.env._("Trend"),
            [Column(self.env._("Period")), Column(self.env._("Complaints"), "integer")],
            [[list(row) for row in facts["trend"]]],
        )
        charts.insert(0, ("column", self.env._("Complaints over time"), trend, [1]))
        chosen = self._get_row_columns()
        rows = book.write_table(
            self.env._("Complaints"), chosen, [self._get_rows(job, facts["rows"])], is_big=True,
        )
        if on_rows:
            on_rows(len(facts["rows"]))
        return [rows, *tables, trend], charts

    @api.model
    def _get_row_columns(self):
        return [
            Column(self.env._("Complaint"), width=14),
            Column(self.env._("Received"), "moment"),
            Column(self.env._("Channel"), width=16),
            Column(self.env._("Category"), width=28),
            Column(self.env._("Severity"), width=10),
            Column(self.env._("State"), width=14),
            Column(self.env._("Service order"), width=14),
            Column(self.env._("Responsible")),
            Column(self.env._("First contact due"), "moment"),
            Column(self.env._("First contact"), "moment", meaning=self.env._(
                "When somebody first turned to the customer: a call, a visit, a message.")),
            Column(self.env._("Late"), "flag", meaning=self.env._(
                "The first contact was later than due, or is missing and overdue.")),
            Column(self.env._("Resolved"), "moment"),
            Column(self.env._("Kind of cause"), width=18),
            Column(self.env._("Reopened"), "integer"),
            Column(self.env._("Compensation"), "money"),
        ]

    @api.model
    def _get_rows(self, job, complaints):
        zone = self._get_zone(job)
        severities = dict(complaints._fields["severity"]._description_selection(self.env))
        return [
            [
                complaint.name,
                local(complaint.received_at, zone),
                self._label(complaint, "channel"),
                complaint.category_id.name or None,
                severities[complaint.severity],
                complaint._get_state_label(),
                complaint.order_id.name or None,
                complaint.advisor_id.name or None,
                local(complaint.contact_due_at, zone),
                local(complaint.contacted_at, zone),
                complaint.is_contact_breached,
                local(complaint.resolved_at, zone),
                self._label(complaint, "cause_kind") if complaint.cause_kind else None,
                complaint.reopen_count,
                sum(remedy.value for remedy in complaint.remedy_ids if not remedy.dropped_at),
            ]
            for complaint in complaints
        ]
