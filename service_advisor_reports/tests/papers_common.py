import io
from unittest.mock import patch

import openpyxl

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
