import logging

from odoo import api, models

_logger = logging.getLogger(__name__)

# So many records are taken before the work done so far is committed.
BATCH = 50


class ServiceQueueMixin(models.AbstractModel):
    """Records that scheduled actions work through.

    Open, due rows only, locked and committed one by one: two workers share the work, and one
    that is killed loses nothing.
    """

    _name = "service.queue.mixin"
    _description = "Worked Through by Scheduled Actions"

    def _work_off(self, domain, step):
        """Call ``step`` on each record of ``domain``, one commit each; ``step`` takes it out of
        ``domain``."""
        cron = self.env["ir.cron"]
        due = self.search(domain, limit=BATCH, order="id")
        cron._commit_progress(remaining=self.search_count(domain))
        for record in due:
            record = record.try_lock_for_update().filtered_domain(domain)
            if record:
                self._try_step(record, step)
            if not cron._commit_progress(len(record)):
                break

    def _attach_document(self, report, records, name):
        """Print ``report`` of ``records`` and return the PDF, attached to this evidence, which
        nobody may write: so nobody may delete it either.

        :param report: XML id of the ir.actions.report.
        :param name: of the file.
        """
        printer = self.env["ir.actions.report"].with_company(self.company_id)
        pdf, _kind = printer._render_qweb_pdf(report, records.ids)
        return self.env["ir.attachment"].create(
            {
                "name": f"{name}.pdf",
                "raw": pdf,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    @api.model
    def _trigger_filing(self, cron):
        """Let the scheduled action ``cron``, the name of its XML id, run soon."""
        # By its id, which is in memory.
        xmlid = f"service_advisor.{cron}"
        filing = self.env["ir.model.data"]._xmlid_to_res_id(xmlid, raise_if_not_found=True)
        self.env["ir.cron"].browse(filing)._trigger()

    @api.model
    def _try_step(self, record, step):
        """Call ``step``; a record that it fails on keeps no other one waiting."""
        try:
            with self.env.cr.savepoint():
                step(record)
        except Exception:
            _logger.exception("%s is left for the next run", record)
