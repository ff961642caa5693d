from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_booking import BookingCommon


@tagged("post_install", "-at_install")
class TestKit(BookingCommon):
    """Parts, tools, bay and skill are there before the work starts."""

    def setUp(self):
        super().setUp()
        self.today = fields.Date.today()
        self.bay.resource_id.calendar_id = self.wrench.resource_id.calendar_id = False

    def _assert_missing(self, *words, job=None):
        """The job says what is missing, and does not start without it."""
        job = job or self.job
        self.env.invalidate_all()
        self.assertFalse(job.is_kit_ready)
        for word in words:
            self.assertIn(word, job.kit_missing)
        with self.assertRaises(UserError) as caught:
            job.with_user(self.technician).action_start()
        self.assertIn(words[-1], str(caught.exception))

    def _assert_ready(self, job=None):
        self.env.invalidate_all()
        job = job or self.job
        self.assertFalse(job.kit_missing)
        self.assertTrue(job.is_kit_ready)

    def _hold(self, resource, job=None):
        """Hold ``resource`` around this moment."""
        now = self._now()
        return self.env["service.booking"].create(
            (job or self.other)._prepare_booking_vals(
                resource, now - timedelta(hours=1), now + timedelta(hours=1)
            )
        )

    def test_nothing_configured(self):
        """R2.2: where operations ask for nothing but parts, nothing else holds up the work."""
        self.assertFalse(self.operation.has_needs)
        self._assert_ready()
        self.order.job_ids._find_missing()  # everything about the jobs is known by now
        with self.assertQueryCount(1):  # are parts waiting?
            self.assertFalse(self.order.job_ids._find_missing())
        self.job.with_user(self.technician).action_start()
        self.assertEqual(self.job.state, "in_work")

    def test_parts(self):
        """R2.2: parts that are not put aside hold up the start; the warehouse unblocks it."""
        rare = self._new_part("Rare sensor", 50.0)
        self.operation.part_ids = [
            Command.clear(), Command.create({"product_id": rare.id, "quantity": 1})
        ]
        order = self._authorised_order()
        job = order.job_ids
        self._assert_missing("Warehouse", "Rare sensor", job=job)
        self.assertIn("Rare sensor", order.next_step)
        self.assertNotIn("start the work", order.next_step)
        self.assertNotIn(job, job.search([("is_kit_ready", "=", True)]))
        self._put_on_shelf(rare, 1)
        order.sudo().picking_ids.action_assign()
        self._assert_ready(job)
        self.assertIn("start the work", order.next_step)
        self.assertIn(job, job.search([("is_kit_ready", "=", True)]))

    def test_tools(self):
        """R2.2: a special tool is there when one of its kind is calibrated and not held by
        somebody else."""
        self.operation.tool_kind_ids = self.env["service.tool.kind"].create({"name": "Tester"})
        self._assert_missing("Manager", "Tester")
        self.operation.tool_kind_ids = self.wrench_kind
        self._assert_ready()
        self.wrench.calibration_due = self.today - timedelta(days=2)
        self._assert_missing("Manager", "calibration", "Wrench 1")
        self.wrench.calibration_due = self.today + timedelta(days=2)
        held = self._hold(self.wrench.resource_id)
        self._assert_missing("Advisor", self.order.name, "Wrench 1")
        self._assert_ready(self.other)
        second = self.wrench.create({"name": "Wrench 2", "kind_id": self.wrench_kind.id})
        self._assert_ready()
        second.active = False
        self._assert_missing("Wrench 1")
        held.unlink()
        self.wrench.active = False
        self._assert_missing("Manager", "Torque wrench")

    def test_bay(self):
        """R2.2: a bay of the kind is free, or held for this very job."""
        self.operation.bay_kind_id = self.lift
        self._assert_ready()
        self._hold(self.bay.resource_id)
        self._assert_missing("Advisor", "Bay 1")
        self._assert_ready(self.other)
        bay = self._new_bay("Bay 2", self.lift)
        self._assert_ready()
        now = self._now()
        self._leave(0, 0, bay.resource_id, date_from=now - timedelta(hours=1),
                    date_to=now + timedelta(hours=1))
        self._assert_missing("Bay 1")

    def test_people(self):
        """R2.1 R2.2: whoever starts has the skill; without a name, somebody in the shop has."""
        skill, expert = self.skill_type.skill_ids, self.skill_type.skill_level_ids[1]
        self.operation.write({"skill_id": skill.id, "skill_level_id": expert.id})
        self._assert_missing("Manager", "Brakes (Expert)")
        self._teach(skill, 80)
        self._assert_ready()
        helper = self.env["hr.employee"].create({"name": "Helper"})
        self.job.technician_id = helper
        self.env.invalidate_all()
        self.assertIn("Helper", self.job.kit_missing)
        self.job.technician_id = self.employee
        self.job.with_user(self.technician).action_start()
        self.assertEqual(self.job.state, "in_work")

    def test_override(self):
        """R2.2: an advisor lets the work start without it, with a reason that is kept and told;
        a technician can not, and nobody types it in."""
        self.operation.tool_kind_ids = self.wrench_kind
        self.wrench.active = False
        self._assert_missing("Torque wrench")
        with self.assertRaises(AccessError):
            self.job.with_user(self.manager).kit_override_reason = "typed in"
        for user, reason in ((self.technician, "Please"), (self.advisor, " ")):
            with self.assertRaises(UserError):
                self.job.with_user(user)._allow_start(reason)
        wizard = self.env["service.start.wizard"].with_user(self.advisor)
        action = self.job.with_user(self.advisor).action_open_start_override()
        wizard = wizard.with_context(**action["context"]).create({"reason": "Borrowed one"})
        self.assertIn("Torque wrench", wizard.kit_missing)
        wizard.action_confirm()
        self.assertEqual(self.job.kit_override_by_id, self.advisor)
        self.assertTrue(self.job.kit_override_at)
        self.assertIn("Borrowed one", self.order.message_ids[0].body)
        self.assertIn("Torque wrench", self.job.kit_missing)  # still true
        self.assertFalse(self.job.is_start_blocked)
        self.other.with_user(self.advisor).action_reopen()
        self.job.with_user(self.technician).action_start()
        self.assertEqual(self.job.state, "in_work")

    def test_override_ends(self):
        """R2.2: what was allowed for one agreement does not hold for the next one."""
        self.operation.tool_kind_ids = self.wrench_kind
        self.wrench.active = False
        self.job.with_user(self.advisor)._allow_start("Borrowed one")
        self.job.with_user(self.advisor).action_reopen()
        self.assertFalse(self.job.kit_override_by_id)

    def test_high_voltage_has_no_way_round(self):
        """R2.1: without the qualification nobody starts on high voltage, whoever allows it."""
        self.job.is_high_voltage = True
        self.job.technician_id = self.employee
        self.company.service_kit_gate = "warn"
        self.job.with_user(self.manager)._allow_start("He knows how")
        self._assert_missing("Advisor", "High Voltage")
        self._teach(
            self.env.ref("service_advisor.skill_high_voltage"), 100,
            valid_to=self.today + timedelta(days=1),
        )
        self._assert_ready()

    def test_warn_only(self):
        """R2.2: a shop may choose to be told only."""
        self.operation.tool_kind_ids = self.wrench_kind
        self.wrench.active = False
        self.company.service_kit_gate = "warn"
        self.assertTrue(self.job.kit_missing)
        self.assertIn("start the work", self.order.next_step)
        self.job.with_user(self.technician).action_start()
        self.assertEqual(self.job.state, "in_work")
        # Whoever goes on is not asked again.
        self.company.service_kit_gate = "block"
        self.job.with_user(self.technician).action_pause()
        self.job.with_user(self.technician).action_start()

    def test_many_at_once(self):
        """R2.2: the kits of many jobs are looked up with as many queries as of two."""
        self.operation.write(
            {
                "skill_id": self.skill_type.skill_ids.id,
                "bay_kind_id": self.lift.id,
                "tool_kind_ids": [Command.set(self.wrench_kind.ids)],
                "is_high_voltage": True,
            }
        )
        self.wrench.active = False
        for part in self.operation.part_ids.product_id:
            self._put_on_shelf(part, 100)  # what is short is asked for once more
        rest = self.job.union(*(self._authorised_order(jobs=3).job_ids for _index in range(3)))

        def spent(jobs):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            missing = jobs.browse(jobs.ids).mapped("kit_missing")
            self.assertTrue(all("Torque wrench" in text for text in missing))
            return self.env.cr.sql_log_count - before

        spent(rest)
        self.assertEqual(spent(rest[1:3]), spent(rest))
