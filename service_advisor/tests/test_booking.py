from datetime import datetime

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import ExclusionViolation

from .common import ServiceAdvisorCommon


@tagged("post_install", "-at_install")
class TestBooking(ServiceAdvisorCommon):
    """Resources held for jobs: technicians, bays and tools."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lift = cls.env.ref("service_advisor.bay_kind_lift")
        cls.bay = cls.env["service.bay"].create(
            {"name": "Bay 1", "kind_ids": [Command.set(cls.lift.ids)]}
        )

    def setUp(self):
        super().setUp()
        self.order = self._authorised_order(jobs=2)
        self.job, self.other = self.order.job_ids

    def _at(self, hour, minute=0, day=7):
        return datetime(2030, 1, day, hour, minute)  # a Monday

    def test_database_refuses_double_booking(self):
        """R2.1: no overbooking: the database itself refuses it, whoever writes to it."""
        sql = """INSERT INTO service_booking (job_id, resource_id, start_at, stop_at)
                 VALUES (%s, %s, %s, %s)"""
        first = (self.job.id, self.bay.resource_id.id, self._at(9), self._at(11))
        second = (self.other.id, self.bay.resource_id.id, self._at(10), self._at(12))
        after = (self.other.id, self.bay.resource_id.id, self._at(11), self._at(12))
        self.env.cr.execute(sql, first)
        self.env.cr.execute(sql, after)  # one ends as the other begins
        with self.assertRaises(ExclusionViolation), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                self.env.cr.execute(sql, second)

    def test_book_replaces(self):
        """R2.1: booking a job again replaces what was booked; the plan of the job follows."""
        resource = self.bay.resource_id
        self.job._book([(resource, self._at(9), self._at(11))])
        self.assertEqual(self.job.booking_ids.kind, "bay")
        self.job._book(
            [(resource, self._at(10), self._at(12)), (resource, self._at(13), self._at(14))]
        )
        self.assertEqual(len(self.job.booking_ids), 2)
        self.assertEqual(self.job.planned_start_at, self._at(10))
        self.assertEqual(self.job.planned_stop_at, self._at(14))
        self.job._unbook()
        self.assertFalse(self.job.booking_ids)
        self.assertFalse(self.job.planned_start_at)
