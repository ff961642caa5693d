import io

import xlsxwriter
from odoo import api, models

PERCENT = "0.0%"
# xlsxwriter takes a text from this on for markup of its own, and writes it as it is.
MARKUP = "<r>"
# What stands first in a text must not be taken for a formula by whoever opens the file.
TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class ServiceSurveySheet(models.AbstractModel):
    """The summary of surveys as a workbook: figures, charts, answers, and what each figure is."""

    _name = "service.survey.sheet"
    _description = "Survey Summary as a Workbook"

    @api.model
    def _make(self, wizard):
        """Return the workbook for ``wizard``, a service.survey.summary.wizard, as bytes."""
        summary, target = wizard._get_summary(), io.BytesIO()
        book = xlsxwriter.Workbook(target, {"in_memory": True, "remove_timezone": True, **TEXT})
        formats = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "head": book.add_format({"bold": True, "bg_color": "#E7E6F0", "text_wrap": True}),
            "percent": book.add_format({"num_format": PERCENT}),
            "mean": book.add_format({"num_format": "0.00"}),
            "nps": book.add_format({"num_format": "+0;-0;0"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "none": book.add_format({"font_color": "#888888"}),
        }
        self._write_overview(book, formats, wizard, summary)
        self._write_groups(book, formats, self.env._("Advisors"), self.env._("Service Advisor"),
                           summary["advisors"])
        self._write_questions(book, formats, summary["questions"])
        self._write_groups(book, formats, self.env._("Trend"), self.env._("Period"),
                           summary["trend"])
        self._write_answers(book, formats, summary["rows"])
        self._write_words(book, formats, summary)
        self._write_explanations(book, formats)
        book.close()
        return target.getvalue()

    # ---- sheets ---------------------------------------------------------------------------

    @api.model
    def _write_overview(self, book, formats, wizard, summary):
        sheet = book.add_worksheet(self.env._("Summary"))
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 3, 14)
        sheet.write_string(0, 0, self.env._("Survey Summary"), formats["title"])
        sheet.write_string(1, 0, f"{wizard.company_id.name}, {wizard._get_period_name()}")
        total = summary["total"]
        heads = (self.env._("Figure"), self.env._("Value"), self.env._("Counted"),
                 self.env._("Of"))
        for column, head in enumerate(heads):
            sheet.write_string(3, column, head, formats["head"])
        for row, (label, share) in enumerate(
            ((self.env._("Response rate"), total["response"]), (self.env._("CSAT"), total["csat"])),
            start=4,
        ):
            sheet.write_string(row, 0, label)
            self._write_share(sheet, row, 1, share, formats)
        nps = total["nps"]
        sheet.write_string(6, 0, self.env._("NPS"))
        self._write_number(sheet, 6, 1, nps.nps, formats["nps"], formats)
        sheet.write_number(6, 2, nps.promoters - nps.detractors)
        sheet.write_number(6, 3, nps.answers)
        sheet.write_string(7, 0, self.env._("Mean, all in all"))
        self._write_number(sheet, 7, 1, total["mean"], formats["mean"], formats)
        sheet.write_string(8, 0, self.env._("Can still be answered"))
        sheet.write_number(8, 1, total["waiting"])
        self._add_charts(book, sheet, summary)

    @api.model
    def _add_charts(self, book, sheet, summary):
        """Draw CSAT by advisor, the mean by question and the trend of CSAT, each from its own
        sheet."""
        for kind, name, title, column, count, cell in (
            ("column", self.env._("Advisors"), self.env._("CSAT by advisor"), 4,
             len(summary["advisors"]), "F2"),
            ("bar", self.env._("Questions"), self.env._("Mean by question"), 4,
             len(summary["questions"]), "F18"),
            ("line", self.env._("Trend"), self.env._("CSAT by period"), 4,
             len(summary["trend"]), "A12"),
        ):
            if not count:
                continue
            chart = book.add_chart({"type": kind})
            series = {
                "name": title,
                "categories": [name, 1, 0, count, 0],
                "values": [name, 1, column, count, column],
                "data_labels": {"value": True},
            }
            chart.add_series(series | ({"marker": {"type": "circle"}} if kind == "line" else {}))
            chart.set_title({"name": title, "name_font": {"size": 12}})
            chart.set_legend({"none": True})
            chart.set_size({"width": 520, "height": 300})
            chart.show_blanks_as("gap")
            sheet.insert_chart(cell, chart)

    @api.model
    def _write_groups(self, book, formats, name, first, groups):
        heads = [
            first, self.env._("Sent"), self.env._("Answered"), self.env._("Response rate"),
            self.env._("CSAT"), self.env._("Scores of 4 or 5"), self.env._("Valid answers"),
            self.env._("Mean"), self.env._("NPS"), self.env._("Answers on recommending"),
        ]
        sheet = self._add_table(book, formats, name, heads, len(groups))
        for row, group in enumerate(groups, start=1):
            sheet.write_string(row, 0, group["label"])
            sheet.write_number(row, 1, group["response"].whole)
            sheet.write_number(row, 2, group["response"].part)
            self._write_percent(sheet, row, 3, group["response"], formats)
            self._write_percent(sheet, row, 4, group["csat"], formats)
            sheet.write_number(row, 5, group["csat"].part)
            sheet.write_number(row, 6, group["csat"].whole)
            self._write_number(sheet, row, 7, group["mean"], formats["mean"], formats)
            self._write_number(sheet, row, 8, group["nps"].nps, formats["nps"], formats)
            sheet.write_number(row, 9, group["nps"].answers)

    @api.model
    def _write_questions(self, book, formats, questions):
        heads = [
            self.env._("Question"), self.env._("CSAT"), self.env._("Scores of 4 or 5"),
            self.env._("Valid answers"), self.env._("Mean"), self.env._("Scores of 1 to 3"),
        ]
        sheet = self._add_table(
            book, formats, self.env._("Questions"), heads, len(questions)
        )
        for row, question in enumerate(questions, start=1):
            sheet.write_string(row, 0, question["label"])
            self._write_share(sheet, row, 1, question["csat"], formats)
            self._write_number(sheet, row, 4, question["mean"], formats["mean"], formats)
            sheet.write_number(row, 5, question["low"])

    @api.model
    def _write_answers(self, book, formats, rows):
        scores = {
            "overall": self.env._("All in All"), "advisor_score": self.env._("Advisor"),
            "quality": self.env._("Quality"), "price": self.env._("Price"),
            "time_kept": self.env._("Time Kept"), "cleanliness": self.env._("Cleanliness"),
        }
        heads = [
            self.env._("Sent on"), self.env._("Answered"), self.env._("Branch"),
            self.env._("Service Advisor"), *scores.values(), self.env._("Recommends"),
            self.env._("Words"),
        ]
        sheet = self._add_table(book, formats, self.env._("Answers"), heads, len(rows))
        sheet.set_column(len(heads) - 1, len(heads) - 1, 70)
        yes, no = self.env._("yes"), self.env._("no")
        for row, answer in enumerate(rows, start=1):
            sheet.write_datetime(row, 0, answer["day"], formats["day"])
            sheet.write_string(row, 1, yes if answer["is_answered"] else no)
            for column, name in ((2, "warehouse_id"), (3, "advisor_id")):
                sheet.write_string(row, column, (answer[name] or (0, ""))[1])
            for column, name in enumerate(scores, start=4):
                if answer[name]:
                    sheet.write_number(row, column, answer[name])
            if answer["recommend_kind"]:
                sheet.write_number(row, 10, answer["recommend"])
            words = answer["words"] or ""
            # Customers write what they like; it is shown as they wrote it.
            words = f"{words} " if words.startswith(MARKUP) else words
            sheet.write_string(row, 11, words, formats["text"])

    @api.model
    def _write_words(self, book, formats, summary):
        heads = [self.env._("Word"), self.env._("Answers that use it")]
        sheet = self._add_table(
            book, formats, self.env._("Most used words"), heads, len(summary["themes"])
        )
        for row, (word, count) in enumerate(summary["themes"], start=1):
            sheet.write_string(row, 0, word)
            sheet.write_number(row, 1, count)

    @api.model
    def _write_explanations(self, book, formats):
        heads = [self.env._("Figure"), self.env._("What it is")]
        explanations = self.env["service.survey.summary"]._get_explanations()
        sheet = self._add_table(
            book, formats, self.env._("Explanations"), heads, len(explanations)
        )
        sheet.set_column(1, 1, 110)
        for row, pair in enumerate(explanations, start=1):
            for column, text in enumerate(pair):
                sheet.write_string(row, column, text, formats["text"])

    # ---- cells ----------------------------------------------------------------------------

    @api.model
    def _add_table(self, book, formats, name, heads, count):
        """Return a new sheet with these heads, which stay in sight and filter ``count`` rows."""
        sheet = book.add_worksheet(name[:31])
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, formats["head"])
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, len(heads) - 1, 17)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(count, 1), len(heads) - 1)
        return sheet

    @api.model
    def _write_share(self, sheet, row, column, share, formats):
        self._write_percent(sheet, row, column, share, formats)
        sheet.write_number(row, column + 1, share.part)
        sheet.write_number(row, column + 2, share.whole)

    @api.model
    def _write_percent(self, sheet, row, column, share, formats):
        value = share.percent
        value = value if value is None else value / 100
        self._write_number(sheet, row, column, value, formats["percent"], formats)

    @api.model
    def _write_number(self, sheet, row, column, value, cell_format, formats):
        """Write ``value``, or in words that there is no data."""
        if value is None:
            sheet.write_string(row, column, self.env._("no data"), formats["none"])
        else:
            sheet.write_number(row, column, value, cell_format)
