from odoo import api, models
from odoo.tools import format_date

from ..tools.svg import bars, columns
from .service_report_kind import INSPECTOR, MANAGER

WIZARD = "service.survey.summary.wizard"
RESULTS = "service_advisor_quality.group_survey_results"
# The last so many customers are quoted in the document; the workbook has all of them.
QUOTED = 30
# The best answer to a question.
BEST = 5


class ServiceReportSatisfaction(models.AbstractModel):
    """The satisfaction summary: figures and workbook are those of the surveys."""

    _name = "service.report.satisfaction"
    _inherit = "service.report.kind"
    _description = "Satisfaction Summary"

    _makers = _readers = (MANAGER, INSPECTOR, RESULTS, "service_advisor.group_advisor")

    @api.model
    def _get_wizard(self, job):
        return self.env[WIZARD].new(
            {
                "date_from": job.date_from,
                "date_to": job.date_to,
                "company_id": job.company_id.id,
                "warehouse_ids": [(6, 0, job.warehouse_id.ids)],
            }
        )

    @api.model
    def _collect(self, job):
        """Return the figures of the surveys, see ``service.survey.summary._summarise``."""
        return self._get_wizard(job)._get_summary()

    @api.model
    def _write_workbook(self, job, facts, target, on_rows=None, folder=None):
        with open(target, "wb") as file:
            file.write(self.env["service.survey.sheet"]._make(self._get_wizard(job)))

    # ---- in words -------------------------------------------------------------------------

    @api.model
    def _get_part(self, share):
        """Return a share as a part of 1; None where there is no data."""
        return None if share.percent is None else share.percent / 100

    @api.model
    def _show_share(self, share, job):
        """Return a share as it stands in a table, with what it is of."""
        shown = self._show("percent", self._get_part(share), job)
        return shown if share.percent is None else f"{shown} ({share.part}/{share.whole})"

    @api.model
    def _get_figures(self, job, facts):
        total = facts["total"]
        csat, response, nps = total["csat"], total["response"], total["nps"]
        return [
            (self.env._("CSAT"), "percent", self._get_part(csat), f"{csat.part}/{csat.whole}",
             False),
            (self.env._("Response rate"), "percent", self._get_part(response),
             self.env._("%(part)s of %(whole)s; %(waiting)s can still be answered",
                        part=response.part, whole=response.whole, waiting=total["waiting"]),
             False),
            (self.env._("NPS"), "integer", nps.nps,
             self.env._("%(promoters)s promoters, %(detractors)s detractors of %(answers)s",
                        promoters=nps.promoters, detractors=nps.detractors,
                        answers=nps.answers), False),
            (self.env._("Mean, all in all"), "number", total["mean"],
             self.env._("of 1 to 5"), False),
        ]

    @api.model
    def _get_findings(self, job, facts):
        found = []
        if len(facts["trend"]) > 1:
            before, now = (group["csat"] for group in facts["trend"][-2:])
            if None not in (before.percent, now.percent) and before.percent != now.percent:
                words = self.env._("CSAT went up from %(before)s to %(now)s.")
                if now.percent < before.percent:
                    words = self.env._("CSAT went down from %(before)s to %(now)s.")
                found.append(words % {
                    "before": self._show_share(before, job), "now": self._show_share(now, job)})
        known = [group for group in facts["questions"] if group["mean"] is not None]
        if known:
            worst = min(known, key=lambda group: group["mean"])
            found.append(self.env._(
                "Customers are least content with: %(question)s (mean %(mean)s).",
                question=worst["label"], mean=self._show("number", worst["mean"], job)))
        unhappy = facts["total"]["csat"].whole - facts["total"]["csat"].part
        if unhappy:
            found.append(self.env._("Customers who gave 3 or less all in all: %s.", unhappy))
        return found

    @api.model
    def _get_sections(self, job, facts):
        if not any(group["response"].whole for group in facts["trend"]):
            return []
        sections = [self._get_trend_section(job, facts)]
        if facts["rows"]:
            sections.append(self._get_advisor_section(job, facts))
            sections.append(self._get_question_section(job, facts))
        if facts["themes"]:
            sections.append({
                "title": self.env._("Most used words"),
                "chart": bars(facts["themes"]),
                "note": self.env._("In so many answers the word occurs."),
            })
        if facts["words"]:
            sections.append(self._get_words_section(facts))
        return sections

    @api.model
    def _get_trend_section(self, job, facts):
        return {
            "title": self.env._("Satisfaction over time"),
            "chart": columns(
                [(group["label"], group["csat"].percent) for group in facts["trend"]],
                shown=lambda value: self._show("percent", value / 100, job),
            ),
            "note": self.env._("CSAT; answers: %s. This period is the last one.", ", ".join(
                str(group["csat"].whole) for group in facts["trend"])),
        }

    @api.model
    def _get_advisor_section(self, job, facts):
        return {
            "title": self.env._("By service advisor"),
            "chart": " ",
            "heads": [self.env._("Service advisor"), self.env._("Response rate"),
                      self.env._("CSAT"), self.env._("Mean"), self.env._("NPS")],
            "right": range(1, 5),
            "rows": [
                [group["label"], self._show_share(group["response"], job),
                 self._show_share(group["csat"], job), self._show("number", group["mean"], job),
                 self._show("integer", group["nps"].nps, job)]
                for group in facts["advisors"]
            ],
        }

    @api.model
    def _get_question_section(self, job, facts):
        return {
            "title": self.env._("By question"),
            "chart": bars(
                [(group["label"], group["mean"]) for group in facts["questions"]],
                shown=lambda value: self._show("number", value, job),
                most=BEST,
            ),
            "heads": [self.env._("Question"), self.env._("Mean"), self.env._("Scores of 4 or 5"),
                      self.env._("Scores of 1 to 3")],
            "right": range(1, 4),
            "rows": [
                [group["label"], self._show("number", group["mean"], job),
                 self._show_share(group["csat"], job), group["low"]]
                for group in facts["questions"]
            ],
        }

    @api.model
    def _get_words_section(self, facts):
        section = {
            "title": self.env._("In the customers' words"),
            "chart": " ",
            "heads": [self.env._("Sent on"), self.env._("All in all"), self.env._("Words")],
            "rows": [
                [format_date(self.env, row["day"]),
                 f"{row['overall']} / 5" if row["overall"] else "–", row["words"]]
                for row in facts["words"][-QUOTED:]
            ],
        }
        if len(facts["words"]) > QUOTED:
            section["note"] = self.env._(
                "The last %(shown)s of %(all)s; the workbook has all of them.",
                shown=QUOTED, all=len(facts["words"]))
        return section

    @api.model
    def _get_meanings(self, job):
        return self.env["service.survey.summary"]._get_explanations()
