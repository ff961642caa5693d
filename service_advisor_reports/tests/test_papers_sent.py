from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .papers_common import PREFIX, PapersCommon


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
        reason = "The disk is full."

        def fail(kind, job):
            if job.id == bad.id:
                raise UserError(reason)
            return collect(kind, job)

        with patch.object(self.env.registry["service.report.customers"], "_collect", fail):
            self._run()
        self.assertEqual((bad.state, bad.fail_reason), ("failed", reason))
        self.assertEqual(good.state, "done")
        bad.action_make()
        self._run()
        self.assertEqual((bad.state, bad.fail_reason), ("done", False))

    def test_cancelled(self):
        """R5.5: what waits can be taken back; it is changed, and asked for again."""
        job = self._ask(wants_pdf=False)
        job.action_make()
        job.action_cancel()
        self._run()
        self.assertEqual((job.state, job.sudo().xlsx_id.id), ("draft", False))
        job.date_to = "2026-02-28"
        job.action_make()
        self._run()
        self.assertEqual(job.state, "done")
        with self.assertRaises(UserError):
            job.action_cancel()

    def test_right_is_lost(self):
        """R5.5: who may no longer see customers gets no report, also if asked for before."""
        job = self._ask(wants_pdf=False)
        job.action_make()
        self.manager.group_ids = [Command.set(self.env.ref(f"{PREFIX}technician").ids)]
        self._run()
        self.assertEqual(job.sudo().state, "failed")
        self.assertIn("has no right", job.sudo().fail_reason)

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

    def test_erasure(self):
        """R5.3: whoever is erased is in no list of customers any more; other reports stay."""
        jobs = self._ask(wants_pdf=False), self._make("complaints", wants_pdf=False)
        jobs[0].action_make()
        self._run()
        named = jobs[0].sudo().xlsx_id
        self.customer._erase_personal_data()
        self.assertFalse(named.exists())
        self.assertEqual([job.state for job in jobs], ["expired", "done"])


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
        """Return the e-mails with the reports of ``schedule``, in whichever language."""
        subjects = [
            f"{job.with_context(lang=job.lang).display_name} – {job.company_id.name}"
            for job in schedule.job_ids
        ]
        return self.env["mail.mail"].sudo().search([("subject", "in", subjects)])

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

    def test_who_left_is_sent_nothing(self):
        """R2.5: a colleague who left after the report was asked for gets no file by e-mail."""
        schedule = self._schedule(
            recipient_ids=[Command.set(self.manager.ids)],
            partner_ids=[Command.set((self.outsider | self.inspector.partner_id).ids)])
        schedule.action_send_now()
        self.inspector.active = False
        self._run()
        self.assertEqual(
            set(self._mails(schedule).mapped("email_to")),
            {self.manager.email_formatted, self.outsider.email_formatted})

    def test_other_company(self):
        """R2.5: nobody is sent a report of a company that is not the own one."""
        branch = self.env["res.company"].create({"name": "Branch Motors"})
        self.manager.company_ids |= branch
        other = new_test_user(
            self.env, "test_other", f"{PREFIX}manager", company_id=branch.id,
            company_ids=[Command.set(branch.ids)])
        with self.assertRaises(ValidationError):
            self._schedule(recipient_ids=[Command.set(other.ids)])
        schedule = self._schedule()
        self._run_schedule()
        job = schedule.job_ids
        for name in ("action_download_pdf", "action_make", "action_cancel"):
            with self.assertRaises(AccessError):
                getattr(job.with_user(other), name)()
        with self.assertRaises(AccessError):
            job.sudo().pdf_id.with_user(other).read(["raw"])
        portal = new_test_user(self.env, "test_portal", "base.group_portal")
        with self.assertRaises(AccessError):
            job.sudo().pdf_id.with_user(portal).read(["raw"])

    def test_tried_again(self):
        """R2.5: a report of a schedule that failed is sent when it succeeds after all."""
        schedule = self._schedule()
        schedule.action_send_now()
        kind = self.env.registry["service.report.progress"]

        reason = "The disk is full."

        def fail(*_args):
            raise UserError(reason)

        with patch.object(kind, "_collect", fail):
            self._run()
        self.assertEqual(schedule.job_ids.state, "failed")
        self.assertFalse(self._mails(schedule))
        schedule.job_ids.with_user(self.manager).action_make()
        self._run()
        self.assertEqual(len(self._mails(schedule)), 2)

    def test_owner_left(self):
        """R2.5: where the person it is made for has left, somebody who can help is told."""
        boss = new_test_user(self.env, "test_boss", f"{PREFIX}manager", email="b@x.example")
        schedule = self._schedule(recipient_ids=[Command.set((boss | self.inspector).ids)],
                                  kind="complaints")
        schedule.action_send_now()
        self.manager.active = False
        self._run()
        job = schedule.job_ids
        self.assertEqual(job.state, "failed")
        self.assertIn("does not work here any more", job.fail_reason)
        told = self.env["mail.message"].search(
            [("model", "=", job._name), ("res_id", "in", job.ids)])
        self.assertEqual(told.notified_partner_ids, (boss | self.inspector).partner_id)
        again = schedule.with_user(boss).copy()
        self.assertEqual(again.user_id, boss)

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
