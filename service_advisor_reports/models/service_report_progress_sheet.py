from odoo import api, models

from ..tools.svg import bars, columns
from ..tools.workbook import Column
from .service_report_progress import AGES, COMPARED


class ServiceReportProgress(models.AbstractModel):
    """The document and the workbook of the progress report."""

    _inherit = "service.report.progress"

    @api.model
    def _get_sections(self, job, facts):
        flow = facts["flow"]
        sections = [
            {
                "title": self.env._("Key figures"),
                "chart": " ",
                "heads": [column.label for column in self._get_kpi_columns()],
                "right": (1, 2, 3, 4),
                "rows": [
                    [row[0], self._show(kind, row[1], job), row[2], self._show(kind, row[3], job),
                     self._show_change(kind, row[4], job)]
                    for kind, row in self._get_kpi_rows(facts)
                ],
            },
            {
                "title": self.env._("What came in and went out"),
                "chart": columns([(row[0], row[2]) for row in flow]),
                "lead": self.env._("Orders that became ready:"),
                "heads": [column.label for column in self._get_flow_columns(facts)],
                "right": (1, 2, 3),
                "rows": [list(row) for row in flow],
            },
            {
                "title": self._say(self.env._("How long cars have been here"), facts["ages"]),
                "chart": columns(
                    facts["ages"],
                    marked={label for (label, _count), (end, _name)
                            in zip(facts["ages"], AGES, strict=True) if end is None or end > 15},
                ) if any(count for _label, count in facts["ages"]) else "",
            },
            {
                "title": self._say(self.env._("What work waits for"), facts["waits"]),
                "chart": bars(facts["waits"]),
                "empty": self.env._("No work waits for anything."),
            },
            {
                "title": self._say(self.env._("How far the cars in the shop are"), facts["states"]),
                "chart": bars(facts["states"]),
            },
        ]
        for first, title, rows in self._get_comparisons(facts):
            heads = [first, *(name for _code, name in self._get_compared())]
            sections.append(
                {
                    "title": title,
                    "chart": " " if rows else "",
                    "heads": heads,
                    "right": range(1, len(heads)),
                    "rows": [
                        [name, *(self._show(*self._split(code, codes.get(code)), job)
                                 for code in COMPARED)]
                        for name, codes in rows
                    ],
                }
            )
        return sections

    @api.model
    def _get_comparisons(self, facts):
        return [
            (first, title, facts[key])
            for key, first, title in (
                ("advisors", self.env._("Service advisor"), self.env._("By service advisor")),
                ("branches", self.env._("Branch"), self.env._("By branch")),
            )
            if facts[key]
        ]

    @api.model
    def _get_compared(self):
        kpis = self.env["service.kpi"]._get_by_code()
        return [(code, kpis[code].name) for code in COMPARED]

    @api.model
    def _get_kpi_rows(self, facts):
        """Return ``[(kind, [name, value, what it is of, before, change])]`` of the key figures."""
        found = []
        for code, kpi in self.env["service.kpi"]._get_by_code().items():
            figure = facts["now"].get(code)
            kind, value = self._split(code, figure)
            _kind, before = self._split(code, facts["before"].get(code))
            change = None if value is None or before is None else value - before
            found.append((kind, [kpi.name, value, self._explain(figure), before, change]))
        return found

    @api.model
    def _show_change(self, kind, value, job):
        if not value:
            return "–"
        if kind == "percent":
            return self.env._("%+.1f points", 100 * value)
        return ("+" if value > 0 else "") + self._show(kind, value, job)

    @api.model
    def _get_kpi_columns(self):
        return [
            Column(self.env._("Figure"), width=32),
            Column(self.env._("This period"), "mixed"),
            Column(self.env._("Of"), width=16, meaning=self.env._(
                "What was counted, and of how many.")),
            Column(self.env._("Period before"), "mixed"),
            Column(self.env._("Change"), "mixed"),
        ]

    @api.model
    def _get_flow_columns(self, facts):
        steps = {
            "day": self.env._("Day"), "week": self.env._("Week from"), "month": self.env._("Month"),
        }
        return [
            Column(steps[facts["step"]], width=14),
            Column(self.env._("Taken in"), "integer", meaning=self.env._(
                "Orders with a check-in on these days; cancelled ones do not count.")),
            Column(self.env._("Ready"), "integer", meaning=self.env._(
                "Orders that became ready on these days.")),
            Column(self.env._("Handed over"), "integer", meaning=self.env._(
                "Orders whose car left on these days.")),
        ]

    @api.model
    def _write_sheets(self, book, job, facts, on_rows):
        none = self.env._("no data")
        kpis = book.write_table(
            self.env._("Key figures"), self._get_kpi_columns(),
            [[
                [row[0], (kind, row[1]), row[2], (kind, row[3]), (kind, row[4])]
                for kind, row in self._get_kpi_rows(facts)
            ]],
            none=none,
        )
        flow = book.write_table(
            self.env._("In and out"), self._get_flow_columns(facts),
            [[list(row) for row in facts["flow"]]],
        )
        tables = [kpis, flow]
        charts = [("column", self.env._("What came in and went out"), flow, [1, 2, 3])]
        for name, title, key in (
            (self.env._("Days in the shop"), self.env._("How long cars have been here"), "ages"),
            (self.env._("Waits for"), self.env._("What work waits for"), "waits"),
            (self.env._("State"), self.env._("How far the cars in the shop are"), "states"),
        ):
            table = book.write_table(
                name,
                [Column(name, width=28), Column(self.env._("Cars"), "integer")],
                [[list(row) for row in facts[key]]],
            )
            tables.append(table)
            charts.append(("bar", title, table, [1]))
        kinds = {code: self._split(code, None)[0] for code in COMPARED}
        for first, title, rows in self._get_comparisons(facts):
            table = book.write_table(
                title,
                [Column(first, width=28),
                 *(Column(label, kinds[code], 16) for code, label in self._get_compared())],
                [[
                    [name, *(self._split(code, codes.get(code))[1] for code in COMPARED)]
                    for name, codes in rows
                ]],
                none=none,
            )
            tables.append(table)
            charts.append(("bar", title, table, [1]))
        return tables, charts
