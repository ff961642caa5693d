import hashlib
import logging
import os
import shutil
from tempfile import TemporaryDirectory

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from psycopg2 import OperationalError

_logger = logging.getLogger(__name__)

UNDER_WAY = ("queued", "running")
# A report starts from the top when its worker was stopped; so often, then a person is told.
MOST_TRIES = 3
# After so many rows the progress is kept, where everybody can see it.
ROWS_PER_STEP = 20000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"


class TakenOver(Exception):
    """Another worker makes the report by now: this one stops, and keeps nothing."""


class ServiceReportJob(models.Model):
    """How reports are made.

    A report is made from the top in one go, its files and the state "ready" in one transaction: a
    worker that is killed leaves a report that is begun anew. Whoever makes one holds its row; where
    the progress is committed in between, the number of the attempt tells whether it is still the
    same one. Rows are read by a read-only cursor, so that they are those of one moment.
    """

    _inherit = "service.report.job"

    @api.model
    def _cron_make(self):
        """Make what was asked for, the oldest first, for as long as there is time."""
        cron = self.env["ir.cron"]
        due = self.search([("state", "in", UNDER_WAY)], order="id")
        cron._commit_progress(remaining=len(due))
        for job in due:
            job._make_soon()
            if not cron._commit_progress(1):
                break

    def _make_soon(self):
        """Make one report in the background, unless another worker does."""
        try:
            turn = self._begin()
            if turn:
                with self.env.registry.cursor(readonly=True) as reading:
                    vals = self._make_files(reading, lambda rows: self._advance(turn, rows))
                self._finish(vals)
                self._tell_ready()
        except (TakenOver, OperationalError):
            # Somebody else has just changed the same: what is left is for the next run.
            self.env.cr.rollback()
        except Exception as error:
            self.env.cr.rollback()
            self._fail(error)

    def _begin(self):
        """Take this report in hand; return the number of the attempt, 0 where it is not ours."""
        if not self._hold():
            return 0
        if self.attempts >= MOST_TRIES:
            raise UserError(
                self.env._(
                    "Making it was interrupted again and again. Choose a branch or a shorter "
                    "period, or ask for more time for scheduled actions."
                )
            )
        turn = self.attempts + 1
        self._keep(
            {"state": "running", "attempts": turn, "started_at": fields.Datetime.now(),
             "progress": 0}
        )
        self.env["ir.cron"]._commit_progress()
        self._check_ours(turn)
        return turn

    def _hold(self):
        """Lock this report; return it where it is still to be made."""
        job = self.try_lock_for_update(allow_referencing=True)
        self.invalidate_recordset()  # another worker may have been here
        return job.filtered(lambda found: found.state in UNDER_WAY)

    def _check_ours(self, turn):
        """:raises TakenOver: where another worker has begun it anew."""
        if not self._hold() or self.attempts != turn:
            raise TakenOver(self.id)

    def _advance(self, turn, rows):
        """Show how far it is, after so many rows."""
        if rows - self.row_count >= ROWS_PER_STEP:
            whole = max(self._estimate_rows(), rows)
            self._keep({"row_count": rows, "progress": min(95, 95 * rows // whole)})
            self.env["ir.cron"]._commit_progress()
            self._check_ours(turn)

    def _estimate_rows(self):
        """Return about how many rows there will be, without counting them."""
        [[rows]] = self.env.execute_query(
            SQL("SELECT GREATEST(reltuples, 1)::int FROM pg_class WHERE relname = %s",
                self.env["service.vehicle"]._table)
        )
        return rows

    def _make_now(self):
        """Make this report while its user waits."""
        self._check_right()
        self._finish(self._make_files(self.env.cr, None))

    def _make_files(self, reading, on_rows):
        """Make the files with the rights of whoever asked; return the values to keep.

        :param reading: the cursor that figures and rows are read with.
        """
        self._check_right()
        maker = self._as_maker(self.env)
        reader = maker.with_env(maker.env(cr=reading)) if reading != self.env.cr else maker
        facts = reader._get_kind()._collect(reader)
        vals, rows = {}, [0]

        def count(number):
            rows[0] = number
            if on_rows:
                on_rows(number)

        with TemporaryDirectory(prefix="service_report_") as folder:
            if self.wants_xlsx:
                path = os.path.join(folder, "report.xlsx")
                reader._get_kind()._write_workbook(reader, facts, path, count, folder)
                vals["xlsx_id"] = self._attach_file(path, maker._get_file_name("xlsx")).id
        if self.wants_pdf:
            content = maker._get_kind()._make_document(maker, facts)
            vals["pdf_id"] = self._attach(content, maker._get_file_name("pdf")).id
        return vals | {"row_count": rows[0]}

    def _as_maker(self, env):
        """Return this report as whoever asked for it sees it, in its language and company."""
        user = self.user_id
        return self.with_env(
            env(
                user=user,
                su=False,
                context={
                    "lang": self.lang,
                    "tz": user.tz,
                    "allowed_company_ids": self.company_id.ids,
                },
            )
        )

    def _finish(self, vals):
        """Keep the files: from here on, it is ready."""
        old = (self.pdf_id | self.xlsx_id).sudo()  # files of an earlier try
        # The files of a report are written by this step alone, whoever runs it.
        self.sudo().write(
            dict(vals, state="done", progress=100, finished_at=fields.Datetime.now())
        )
        old.unlink()

    def _fail(self, error):
        """Stop, and say why: a report that fails keeps no other one waiting."""
        if isinstance(error, UserError):
            reason = str(error)
        else:
            _logger.exception("Report %s is not made", self.id)
            reason = self.env._("An error, which is in the log of the server.")
        if self._hold():
            self.sudo().write({"state": "failed", "fail_reason": reason})  # as in _finish
            self._tell(self.env._("Report failed"), reason, "danger")
            self._notify(
                self._get_told_failure(),
                self.env._("Report failed"),
                self.env._("%(report)s: %(why)s", report=self.display_name, why=reason),
            )

    def _get_told_failure(self):
        """Hook: return the users who are told that this report failed."""
        return self.user_id

    # ---- files ----------------------------------------------------------------------------

    def _get_file_name(self, ending):
        days = f"{self.date_from:%Y-%m-%d} {self.date_to:%Y-%m-%d}"
        return f"{self._get_kind_name()} {days}.{ending}"

    def _prepare_attachment_vals(self, name):
        return {
            "name": name,
            "mimetype": XLSX if name.endswith(".xlsx") else PDF,
            "res_model": self._name,
            "res_id": self.id,
        }

    def _attach(self, content, name):
        """Keep ``content`` with this report: whoever may read the report may read its files."""
        Attachment = self.env["ir.attachment"].sudo()  # nobody adds files to reports by hand
        return Attachment.create(dict(self._prepare_attachment_vals(name), raw=content))

    def _attach_file(self, path, name):
        """Keep the file at ``path`` with this report, without reading it into memory."""
        Attachment = self.env["ir.attachment"].sudo()  # as in _attach
        if Attachment._storage() == "db":
            with open(path, "rb") as file:
                return self._attach(file.read(), name)
        with open(path, "rb") as file:
            checksum = hashlib.sha1(usedforsecurity=False)
            for block in iter(lambda: file.read(1 << 20), b""):
                checksum.update(block)
        checksum = checksum.hexdigest()
        # The row comes first: it keeps the collection of unused files waiting.
        attachment = Attachment.create(self._prepare_attachment_vals(name))
        self.env.flush_all()
        stored = f"{checksum[:2]}/{checksum}"
        target = Attachment._full_path(stored)
        if not os.path.exists(target):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(path, target)
            Attachment._mark_for_gc(stored)  # in case this transaction is rolled back
        # Odoo writes these from the content alone, which is not to be in memory.
        self.env.execute_query(
            SQL(
                "UPDATE ir_attachment SET store_fname = %s, checksum = %s, file_size = %s"
                " WHERE id = %s RETURNING id",
                stored, checksum, os.path.getsize(path), attachment.id,
            )
        )
        attachment.invalidate_recordset()
        return attachment

    # ---- told -----------------------------------------------------------------------------

    def _tell_ready(self):
        """Hook: a report that was made in the background is ready."""
        maker = self._as_maker(self.env)
        words = maker.display_name
        self._tell(maker.env._("Report ready"), words, "success")
        self._notify(
            self.user_id,
            maker.env._("Report ready"),
            maker.env._("%s is ready to be downloaded.", words),
        )

    def _notify(self, users, subject, body):
        """Tell ``users``, also those who are not at the screen any more."""
        if users.partner_id:
            # Told by the system.
            self.env["mail.thread"].sudo().message_notify(
                partner_ids=users.partner_id.ids,
                subject=subject,
                body=body,
                model=self._name,
                res_id=self.id,
            )

    def _tell(self, title, words, kind):
        """Show whoever asked a word on the screen."""
        if self.user_id.id != SUPERUSER_ID:
            self.user_id._bus_send(
                "simple_notification",
                {"type": kind, "title": title, "message": words, "sticky": True},
            )

    # ---- expiry ---------------------------------------------------------------------------

    @api.autovacuum
    def _gc_files(self):
        """Delete the files of reports that are old: what they say can be asked for again."""
        for kind, _label in self._fields["kind"].selection:
            days = self.env[f"service.report.{kind}"]._keep_days
            before = fields.Datetime.subtract(fields.Datetime.now(), days=days)
            # loop: a kind at a time, each has its own time
            old = self.search(
                [("kind", "=", kind), ("state", "=", "done"), ("finished_at", "<", before)],
                limit=1000,
            )
            old._expire()

    def _expire(self):
        """Delete the files of these reports."""
        files = (self.pdf_id | self.xlsx_id).sudo()  # written by the step that made them
        # As in _finish.
        self.sudo().write({"state": "expired", "pdf_id": False, "xlsx_id": False})
        files.unlink()

    @api.model
    def _expire_personal(self):
        """Delete the files that name customers, whoever asked for them: somebody is erased."""
        kinds = [
            kind for kind, _label in self._fields["kind"].selection
            if self.env[f"service.report.{kind}"]._is_personal
        ]
        self.search([("kind", "in", kinds), ("state", "=", "done")])._expire()
