import io
from datetime import datetime, timedelta
from unittest.mock import patch

import openpyxl
from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .data_common import DataCommon

PREFIX = "service_advisor.group_"


class PapersCommon(DataCommon):
    """The small shop in Shanghai, with a branch office of a second company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        cls.Job = cls.env["service.report.job"]

    def _ask(self, kind="customers", user=None, **vals):
        vals = {"date_from": "2026-01-01", "date_to": "2026-03-31", "kind": kind, **vals}
        return self.Job.with_user(user or self.manager).create(vals)

    def _make(self, *args, **kwargs):
        job = self._ask(*args, **kwargs)
        job.action_make()
        self.assertEqual(job.state, "done", job.fail_reason)
        return job

    def _read(self, job):
        return openpyxl.load_workbook(io.BytesIO(job.sudo().xlsx_id.raw))

    def _rows(self, sheet):
        """Return the rows of a sheet as dicts by the heads."""
        heads, *rows = sheet.iter_rows(values_only=True)
        return [dict(zip(heads, row, strict=True)) for row in rows]

    def _text(self, job):
        """Return the document: where it is tested, it is HTML."""
        return " ".join(job.sudo().pdf_id.raw.decode().split())

    def _visit(self, vehicle, moment, **vals):
        """Keep that a car was here, in the database itself."""
        order = self.env["service.order"].create(
            {"vehicle_id": vehicle.id, "advisor_id": self.advisor.id, **vals}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE service_order SET checked_in_at = %s, delivered_at = %s, state = 'closed'"
            " WHERE id = %s", [moment, moment, order.id])
        self.env.invalidate_all()
        return order

    def _run(self):
        """Run the scheduled action; nothing is committed, and there is one cursor."""
        class Same:
            def __enter__(cursor):
                return self.env.cr

            def __exit__(cursor, *_error):
                return False

        with (
            patch.object(type(self.env.registry), "cursor", lambda *_a, **_n: Same()),
            patch.object(self.env.registry["ir.cron"], "_commit_progress", lambda *_a, **_n: 60),
            patch.object(self.env.cr, "rollback", lambda: None),
        ):
            self.Job._cron_make()
        self.env.invalidate_all()


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
        book = self._read(self._make(wants_pdf=False))
        cells = [cell for row in book["Cars"].iter_rows() for cell in row
                 if str(cell.value).startswith("=cmd")]
        self.assertTrue(cells)
        content = self.Job.browse().env["service.report.customers"]
        self.assertTrue(content._is_personal)
        self.assertNotIn("f", {cell.data_type for cell in cells} - {"f", "s", "inlineStr"})

    def test_summaries_add_up(self):
        """R5.5: each summary counts every car once, and agrees with the rows."""
        self._visit(self.vehicle, self.inside)
        self._visit(self._new_cars(1), datetime(2024, 1, 1))
        self._new_cars(2)
        job = self._make(wants_pdf=False)
        book = self._read(job)
        rows = self._rows(book["Cars"])
        for name in ("model", "age of the car", "since the last visit", "branch", "data score"):
            groups = self._rows(book[f"By {name}"])
            self.assertEqual(sum(group["Cars"] for group in groups), len(rows), name)
            self.assertEqual(
                sum(group["Came"] for group in groups),
                len([row for row in rows if row["Visits in the period"]]), name)
            self.assertEqual(
                sum(group["Lost"] for group in groups),
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
        self.assertIn("1 cars have not come for more than 12 months.", text)
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
        self.assertIn("1 complaints are major", text)
        self.assertIn(complaints[0].name, text)
        self.assertNotIn(self.customer.name, text)
        self.assertIn("There are 1 more than in the period before", text)

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
        [row] = [row for row in self._rows(self._read(job)["In and out"])]
        self.assertEqual((row["Taken in"], row["Ready"], row["Handed over"]), (1, 1, 1))
        text = self._text(job)
        self.assertIn("0/1, target 90 %", text)
        self.assertIn("Clearly off the target: On Time", text)

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


@tagged("post_install", "-at_install")
class TestBackground(PapersCommon):
    """R5.5: large reports are made in the background, and whoever asked is told."""

    def setUp(self):
        super().setUp()
        patcher = patch.object(
            self.env.registry["service.report.customers"], "_is_small", lambda *_args: False)
        patcher.start()
        self.addCleanup(patcher.stop)

    def test_made_later(self):
        """R5.5: it waits, is made by the scheduled action, and its owner is told once."""
        job = self._ask(wants_pdf=False)
        job.action_make()
        self.assertEqual(job.state, "queued")
        with self.assertRaises(UserError):
            job.action_make()
        self._run()
        self.assertEqual((job.state, job.progress), ("done", 100))
        told = self.env["mail.message"].search(
            [("model", "=", job._name), ("res_id", "=", job.id)])
        self.assertEqual(told.notified_partner_ids, self.manager.partner_id)
        files = job.xlsx_id
        self._run()
        self.assertEqual(job.xlsx_id, files)

    def test_stored_as_usual(self):
        """R5.5: a file that was not read into memory is like any other."""
        job = self._make("complaints", wants_pdf=False)
        kept = job.sudo().xlsx_id
        self.assertEqual(kept.checksum, kept._compute_checksum(kept.raw))
        self.assertEqual(kept.file_size, len(kept.raw))

    def test_failure_is_told(self):
        """R5.5: one that fails says why, keeps no other waiting, and can be tried again."""
        bad, good = self._ask(wants_pdf=False), self._ask(wants_pdf=False)
        (bad | good).action_make()
        collect = self.env.registry["service.report.customers"]._collect

        def fail(kind, job):
            if job.id == bad.id:
                raise UserError("The disk is full.")
            return collect(kind, job)

        with patch.object(self.env.registry["service.report.customers"], "_collect", fail):
            self._run()
        self.assertEqual((bad.state, bad.fail_reason), ("failed", "The disk is full."))
        self.assertEqual(good.state, "done")
        bad.action_make()
        self._run()
        self.assertEqual((bad.state, bad.fail_reason), ("done", False))

    def test_right_is_lost(self):
        """R5.5: who may no longer see customers gets no report, also if asked for before."""
        job = self._ask(wants_pdf=False)
        job.action_make()
        self.manager.group_ids = [Command.set(self.env.ref(f"{PREFIX}technician").ids)]
        self._run()
        self.assertEqual(job.state, "failed")
        self.assertIn("has no right", job.fail_reason)

    def test_expiry(self):
        """R5.5: files that name customers are deleted after a week, others after a month."""
        jobs = self._ask(wants_pdf=False), self._make("complaints", wants_pdf=False)
        jobs[0].action_make()
        self._run()
        files = jobs[0].xlsx_id | jobs[1].xlsx_id
        old = fields.Datetime.now() - timedelta(days=8)
        (jobs[0] | jobs[1]).sudo().finished_at = old
        self.Job._gc_files()
        self.assertEqual([job.state for job in jobs], ["expired", "done"])
        self.assertEqual(files.sudo().exists(), jobs[1].xlsx_id.sudo())
        with self.assertRaises(UserError):
            jobs[0].action_download_xlsx()


@tagged("post_install", "-at_install")
class TestSchedule(PapersCommon):
    """R2.5: reports go out by themselves, once, to those who may have them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outsider = cls.env["res.partner"].create(
            {"name": "Importer", "email": "importer@x.example"})

    def _schedule(self, kind="progress", **vals):
        vals = {
            "kind": kind,
            "recipient_ids": [Command.set(self.manager.ids)],
            "partner_ids": [Command.set(self.outsider.ids)],
            "next_on": fields.Date.today(),
            **vals,
        }
        return self.env["service.report.schedule"].with_user(self.manager).create(vals)

    def _run_schedule(self):
        with patch.object(
            self.env.registry["ir.cron"], "_commit_progress", lambda *_args, **_named: 60
        ):
            self.env["service.report.schedule"]._cron_ask()
        self._run()

    def _mails(self, schedule):
        jobs = schedule.job_ids
        return self.env["mail.mail"].sudo().search([("subject", "in", [
            f"{job.display_name} – {job.company_id.name}" for job in jobs])])

    def test_sent_once(self):
        """R2.5: colleagues get a link, others the files; a period goes out once."""
        schedule = self._schedule()
        self._run_schedule()
        mails = self._mails(schedule)
        self.assertEqual(
            set(mails.mapped("email_to")),
            {self.manager.email_formatted, self.outsider.email_formatted})
        for mail in mails:
            is_link = "/odoo/service.report.job/" in mail.body_html
            self.assertEqual(is_link, mail.email_to == self.manager.email_formatted)
            self.assertEqual(bool(mail.attachment_ids), not is_link)
        self.assertGreater(schedule.next_on, fields.Date.today())
        schedule.next_on = fields.Date.today()
        self._run_schedule()
        self.assertEqual(self._mails(schedule), mails)
        with self.assertRaises(UserError):
            schedule.action_send_now()

    def test_personal_stays_inside(self):
        """R5.5: a workbook that names customers is mailed to nobody outside."""
        schedule = self._schedule("customers", wants_xlsx=True)
        self._run_schedule()
        self.assertEqual(schedule.job_ids.state, "done")
        files = self._mails(schedule).attachment_ids
        self.assertEqual(files, schedule.job_ids.sudo().pdf_id)
        with self.assertRaises(ValidationError):
            self._schedule("customers", wants_pdf=False, wants_xlsx=True)

    def test_recipients_have_the_right(self):
        """R2.5: nobody is sent what the person may not see, also where the right is lost."""
        with self.assertRaises(ValidationError):
            self._schedule(recipient_ids=[Command.set(self.technician.ids)])
        schedule = self._schedule(
            "complaints", recipient_ids=[Command.set((self.manager | self.inspector).ids)],
            partner_ids=False)
        self.inspector.group_ids = [Command.set(self.env.ref(f"{PREFIX}technician").ids)]
        self._run_schedule()
        self.assertEqual(self._mails(schedule).mapped("email_to"), [self.manager.email_formatted])

    def test_recipient_reads(self):
        """R2.5: who was sent a report may read it, and no other one."""
        schedule = self._schedule(
            "complaints", recipient_ids=[Command.set(self.inspector.ids)])
        self._run_schedule()
        job = schedule.job_ids
        job.with_user(self.inspector).action_download_pdf()
        other = self._make("complaints")
        with self.assertRaises(AccessError):
            other.with_user(self.inspector).action_download_pdf()
        with self.assertRaises(AccessError):
            job.with_user(self.inspector).lang = "en_US"

    def test_languages(self):
        """R2.5: each recipient reads the report in the own language."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.outsider.lang = "fr_FR"
        schedule = self._schedule()
        self._run_schedule()
        self.assertEqual(set(schedule.job_ids.mapped("lang")), {"en_US", "fr_FR"})
        self.assertEqual(len(self._mails(schedule)), 2)
