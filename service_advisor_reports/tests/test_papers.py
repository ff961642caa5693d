import io
from datetime import date, datetime, timedelta
from unittest.mock import patch
from zipfile import ZipFile

from odoo import Command, fields
from odoo.addons.service_advisor_quality.models.service_survey_summary import READ
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.pdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from ..tools.pages import number_pages
from .papers_common import PREFIX, PapersCommon


@tagged("post_install", "-at_install")
class TestCustomerReport(PapersCommon):
    """R5.5: the customer database report says what the database says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.name = "=cmd|' /C calc'!A0"
        cls.vehicle.write({"model_year": "2020", "inspection_due": "2026-05-01"})
        # The last minute of March in Shanghai, and the first one of April.
        cls.inside, cls.outside = datetime(2026, 3, 31, 15, 59), datetime(2026, 3, 31, 16)

    def test_rows(self):
        """R5.5: one row per car, typed, as the database has it, by the clock of the shop."""
        self._visit(self.vehicle, self.inside)
        self._visit(self.vehicle, self.outside)
        job = self._make(wants_pdf=False)
        rows = self._rows(self._read(job)["Cars"])
        cars = self.env["service.vehicle"].search([("company_id", "=", self.company.id)])
        self.assertEqual(len(rows), len(cars))
        self.assertEqual(job.row_count, len(cars))
        [row] = [row for row in rows if row["Plate"] == self.vehicle.plate]
        self.assertEqual(row["Visits"], 1)
        self.assertEqual(row["Visits in the period"], 1)
        self.assertEqual(row["Last visit"], datetime(2026, 3, 31))
        self.assertEqual(row["Months since"], 0)
        self.assertEqual(row["Next due"], datetime(2026, 5, 1))
        self.assertEqual(row["Service advisor"], self.advisor.name)
        self.assertEqual(row["Phone"], self.customer.phone)
        self.assertEqual(row["Age (years)"], 2)

    def test_formula_is_text(self):
        """R5.5: a customer who is called like a formula stays a name."""
        content = self._make(wants_pdf=False).sudo().xlsx_id.raw
        with ZipFile(io.BytesIO(content)) as book:
            sheets = [book.read(name).decode() for name in book.namelist()
                      if name.startswith("xl/worksheets/sheet")]
        self.assertTrue(any("<t>=cmd|" in sheet for sheet in sheets), "a text as it was typed")
        self.assertFalse(any("<f>" in sheet for sheet in sheets), "no formula")

    def test_summaries_add_up(self):
        """R5.5: each summary counts every car once, and agrees with the rows."""
        self._visit(self.vehicle, self.inside)
        self._visit(self._new_cars(1), datetime(2024, 1, 1))
        self._new_cars(2)
        job = self._make(wants_pdf=False)
        book = self._read(job)
        rows = self._rows(book["Cars"])
        for name in ("model", "age", "last visit", "branch", "data score"):
            groups = self._rows(book[f"By {name}"])
            self.assertEqual(sum(group["Cars"] for group in groups), len(rows), name)
            self.assertEqual(
                sum(group["Came"] for group in groups),
                len([row for row in rows if row["Visits in the period"]]), name)
            self.assertEqual(
                sum(group["Lost cars"] for group in groups),
                len([row for row in rows if (row["Months since"] or 0) >= 12]), name)

    def test_consent(self):
        """R5.5: who does not want to be called is not in the file with a phone number."""
        self.customer._record_consent("offer_call", "refused", "counter", evidence="No")
        [row] = [row for row in self._rows(self._read(self._make(wants_pdf=False))["Cars"])
                 if row["Plate"] == self.vehicle.plate]
        self.assertIsNone(row["Phone"])
        self.assertIsNone(row["E-mail"])
        self.assertEqual(row["Calls with offers"], "Refused")

    def test_rights(self):
        """R5.5: managers get names, sales masked ones, and others nothing."""
        seller = new_test_user(
            self.env, "test_seller", f"{PREFIX}sales_seat,base.group_allow_export")
        job = self._make(user=seller, wants_pdf=False)
        book = self._read(job)
        rows = self._rows(book["Cars"])
        self.assertNotIn("VIN", rows[0])
        values = {value for row in rows for value in row.values()}
        for secret in (self.customer.name, self.customer.phone, self.vehicle.plate):
            self.assertNotIn(secret, values)
        self.assertNotIn(self.customer.phone, str(list(book["Summary"].values)))
        bare = new_test_user(self.env, "test_bare", f"{PREFIX}sales_seat")
        for user in (bare, self.advisor):
            if not user.has_group("base.group_allow_export"):
                with self.assertRaises(UserError):
                    self._ask(user=user).action_make()
        with self.assertRaises(AccessError):
            self._ask(user=self.technician)

    def test_strangers(self):
        """R5.5: a report is its owner's and the managers'; so are its files."""
        seller = new_test_user(
            self.env, "test_seller", f"{PREFIX}sales_seat,base.group_allow_export")
        job = self._make(wants_pdf=False)
        other = self._make("satisfaction", user=self.advisor)
        for stranger in (seller, self.advisor, self.technician):
            with self.assertRaises(AccessError):
                job.with_user(stranger).read(["state"])
            with self.assertRaises(AccessError):
                job.xlsx_id.with_user(stranger).read(["raw"])
        other.with_user(self.manager).action_download_pdf()
        with self.assertRaises(AccessError):
            other.with_user(seller).action_download_pdf()

    def test_files_are_kept(self):
        """R5.5: nobody writes a state or a file, and nobody changes what was asked for."""
        job = self._make(wants_pdf=False)
        for vals in ({"state": "draft"}, {"xlsx_id": False}, {"user_id": self.advisor.id},
                     {"recipient_ids": [Command.set(self.customer.ids)]}):
            with self.assertRaises(AccessError):
                job.write(vals)
        with self.assertRaises(UserError):
            job.date_to = "2026-05-01"
        with self.assertRaises(AccessError):
            self._ask(user=self.advisor, user_id=self.manager.id)

    def test_queries(self):
        """R5.5: ten more cars cost no query more."""
        def count():
            job = self._ask(wants_pdf=False)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            job.action_make()
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        self._new_cars(10)
        self.assertEqual(count(), few)

    def test_document(self):
        """R5.5: the analysis has charts and findings that are computed."""
        self._visit(self.vehicle, datetime(2024, 1, 1))
        text = self._text(self._make(wants_xlsx=False))
        self.assertIn("Cars that have not come for more than 12 months: 1.", text)
        self.assertIn("<svg", text)
        self.assertNotIn(self.customer.phone, text)


@tagged("post_install", "-at_install")
class TestOtherReports(PapersCommon):
    """R2.5, R3.5, R4.5: the other reports, and nothing to report."""

    def test_no_data(self):
        """R2.5, R3.5, R4.5: an empty period is no data, on paper and in cells, and no error."""
        for kind in ("progress", "quality", "satisfaction", "complaints", "customers"):
            with self.subTest(kind):
                job = self._make(kind, date_from="2001-01-01", date_to="2001-01-31")
                self.assertTrue(self._read(job).sheetnames)
                self.assertIn("o data", self._text(job))

    def test_complaints(self):
        """R4.5: the complaint summary counts what came in, and lists the major ones."""
        start = datetime(2026, 2, 28, 16)  # March begins in Shanghai
        complaints = self.env["service.complaint"].create(
            [
                {"description": "Brakes squeal again", "severity": severity,
                 "vehicle_id": self.vehicle.id, "partner_id": self.customer.id,
                 "received_at": start + timedelta(seconds=seconds)}
                for severity, seconds in (("major", 0), ("minor", 1), ("minor", -1))
            ]
        )
        job = self._make("complaints", date_from="2026-03-01")
        rows = self._rows(self._read(job)["Complaints"])
        self.assertEqual([row["Complaint"] for row in rows], complaints[:2].mapped("name"))
        self.assertEqual(rows[0]["Received"], datetime(2026, 3, 1))
        text = self._text(job)
        self.assertIn("Major complaints: 1, see", text)
        self.assertIn(complaints[0].name, text)
        self.assertNotIn(self.customer.name, text)
        self.assertIn("2 complaints came in, more than in the period before (1)", text)

    def test_progress(self):
        """R2.5: the progress report has the key figures, those of service.kpi."""
        order = self._visit(self.vehicle, datetime(2026, 3, 2))
        self.env.cr.execute(
            "UPDATE service_order SET ready_at = %s, counted_promise_at = %s, promised_at = %s,"
            " first_promised_at = %s WHERE id = %s",
            [datetime(2026, 3, 2), *[datetime(2026, 3, 1)] * 3, order.id])
        self.env.invalidate_all()
        job = self._make("progress")
        figures = self.env["service.kpi"]._get_figures(
            self.company, job.date_from, job.date_to, ["orders_completed", "on_time"], "company")
        self.assertEqual(figures["orders_completed", self.company.id]["value"], 1)
        rows = self._rows(self._read(job)["In and out"])
        self.assertEqual(len(rows), 14, "each week of the quarter, also those without an order")
        self.assertEqual(rows[0]["Week from"], "Jan 1")
        for name in ("Taken in", "Ready", "Handed over"):
            self.assertEqual(sum(row[name] for row in rows), 1, name)
        text = self._text(job)
        self.assertIn("0/1, target 90 %", text)
        self.assertIn("Clearly off the target: On Time", text)

    def test_satisfaction(self):
        """R4.5: the satisfaction summary says how content customers are, and what they wrote."""
        row = dict.fromkeys(READ, 4) | {
            "sent_at": datetime(2026, 3, 2), "day": date(2026, 3, 2), "open_until": False,
            "advisor_id": (self.advisor.id, "Anna"), "warehouse_id": False, "is_answered": True,
            "recommend_kind": "promoter", "words": "Waited too long",
        }
        rows = [row, row | {"overall": 2, "time_kept": 1, "recommend_kind": "detractor"}]
        summary = self.env.registry["service.survey.summary"]
        with patch.object(summary, "_read_surveys", lambda *_args: rows):
            text = self._text(self._make("satisfaction", date_from="2026-03-01", wants_xlsx=False))
        for words in ("50.0 %", "Customers are least content with: Time Kept (mean 2.50)",
                      "Customers who gave 3 or less all in all: 1.", "50.0 % (1/2)", "Anna",
                      "Waited too long", "<svg"):
            self.assertIn(words, text)

    def test_page_numbers(self):
        """R5.5: each page has its number, and the file is hardly larger than it was."""
        drawn = io.BytesIO()
        drawing = Canvas(drawn)
        for words in ("first", "second"):
            drawing.translate(300, 300)
            drawing.scale(3, 3)
            drawing.drawString(0, 0, words)
            drawing.showPage()
        drawing.save()
        found = number_pages(drawn.getvalue())
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(found)).pages]
        self.assertIn("1 / 2", pages[0])
        self.assertIn("2 / 2", pages[1])
        self.assertIn("second", pages[1])
        self.assertLess(len(found), len(drawn.getvalue()) + 2000)
        self.assertEqual(number_pages(b"<html/>"), b"<html/>")

    def test_quality(self):
        """R3.5: the quality report is that of the quality department, and has a workbook."""
        job = self._make("quality", user=self.inspector)
        self.assertIn("Service Quality Report and", self._text(job))
        self.assertIn("Improvement plan", self._read(job).sheetnames)
        with self.assertRaises(UserError):
            self._make("progress", user=self.inspector)

    def test_dialog(self):
        """R5.5: the dialog proposes the last month, and a year of customers."""
        with Form(self.Job.with_user(self.manager)) as form:
            form.kind = "customers"
            self.assertEqual(
                fields.Date.to_date(form.date_from) + timedelta(days=364 if form.date_to.year % 4
                                                                else 365),
                fields.Date.to_date(form.date_to))
        with self.assertRaises(ValidationError):
            self._ask(date_to="2020-01-01")
        with self.assertRaises(ValidationError):
            self._ask(wants_pdf=False, wants_xlsx=False)
