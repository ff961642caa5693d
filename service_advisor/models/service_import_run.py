import logging
from itertools import islice

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from psycopg2 import OperationalError

from ..exceptions import BusyError
from ..tools.import_file import UnreadableFile
from ..tools.import_values import Style, parse_line

_logger = logging.getLogger(__name__)

# So many rows are taken in by one transaction.
BATCH = 1000
# A check starts from the top when its worker was killed; so often, then a person is told.
MOST_CHECKS = 3
UNDER_WAY = ("checking", "running")
# Nobody is written to, and nothing is told in thousands of chatters.
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "import_file": True,
}


class ServiceImport(models.Model):
    """The scheduled action that takes the rows of imports in.

    What a batch of rows makes and how far the file is read are one transaction: a worker that is
    killed has lost one batch, and the next one goes on there. Each batch locks its import, so two
    workers take turns and no row is taken twice.
    """

    _inherit = "service.import"

    @api.model
    def _cron_import(self):
        """Go on with what is under way, the oldest first, for as long as there is time."""
        cron = self.env["ir.cron"]
        under_way = self.search([("state", "in", UNDER_WAY)], order="id")
        cron._commit_progress(remaining=under_way._count_left())
        for record in under_way:
            if not record._work_on():
                break

    def _count_left(self):
        return sum(max(record.row_count - record.done_rows, 1) for record in self)

    def _work_on(self):
        """Read one import as far as the time allows. Return whether there is time left."""
        try:
            if self.state == "checking":
                return self._check_all_rows()
            return self._run_batches()
        except OperationalError:
            # Somebody else has just changed the same: what is left is for the next run.
            self.env.cr.rollback()
            return True
        except Exception as error:
            self.env.cr.rollback()
            self._give_up(error)
            return self.env["ir.cron"]._commit_progress() > 0

    def _give_up(self, error):
        """Stop, and tell why: an import that fails keeps no other one waiting."""
        if isinstance(error, UnreadableFile):
            reason = self._get_file_reasons()[error.code]
        elif isinstance(error, UserError):
            reason = str(error)
        else:
            _logger.exception("Import %s is stopped", self.id)
            reason = self.env._("An error, which is in the log of the server.")
        state = "draft" if self.state == "checking" else "stopped"
        self._keep({"state": state, "stop_reason": reason})

    # ---- taking in ------------------------------------------------------------------------

    def _run_batches(self):
        """Take rows in, a batch per transaction. Return whether there is time left."""
        cron, position, rows = self.env["ir.cron"], 0, None
        while True:
            record = self.try_lock_for_update()
            self.invalidate_recordset()  # another worker may have been here
            if not record or self.state != "running":
                return True
            if rows is None or position > self.done_rows:
                position, rows = 0, self._open_table().rows
            position += sum(1 for _row in islice(rows, self.done_rows - position))
            batch = list(islice(rows, BATCH))
            position += len(batch)
            self._take_batch(batch, is_last=len(batch) < BATCH)
            left = cron._commit_progress(len(batch))
            if len(batch) < BATCH or not left:
                return left > 0

    def _take_batch(self, batch, is_last):
        """Take these rows in, and note how far the file is read."""
        worker = self._as_importer()
        figures = worker._take_lines(worker._parse(batch), {}, is_check=False)
        self._add_figures(figures, len(batch))
        if is_last:
            self._keep({"state": "done", "finished_at": fields.Datetime.now()})

    def _take_small(self):
        """Take a small file in at once, in the transaction of the button.

        :raises UserError: where somebody else has pressed it as well.
        """
        if not self.try_lock_for_update():
            raise BusyError(self.env._("%s is being imported right now.", self.display_name))
        self._take_batch(list(islice(self._open_table().rows, self.done_rows, None)), True)

    def _check_all_rows(self):
        """Say what would happen. Return whether there is time left.

        A check writes nothing but its figures, and remembers in memory what earlier rows would
        have made; so it goes through the whole file at once, from the top each time.
        """
        record = self.try_lock_for_update()
        if not record or self.state != "checking":
            return True
        if self.attempts >= MOST_CHECKS:
            raise UserError(self.env._("The check was interrupted again and again."))
        small, cron = self._is_small(), self.env["ir.cron"]
        self.sudo().row_ids.unlink()  # as in _begin
        self._keep({"attempts": self.attempts + 1} | self._get_zero_figures())
        rows, memory = self._open_table().rows, {}
        while True:
            batch = list(islice(rows, BATCH))
            worker = self._as_importer()
            figures = worker._take_lines(worker._parse(batch), memory, is_check=True)
            self._add_figures(figures, len(batch))
            if len(batch) < BATCH:
                self._keep({"state": "draft", "finished_at": fields.Datetime.now()})
                return small or cron._commit_progress(len(batch)) > 0
            if not small:
                cron._commit_progress(len(batch))
                if not self.try_lock_for_update() or self.state != "checking":
                    return True

    def _as_importer(self):
        """Return this import with the rights of the manager who started it, in its company.

        :raises UserError: where that person may not import any more.
        """
        user = self.create_uid if self.env.uid == SUPERUSER_ID else self.env.user
        worker = (
            self.with_user(user)
            .with_company(self.company_id)
            .with_context(allowed_company_ids=self.company_id.ids, **QUIET)
        )
        worker.check_access("write")
        return worker

    def _parse(self, batch):
        """Return the lines of a batch, see :func:`~..tools.import_values.parse_line`."""
        targets = self.column_ids.mapped("target")
        style = Style(self.day_first, self.decimal_comma, fields.Date.context_today(self))
        return [parse_line(number, cells, targets, style) for number, cells in batch]

    def _add_figures(self, figures, rows):
        """Add what a batch has come to, ``{field: number}``, to what is shown."""
        vals = {name: self[name] + number for name, number in figures.items()}
        # A check is written by its manager, a run by the scheduled action.
        self._keep(vals | {"done_rows": self.done_rows + rows})
