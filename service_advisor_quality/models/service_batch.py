import logging
import sys

from odoo import api, models
from psycopg2 import OperationalError, errors

_logger = logging.getLogger(__name__)

# So many records are done before the work is committed.
BATCH = 50


class ServiceBatch(models.AbstractModel):
    """Scheduled actions that work on many records at once.

    Each batch is locked and committed by itself: two workers share the work, and what one that is
    killed had not committed is done by the next run.
    """

    _name = "service.batch"
    _description = "Work in Batches"

    @api.model
    def _run(self, records, domain, step):
        """Call ``step(batch)`` on ``records``, so many at once.

        :param domain: what ``records`` were found by. A record that no longer fits when its turn
            comes is left out: ``step`` takes a record out of it.
        """
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(records))
        for start in range(0, len(records), BATCH):
            # What is known of these records is from before they were somebody's to change.
            self.env.invalidate_all()
            batch = records.browse(records.ids[start : start + BATCH])
            self._step_safely(batch, domain, step)
            if not cron._commit_progress(len(batch)):
                break

    @api.model
    def _step_safely(self, batch, domain, step):
        """Call ``step``; a record that it fails on keeps no other one waiting."""
        try:
            with self.env.cr.savepoint():
                free = batch.try_lock_for_update(allow_referencing=True)
                free = free.filtered_domain(domain)
                if free:
                    step(free)
                    self.env.flush_all()
        except OperationalError:
            _logger.info("Somebody else changes one of %s records; the next run looks", len(batch))
        except Exception:
            self.env.invalidate_all(flush=False)
            if len(batch) == 1:
                self._log_failure(batch)
                return
            half = len(batch) // 2
            self._step_safely(batch[:half], domain, step)
            self._step_safely(batch[half:], domain, step)

    @api.model
    def _log_failure(self, record):
        """Log why ``record`` is left out; that another worker was faster is no failure."""
        if isinstance(sys.exc_info()[1], errors.UniqueViolation):
            _logger.info("Somebody else has just done %s", record)
        else:
            _logger.exception("%s is left out", record)
