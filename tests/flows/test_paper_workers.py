"""Reports made by two workers at once, by one that is killed, and schedules that are due twice."""

from contextlib import closing
from datetime import date
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api
from odoo.addons.service_advisor_reports.models import service_report_job_making
from odoo.tests import tagged

from .meetings import MeetingsCommon

# A worker that makes a report of its own and stands still once the workbook is written.
WORKER = """
Kind = registry["service.report.customers"]
write = Kind._write_workbook
def write_and_wait(self, job, *args, **kwargs):
    write(self, job, *args, **kwargs)
    worked(job)
    worked(job)
Kind._write_workbook = write_and_wait
Job = registry["service.report.job"]
search = Job.search
Job.search = lambda self, domain, *args, **kwargs: search(
    self, Domain(domain) & Domain("id", "in", ids), *args, **kwargs)
run("service.report.job", "_cron_make")
"""


@tagged("post_install", "-at_install")
class TestPaperWorkers(MeetingsCommon):
    """R5.5, R2.5: a report is made once and sent once, whatever becomes of the workers."""

    @classmethod
    def _make_shop(cls, env):
        cls.manager = cls._make_user(
            env, "papers", "service_advisor.group_manager", "base.group_user")
        user = env["res.users"].browse(cls.manager)
        user.partner_id.email = f"{cls.mark}@shop.example"
        cls.car = cls._make(env, "service.vehicle", {"plate": f"P {cls.mark}"}).id

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            job = env["service.report.job"].create(
                {"kind": "customers", "wants_pdf": False, "user_id": self.manager,
                 "state": "queued"})
            self.job = job.id
        self.addCleanup(self._delete, "service.report.job", [self.job])
        Job = self.registry["service.report.job"]
        search = Job.search
        mine = patch.object(
            Job, "search",
            lambda model, domain, *args, **kwargs: search(
                model, domain, *args, **kwargs).filtered(lambda job: job.id in self._mine()),
        )
        mine.start()
        self.addCleanup(mine.stop)

    def _mine(self):
        return {self.job}

    def _delete(self, model, ids):
        with self.registry.cursor() as cr:
            records = api.Environment(cr, SUPERUSER_ID, {})[model].browse(ids).exists()
            if model == "service.report.job":
                records.state = "done"  # one that is being made is not deleted
                (records.pdf_id | records.xlsx_id).unlink()
            records.unlink()

    def _run(self):
        with self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["service.report.job"]._cron_make()

    def _look(self):
        """Return state, attempts and the number of files of the report."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            job = env["service.report.job"].browse(self.job)
            files = env["ir.attachment"].search_count(
                [("res_model", "=", job._name), ("res_id", "=", job.id)])
            return job.state, job.attempts, files

    def test_two_workers(self):
        """R5.5: two workers at once make the report once, and neither fails."""
        made = []
        kind = self.registry["service.report.customers"]
        write = kind._write_workbook

        def count(*args, **kwargs):
            made.append(1)
            return write(*args, **kwargs)

        def run(env):
            env["service.report.job"]._cron_make()

        with patch.object(kind, "_write_workbook", count):
            answers = self._meet("free", (SUPERUSER_ID, run), (SUPERUSER_ID, run))
        self.assertEqual(answers, (None, None))
        self.assertEqual(len(made), 1)
        self.assertEqual(self._look(), ("done", 1, 1))

    def test_killed(self):
        """R5.5: a worker that is killed leaves a report that is made anew; while it lives, no
        other one makes it."""
        with self._worker_in_the_middle(WORKER, [self.job]):
            self.assertEqual(self._look(), ("running", 1, 0))
            self._run()
            self.assertEqual(self._look(), ("running", 1, 0))
        with self.registry.cursor() as cr:
            # The database takes a moment to notice that the worker is gone.
            cr.execute("SELECT FROM service_report_job WHERE id = %s FOR UPDATE", [self.job])
        self._run()
        self.assertEqual(self._look(), ("done", 2, 1))

    def test_interrupted_again_and_again(self):
        """R5.5: what never ends is given up, and says so."""
        with self.registry.cursor() as cr:
            job = api.Environment(cr, SUPERUSER_ID, {})["service.report.job"].browse(self.job)
            job.write({"state": "running", "attempts": service_report_job_making.MOST_TRIES})
        self._run()
        self.assertEqual(self._look()[0], "failed")

    def test_taken_over(self):
        """R5.5: a worker that lost its report to another one keeps nothing."""
        kind = self.registry["service.report.customers"]
        write = kind._write_workbook

        def lose(model, job, facts, target, on_rows=None, folder=None):
            write(model, job, facts, target, None, folder)
            with patch.object(service_report_job_making, "ROWS_PER_STEP", 1):
                # In between, the report is committed and free: another worker begins it anew.
                commit = self.registry["ir.cron"]._commit_progress

                def taken(cron, *args, **kwargs):
                    left = commit(cron, *args, **kwargs)
                    with closing(self.registry.cursor()) as cr:
                        cr.execute("UPDATE service_report_job SET attempts = attempts + 1"
                                   " WHERE id = %s", [self.job])
                        cr.commit()
                    return left

                with patch.object(self.registry["ir.cron"], "_commit_progress", taken):
                    on_rows(10)

        with patch.object(kind, "_write_workbook", lose):
            self._run()
        self.assertEqual(self._look(), ("running", 2, 0))

    def test_schedule_once(self):
        """R2.5: a schedule that two workers see due asks once; its e-mail is made once."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            schedule = env["service.report.schedule"].create(
                {"kind": "customers", "frequency": "weekly", "next_on": date(2026, 1, 5),
                 "user_id": self.manager, "wants_pdf": False, "wants_xlsx": True,
                 "recipient_ids": [Command.set([self.manager])]})
            number = schedule.id
        self.addCleanup(self._delete, "service.report.schedule", [number])

        def ask(env):
            env["service.report.schedule"].browse(number)._work_off(
                [("id", "=", number), ("next_on", "<=", date.today())],
                lambda found: found._ask_due())

        answers = self._meet("free", (SUPERUSER_ID, ask), (SUPERUSER_ID, ask))
        self.assertEqual(answers, (None, None))
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            jobs = env["service.report.schedule"].browse(number).job_ids
            self.assertEqual(len(jobs), 1)
            self.job = jobs.id
        self.addCleanup(self._delete, "service.report.job", [self.job])
        for _again in range(2):
            self._run()
        self.assertEqual(self._look(), ("done", 1, 1))
        with self.registry.cursor() as cr:
            mails = api.Environment(cr, SUPERUSER_ID, {})["mail.mail"].search(
                [("email_to", "ilike", self.mark)])
            self.assertEqual(len(mails), 1)
            mails.unlink()
