from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.date_utils import localized
from pytz import utc

from ..tools.spans import join
from .common import ServiceAdvisorCommon

# A Monday, 8:00 in the workshop.
MONDAY = "2026-03-02 00:00:00"
HOUR = timedelta(hours=1)


@tagged("post_install", "-at_install")
class TestSkillLoad(ServiceAdvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Monday to Friday",
                "tz": "Asia/Shanghai",
                "attendance_ids": [
                    Command.create(
                        {"name": str(day), "dayofweek": str(day), "hour_from": 8, "hour_to": 16,
                         "day_period": "full_day"}
                    )
                    for day in range(5)
                ],
            }
        )
        cls.company.resource_calendar_id = cls.calendar
        cls.kind = cls.env["hr.skill.type"].create(
            {
                "name": "Test",
                "skill_ids": [Command.create({"name": "Gearbox"})],
                "skill_level_ids": [
                    Command.create({"name": "Skilled", "level_progress": 50}),
                    Command.create({"name": "Master", "level_progress": 100}),
                ],
            }
        )
        cls.skill = cls.kind.skill_ids
        cls.skilled, cls.master = cls.kind.skill_level_ids.sorted("level_progress")
        cls.operation.write(
            {"skill_id": cls.skill.id, "skill_level_id": cls.skilled.id, "allowed_hours": 6}
        )

    def _new_technician(self, name, level=None, until=False):
        person = self.env["hr.employee"].create(
            {
                "name": name,
                "company_id": self.company.id,
                "is_service_technician": True,
                "resource_calendar_id": self.calendar.id,
                "tz": self.calendar.tz,
                "parent_id": self.employee.id,
            }
        )
        if level:
            self.env["hr.employee.skill"].create(
                {
                    "employee_id": person.id,
                    "skill_type_id": self.kind.id,
                    "skill_id": self.skill.id,
                    "skill_level_id": level.id,
                    "valid_from": "2026-01-01",
                    "valid_to": until,
                }
            )
        return person

    def _approve(self, jobs=1):
        """Return the jobs of an approved order, not booked, that is promised for today."""
        found = self._authorised_order(jobs=jobs).job_ids
        found._unbook()
        found.flush_recordset()
        self.env.cr.execute(
            "UPDATE service_job SET promised_at = %s WHERE id = ANY(%s)",
            [datetime(2026, 3, 2, 6), found.ids],
        )
        found.invalidate_recordset()
        return found

    def _open(self, days=1):
        """Return the screen of the manager for so many working days."""
        action = self.env["service.skill.load"].with_user(self.manager).action_open()
        load = self.env["service.skill.load"].with_user(self.manager).browse(action["res_id"])
        load.days = days
        load.action_refresh()
        self.env.invalidate_all()
        return load

    def _get_line(self, load):
        return load.line_ids.filtered(lambda line: line.skill_id == self.skill)

    @freeze_time(MONDAY)
    def test_gap(self):
        """R6.3: a gap is the work that waits less the hours in which those who are able are
        free; who is not able enough does not count."""
        jobs = self._approve(2)
        line = self._get_line(self._open())
        self.assertEqual((line.needed, line.waiting, line.gap), (12, 12, 12))
        self.assertIn("Nobody has it", line.gap_text)
        self._new_technician("Wang", self.master)
        self._new_technician("Chen")
        line = self._get_line(self._open())
        self.assertEqual((line.technicians, line.available, line.gap), ("Wang", 8, 4))
        self.assertIn("4.0 h too few", line.gap_text)
        line = self._get_line(self._open(days=2))
        self.assertEqual((line.available, line.gap), (16, 0))
        self.assertIn("Enough: 12.0 h wait, 16.0 h are free", line.gap_text)
        self.assertEqual(line.action_view_jobs()["domain"], [("id", "in", jobs.ids)])
        people = line.action_view_technicians()["domain"][0][2]
        self.assertEqual(self.env["hr.employee"].browse(people).name, "Wang")
        self.operation.skill_level_id = self.master
        self.assertEqual(self._get_line(self._open()).level_name, "Master")

    @freeze_time(MONDAY)
    def test_booked_work_does_not_wait(self):
        """R6.3: what is booked is taken from the hours of who is booked, and waits no more."""
        wang = self._new_technician("Wang", self.skilled)
        first, second = self._approve(2)
        first._book([(wang.resource_id, datetime(2026, 3, 2), datetime(2026, 3, 2, 6))])
        load = self._open()
        line = self._get_line(load)
        self.assertEqual((line.needed, line.waiting, line.booked), (12, 6, 6))
        self.assertEqual(line.gap, 4)
        self.assertIn("75%", load.load_table)
        self.assertEqual(second.planned_start_at, False)

    @freeze_time(MONDAY)
    def test_absence_and_expiry(self):
        """R6.3: time off and the end of a certification take hours away, and the end is told."""
        wang = self._new_technician("Wang", self.skilled, until="2026-03-03")
        self.env["resource.calendar.leaves"].create(
            {"resource_id": wang.resource_id.id, "calendar_id": self.calendar.id,
             "date_from": datetime(2026, 3, 2), "date_to": datetime(2026, 3, 2, 4)}
        )
        self._approve()
        load = self._open(days=5)
        line = self._get_line(load)
        self.assertEqual(line.available, 12)
        self.assertIn("Wang (until ", line.technicians)
        self.assertIn("Wang: 03/03/2026", line.expiring)
        self.assertEqual(load.until.isoformat(), "2026-03-06")
        self.assertEqual(self._open(days=6).until.isoformat(), "2026-03-09")

    @freeze_time(MONDAY)
    def test_overbooked_is_red(self):
        """R6.3: the load of a day is booked of the working time; red only above it."""
        wang = self._new_technician("Wang", self.skilled)
        jobs = self._approve(2)
        start = datetime(2026, 3, 2)
        jobs[0]._book([(wang.resource_id, start, start + 8 * HOUR)])
        self.assertNotIn("text-danger", self._open().load_table)
        jobs[1].with_user(self.manager)._book(
            [(wang.resource_id, start + 6 * HOUR, start + 8 * HOUR)], "Customer waits"
        )
        table = self._open().load_table
        self.assertIn("125%", table)
        self.assertIn("text-danger", table)

    @freeze_time(MONDAY)
    def test_query_count(self):
        """R6.3: the queries depend neither on the jobs nor on the technicians."""
        self._new_technician("Wang", self.skilled)
        self._authorised_order()
        planner, counts = self.env["service.planner"], []
        for more in (0, 0, 4):
            for index in range(more):
                self._new_technician(f"More {index}", self.skilled)
                self._authorised_order(jobs=2)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            planner._read_load(self.company, 10)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_roles(self):
        """R6.3: what people are able to do and when is for managers, of their companies."""
        for user in (self.technician, self.advisor, self.storekeeper):
            with self.assertRaises(AccessError):
                self.env["service.skill.load"].with_user(user).action_open()
        company = self.env["res.company"].create({"name": "Other Garage"})
        load = self.env["service.skill.load"].with_user(self.manager).create({})
        load.company_id = company
        with self.assertRaises(AccessError):
            load.action_refresh()
        load.write({"company_id": self.company.id, "days": 0})
        with self.assertRaises(UserError):
            load.action_refresh()

    @freeze_time(MONDAY)
    def test_training(self):
        """R6.3: a manager plans a training: whoever leads the technician is to arrange it."""
        self.employee.user_id = self.advisor
        wang = self._new_technician("Wang")
        self._approve()
        action = self._get_line(self._open()).action_plan_training()
        Wizard = self.env["service.training.wizard"].with_context(**action["context"])
        wizard = Wizard.with_user(self.manager).create({"technician_id": wang.id})
        self.assertEqual(wizard.responsible_id, self.advisor)
        wizard.action_confirm()
        activity = self.env["mail.activity"].search(
            [("summary", "=", "Training of Wang: Gearbox (Skilled)")]
        )
        self.assertEqual(activity.user_id, self.advisor)
        with self.assertRaises(AccessError):
            Wizard.with_user(self.advisor).create({"technician_id": wang.id})

    @freeze_time(MONDAY)
    def test_shared_hours(self):
        """R2.1: who works by the same hours in the same time zone is looked up once, and everybody
        gets the hours that Odoo gives them; nobody else's time zone."""
        wang, chen = self._new_technician("Wang"), self._new_technician("Chen")
        far = self._new_technician("Far")
        far.tz = "America/New_York"
        short = self._new_technician("Short")
        short.resource_calendar_id = self.calendar.copy({"attendance_ids": [
            Command.clear(),
            Command.create({"name": "Mo", "dayofweek": "0", "hour_from": 9, "hour_to": 11,
                            "day_period": "morning"}),
        ]})
        free = self._new_technician("Free")
        free.resource_calendar_id = False
        people = wang | chen | far | short | free
        start, stop = datetime(2026, 3, 2), datetime(2026, 3, 30)  # over the summer time
        spans = people.resource_id._get_open_spans(start, stop)
        self.assertIs(spans[wang.resource_id], spans[chen.resource_id])
        self.assertEqual(spans[free.resource_id], [(start, stop)])
        for person in people - free:
            resource = person.resource_id
            work, _calendars = resource._get_valid_work_intervals(
                localized(start), localized(stop), compute_leaves=False
            )
            self.assertEqual(
                spans[resource],
                join(
                    tuple(edge.astimezone(utc).replace(tzinfo=None) for edge in interval[:2])
                    for interval in work[resource.id]
                ),
                person.name,
            )
            self.assertTrue(spans[resource])
