import io
import random
from datetime import date, datetime, timedelta
from zipfile import ZipFile

from lxml import etree
from odoo.exceptions import ValidationError
from odoo.tests import HttpCase, new_test_user, tagged

from .survey_common import SurveyCommon

START, END = date(2026, 3, 1), date(2026, 3, 31)


class SummaryCommon(SurveyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        cls.other_advisor = cls.manager

    def _make_history(self, seed, number=40):
        """Return surveys as ``[(sent, advisor, {topic: score} or None)]``, made in the database
        without the code that is tested."""
        chance = random.Random(seed)
        history = []
        for _index in range(number):
            order = self._deliver(1, vehicle=self.vehicle)
            advisor = chance.choice([self.advisor, self.other_advisor])
            # Around both ends of the month in Shanghai, eight hours before it ends in UTC.
            sent = datetime(2026, 2, 27) + timedelta(minutes=chance.randrange(60 * 24 * 35))
            order.advisor_id = advisor
            answer = self.env["survey.user_input"].create(order._prepare_survey_vals(sent))
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE survey_user_input SET create_date = %s WHERE id = %s", [sent, answer.id]
            )
            scores = None
            if chance.random() < 0.7:
                topics = ("overall", "quality", "price")
                scores = {
                    topic: chance.randint(1, 5) for topic in topics if chance.random() < 0.8
                }
                if chance.random() < 0.8:
                    scores["recommend"] = chance.randint(0, 10)
                self._answer(order, words=chance.choice(["Waited long", None]), **scores)
            history.append((sent, advisor, scores))
        self.env.invalidate_all()
        return history

    def _wizard(self, **vals):
        vals = {"date_from": START, "date_to": END, **vals}
        return self.env["service.survey.summary.wizard"].create(vals)


@tagged("post_install", "-at_install")
class TestSummary(SummaryCommon):
    """R4.5: the figures of a period."""

    def _recompute(self, history, advisor=None):
        """Return the figures by hand: in Shanghai a month begins at 16:00 UTC the day before."""
        begin, end = datetime(2026, 2, 28, 16), datetime(2026, 3, 31, 16)
        sent = [row for row in history
                if begin <= row[0] < end and advisor in (None, row[1])]
        answers = [scores for _sent, _advisor, scores in sent if scores is not None]
        overall = [scores["overall"] for scores in answers if "overall" in scores]
        likely = [scores["recommend"] for scores in answers if "recommend" in scores]
        price = [scores["price"] for scores in answers if "price" in scores]
        return {
            "sent": len(sent),
            "answered": len(answers),
            "good": len([score for score in overall if score > 3]),
            "valid": len(overall),
            "nps": round(
                100 * (len([x for x in likely if x > 8]) - len([x for x in likely if x < 7]))
                / len(likely), 6) if likely else None,
            "likely": len(likely),
            "price": (len([score for score in price if score > 3]), len(price)),
        }

    def _figures(self, counted):
        nps = counted["nps"]
        return {
            "sent": counted["response"].whole,
            "answered": counted["response"].part,
            "good": counted["csat"].part,
            "valid": counted["csat"].whole,
            "nps": None if nps.nps is None else round(nps.nps, 6),
            "likely": nps.answers,
        }

    def test_recomputed(self):
        """R4.5: a random history gives the figures that somebody reckons by hand."""
        summarise = self.env["service.survey.summary"].with_user(self.advisor)._summarise
        for seed in (7, 8):
            with self.subTest(seed), self.env.cr.savepoint() as savepoint:
                history = self._make_history(seed)
                summary = summarise(self.company, START, END)
                wanted = self._recompute(history)
                price = wanted.pop("price")
                self.assertEqual(self._figures(summary["total"]), wanted)
                self.assertTrue(wanted["valid"] and wanted["likely"], "a history worth a test")
                found = {group["label"]: group for group in summary["questions"]}
                self.assertEqual(tuple(found["Price"]["csat"]), price)
                for group in summary["advisors"]:
                    advisor = self.advisor if group["label"] == "Advisor" else self.manager
                    wanted = self._recompute(history, advisor)
                    wanted.pop("price")
                    self.assertEqual(self._figures(group), wanted)
                self.assertEqual(summary["trend"][-1]["csat"], summary["total"]["csat"])
                self.assertEqual(len(summary["trend"]), 6)
                only = summarise(self.company, START, END, advisors=self.advisor)
                self.assertEqual([group["label"] for group in only["advisors"]], ["Advisor"])
                savepoint.rollback()
                self.env.invalidate_all()

    def test_no_data(self):
        """R4.5: a period without surveys has no data, in words, on paper and in cells."""
        wizard = self._wizard()
        total = wizard._get_summary()["total"]
        self.assertIsNone(total["csat"].percent)
        self.assertIsNone(total["nps"].nps)
        html = self._print(wizard)
        self.assertIn("no data", html)
        self.assertIn("No survey was sent", html)
        self.assertTrue(self.env["service.survey.sheet"]._make(wizard))

    def test_dates(self):
        """R4.5: a period ends after it begins."""
        with self.assertRaises(ValidationError):
            self._wizard(date_from=END, date_to=START)

    def _print(self, wizard):
        report = "service_advisor_quality.service_survey_summary_report"
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(report, wizard.ids)
        return html.decode()

    def test_paper(self):
        """R4.5: the PDF shows figures with what they are of, the words, and no customer."""
        history = self._make_history(3, number=8)
        html = self._print(self._wizard())
        wanted = self._recompute(history)
        self.assertIn(f"({wanted['answered']}/{wanted['sent']})", html)
        self.assertIn("<polyline", html)
        self.assertNotIn("Li Customer", html)
        self.assertIn("How It Is Reckoned", html)


@tagged("post_install", "-at_install")
class TestWorkbook(HttpCase, SummaryCommon):
    def test_download(self):
        """R4.5: marketing downloads a workbook with real charts, numbers, filters and heads."""
        self._make_history(5, number=8)
        new_test_user(
            self.env, "test_marketer", "service_advisor_quality.group_survey_results",
            password="test_marketer",
        )
        marketer = self.env["res.users"].search([("login", "=", "test_marketer")])
        wizard = self._wizard().with_user(marketer).create(
            {"date_from": START, "date_to": END}
        )
        self.authenticate("test_marketer", "test_marketer")
        response = self.url_open(wizard.action_download()["url"])
        self.assertEqual(response.status_code, 200)
        book = ZipFile(io.BytesIO(response.content))
        names = book.namelist()
        self.assertEqual(len([name for name in names if "/charts/chart" in name]), 3)
        sheet = etree.fromstring(book.read("xl/worksheets/sheet2.xml"))
        space = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
        self.assertTrue(sheet.xpath("//s:pane[@state='frozen']", namespaces=space))
        self.assertTrue(sheet.xpath("//s:autoFilter", namespaces=space))
        cells = sheet.xpath("//s:row[@r='2']/s:c[@r='B2']", namespaces=space)
        self.assertNotEqual(cells[0].get("t"), "s", "a number is a number")
        text = book.read("xl/sharedStrings.xml").decode()
        self.assertNotIn("Li Customer", text)
        self.assertIn("Waited long", text)
        stranger = self._wizard()
        page = self.url_open(f"/service/survey/summary/{stranger.id}")
        self.assertEqual(page.status_code, 404)
