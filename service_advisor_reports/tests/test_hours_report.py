from datetime import datetime

from odoo import Command
from odoo.tests import tagged

from .analysis_common import DAY, HOUR, MONDAY, AnalysisCommon


@tagged("post_install", "-at_install")
class TestHoursReport(AnalysisCommon):
    """Hours: clocked, sold, allowed and attended, and the rates made of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "8 to 12 and 13 to 17",
                "tz": "Europe/Berlin",
                "attendance_ids": [Command.clear()] + [
                    Command.create(
                        {"name": "Work", "dayofweek": str(day), "hour_from": start,
                         "hour_to": start + 4,
                         "day_period": "morning" if start == 8 else "afternoon"}
                    )
                    for day in range(5)
                    for start in (8, 13)
                ],
            }
        )
        cls.employee.write(
            {"resource_calendar_id": cls.calendar.id, "tz": "Europe/Berlin",
             "is_service_technician": True}
        )

    def _of(self, start, stop, *specs, groupby=()):
        return self._sum(
            "service.hours.report",
            [("employee_id", "=", self.employee.id), ("date", ">=", start), ("date", "<", stop)],
            *specs, groupby=groupby,
        )

    def test_rates(self):
        """R5.2: sold hours count when the job is finished, on its technician's account, against
        all hours spent on it; clocked hours count when they were clocked."""
        job = self._authorised_order().job_ids
        helper = self.env["hr.employee"].create({"name": "Helper"})
        job.sudo().technician_id = self.employee
        self._clock(job, 1.0, MONDAY - 7 * DAY)
        self._clock(job, 1.0, MONDAY)
        self._clock(job, 2.0, MONDAY, helper)
        week = MONDAY, MONDAY + 5 * DAY
        specs = (
            "clocked_hours:sum", "allowed_hours:sum", "sold_hours:sum", "spent_hours:sum",
            "labour_amount:sum", "efficiency:avg", "labour_rate:avg",
        )
        self.assertEqual(
            self._of(*week, *specs), [(1.0, 0.0, 0.0, 0.0, 0.0, False, False)], "not finished"
        )
        self._finish(job, MONDAY + HOUR)
        self.assertEqual(
            self._of(*week, *specs), [(1.0, 1.5, 1.5, 4.0, 150.0, 0.375, 100.0)]
        )
        running = self.env["service.clocking"].create(
            {"job_id": job.id, "employee_id": self.employee.id, "start_at": MONDAY + 2 * HOUR}
        )
        self.assertEqual(self._of(*week, "clocked_hours:sum"), [(1.0,)], "runs until stopped")
        running.unlink()
        self.assertEqual(
            job._get_sold_hours(), self._of(*week, "sold_hours:sum")[0][0], "as on the papers"
        )

    def test_attended(self):
        """R5.2: working hours by the calendar, without time off, which counts once; nothing
        before the first clocking, and no data for a productivity without attendance."""
        job = self._authorised_order().job_ids
        self._clock(job, 4.0, MONDAY + DAY)
        specs = "attended_hours:sum", "productivity:avg"
        monday, tuesday = datetime(2026, 3, 2), datetime(2026, 3, 3)
        self.assertEqual(self._of(monday, tuesday, *specs), [(False, False)])
        self.assertEqual(self._of(tuesday, tuesday + DAY, *specs), [(8.0, 0.5)])
        self.assertEqual(self._of(tuesday, tuesday + 7 * DAY, *specs), [(40.0, 0.1)], "Sa, Su")
        # 9 to 11 in Berlin is 8 to 10 of UTC in winter; the second overlaps the first.
        for start, stop in ((8, 10), (9, 11)):
            self.env["resource.calendar.leaves"].create(
                {
                    "name": "Away",
                    "calendar_id": self.calendar.id,
                    "resource_id": self.employee.resource_id.id if start == 8 else False,
                    "date_from": datetime(2026, 3, 3, start),
                    "date_to": datetime(2026, 3, 3, stop),
                    "time_type": "leave",
                }
            )
        self.assertEqual(self._of(tuesday, tuesday + DAY, *specs), [(5.0, 0.8)])
        spans = self.employee.resource_id._get_work_spans(tuesday, tuesday + DAY)
        hours = sum((stop - start) / HOUR for start, stop in spans[self.employee.resource_id])
        self.assertAlmostEqual(hours, 5.0, msg="as the planner says")

    def test_attended_summer(self):
        """R5.2: a day keeps its hours when the clocks change; weeks in turn have their own."""
        job = self._authorised_order().job_ids
        self._clock(job, 1.0, datetime(2026, 3, 27, 8))
        start, stop = datetime(2026, 3, 27), datetime(2026, 4, 3)
        [(hours,)] = self._of(start, stop, "attended_hours:sum")
        spans = self.employee.resource_id._get_work_spans(start, stop)
        total = sum((end - begin) / HOUR for begin, end in spans[self.employee.resource_id])
        self.assertEqual((hours, total), (40.0, 40.0))

    def test_rows(self):
        """K6: each row opens what it is about, and its id is its own."""
        job = self._authorised_order().job_ids
        job.sudo().technician_id = self.employee
        self._clock(job, 1.0)
        self._finish(job, MONDAY + HOUR)
        rows = self._model("service.hours.report").search(
            [("employee_id", "=", self.employee.id), ("date", "<", MONDAY + DAY)]
        )
        kinds = sorted(rows.mapped("kind"))
        self.assertEqual(kinds, ["attended", "attended", "clocked", "finished", "sold", "spent"])
        self.assertEqual(len(set(rows.ids)), 6)
        for row in rows:
            action = row.action_open_record()
            about = self.employee if row.kind == "attended" else job
            self.assertEqual((action["res_model"], action["res_id"]), (about._name, about.id))

    def test_who_left(self):
        """R5.2: who is a technician no more attended until the last clocking."""
        job = self._authorised_order().job_ids
        self._clock(job, 1.0, MONDAY)
        self._clock(job, 1.0, MONDAY + DAY)
        self.employee.is_service_technician = False
        self.assertEqual(
            self._of(datetime(2026, 3, 2), datetime(2026, 3, 9), "attended_hours:sum"), [(16.0,)]
        )
