from contextlib import contextmanager

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ServiceAdvisorCommon


@tagged("post_install", "-at_install")
class TestInspection(ServiceAdvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.checklist = cls.env["service.checklist"].create(
            {
                "name": "Short check",
                "company_id": cls.company.id,
                "item_ids": [
                    Command.create({"section": "Outside", "name": "Lights"}),
                    Command.create(
                        {
                            "section": "Brakes",
                            "name": "Front pads",
                            "answer": "measure",
                            "unit": "mm",
                            "min_limit": 3,
                            "operation_id": cls.operation.id,
                        }
                    ),
                    Command.create({"section": "Under the car", "name": "Leaks"}),
                ],
            }
        )

    def _new_health_check(self):
        order = self._new_order()
        order.action_check_in()
        action = order.with_user(self.technician).action_health_check()
        inspection = self.env["service.inspection"].browse(action["res_id"])
        return inspection.with_user(self.technician)

    def _finish(self, inspection):
        lights, pads, leaks = inspection.line_ids
        lights.action_green()
        pads.value = 2.1
        leaks.write({"result": "yellow", "note": "Oil at the sump"})
        inspection.action_done()

    @contextmanager
    def _refused(self, words):
        # assertRaises takes back what was written, as the failed request would
        with self.assertRaises(UserError) as error:
            yield
        self.assertIn(words, str(error.exception))

    def test_from_checklist_to_jobs(self):
        """R1.3 R1.5: what the technician finds becomes proposed jobs of the advisor, once."""
        inspection = self._new_health_check()
        order = inspection.order_id
        self.assertEqual(inspection.checklist_id, self.checklist, "the company's own comes first")
        self.assertEqual(set(inspection.line_ids.mapped("result")), {"not_checked"})
        again = order.with_user(self.advisor).action_health_check()
        self.assertEqual(again["res_id"], inspection.id, "one at a time")
        with self.assertRaisesRegex(UserError, "Finish the inspection"):
            inspection.with_user(self.advisor).action_propose_jobs()
        self._finish(inspection)
        self.assertEqual(inspection.result, "red")
        self.assertEqual(inspection.inspector_id, self.employee)
        note = order.message_ids[0]
        self.assertIn("1 red, 1 yellow", note.body)
        self.assertIn(self.advisor.partner_id, note.partner_ids)
        before = order.job_ids
        before.with_user(self.advisor).operation_id = False
        inspection.with_user(self.advisor).action_propose_jobs()
        pads, leaks = inspection.line_ids.job_id
        self.assertEqual(order.job_ids - before, pads | leaks)
        self.assertEqual((pads | leaks).mapped("state"), ["proposed", "proposed"])
        self.assertEqual(pads.concern, "Front pads: Red, 2.1 mm")
        self.assertEqual(pads.operation_id, self.operation)
        self.assertEqual(leaks.concern, "Leaks: Yellow, Oil at the sump")
        inspection.with_user(self.advisor).action_propose_jobs()
        self.assertEqual(len(order.job_ids), 3, "a second click proposes nothing again")

    def test_same_work_is_proposed_once(self):
        """R1.3: work on the order already, or recommended by two items, is not asked for twice."""
        self.checklist.item_ids[2].operation_id = self.operation
        there = self._new_health_check()
        self._finish(there)
        there.with_user(self.advisor).action_propose_jobs()
        self.assertEqual(there.line_ids.job_id, there.order_id.job_ids, "the customer's own job")
        declined = self._new_health_check()
        declined.order_id.job_ids.sudo().state = "declined"
        self._finish(declined)
        declined.with_user(self.advisor).action_propose_jobs()
        job = declined.line_ids.job_id
        self.assertEqual((len(job), job.state), (1, "proposed"))
        self.assertEqual(job.concern, "Front pads: Red, 2.1 mm; Leaks: Yellow, Oil at the sump")

    def test_not_checked_is_never_a_pass(self):
        """R3.1: an item nobody answered stops the inspection and is named."""
        inspection = self._new_health_check()
        lights, pads, leaks = inspection.line_ids
        with self._refused("Lights, Front pads, Leaks"):
            inspection.action_done()
        with self._refused("can not be entered by hand"):
            inspection.write({"state": "done"})
        with self._refused("Lights"):
            inspection.sudo().write({"state": "done"})  # no way around the button
        lights.action_green()
        leaks.result = "na"
        pads.result = "green"
        with self._refused("Not checked yet: Front pads"):
            inspection.action_done()
        pads.value = 5
        with self._refused("does not apply: Leaks"):
            inspection.action_done()
        leaks.note = "Electric car"
        inspection.action_done()
        self.assertEqual((inspection.state, inspection.result), ("done", "green"))

    def test_number_decides_the_colour(self):
        """R3.1: outside its limits a number is red by itself, and 0 is a number once taken."""
        pads = self._new_health_check().line_ids[1]
        self.assertEqual((pads.is_measured, pads.limits), (False, "≥ 3 mm"))
        for value, colour in ((3, "green"), (2.99, "red"), (8, "green"), (0, "red")):
            pads.value = value
            self.assertEqual((pads.is_measured, pads.result), (True, colour))
        with self.assertRaisesRegex(ValidationError, "is outside its limits"):
            pads.result = "green"

    def test_number_zero_is_ticked(self):
        """R3.1: a measured 0 is told apart from a number nobody took."""
        pads = self._new_health_check().line_ids[1]
        pads.is_measured = True
        self.assertEqual((pads.value, pads.result), (0, "red"))

    def test_signed_is_evidence(self):
        """R3.1: a finished inspection can not be changed, reopened, added to or deleted."""
        inspection = self._new_health_check()
        self._finish(inspection)
        inspection = inspection.with_user(self.manager)
        line = inspection.line_ids[0]
        for change in (
            lambda: inspection.write({"state": "draft"}),
            lambda: line.write({"result": "red"}),
            lambda: line.unlink(),
            lambda: inspection.unlink(),
            lambda: inspection.write({"line_ids": [Command.create({"section": "x", "name": "y"})]}),
            inspection.action_done,
        ):
            with self._refused("is done and stays as it is"):
                change()
        self.checklist.item_ids[0].name = "Renamed"
        self.assertEqual(line.name, "Lights", "the snapshot stays")

    def test_only_while_the_car_is_here(self):
        """R1.3: no health check of a car that has not arrived; the next step is named."""
        with self.assertRaisesRegex(UserError, "Receptionist: take in the car"):
            self._new_order().action_health_check()

    def test_without_checklist(self):
        """R1.3: a company without a checklist is told where to make one."""
        self.env["service.checklist"].search([]).action_archive()
        order = self._new_order()
        order.action_check_in()
        with self.assertRaisesRegex(UserError, "Configuration, Checklists"):
            order.action_health_check()

    def test_roles(self):
        """R5.3: the desk reads, advisors and technicians inspect, managers keep the lists."""
        inspection = self._new_health_check()
        for user in (self.reception, self.storekeeper, self.accountant):
            inspection.with_user(user).line_ids.mapped("result")
            with self.assertRaises(AccessError):
                inspection.line_ids.with_user(user).action_green()
        with self.assertRaises(AccessError):
            inspection.with_user(self.salesperson).read(["state"])
        with self.assertRaises(AccessError):
            self.checklist.with_user(self.advisor).name = "x"
        with self.assertRaises(AccessError):
            inspection.unlink()
        inspection.with_user(self.advisor).line_ids[0].action_yellow()
        self.checklist.with_user(self.manager).name = "Renamed"
        other = self.env["res.company"].create({"name": "Other Dealer"})
        stranger = self.manager.copy({"company_id": other.id, "company_ids": [(6, 0, other.ids)]})
        for record in (inspection, inspection.line_ids, self.checklist, self.checklist.item_ids):
            self.assertFalse(record.with_user(stranger).search([("id", "in", record.ids)]))

    def test_form(self):
        """R1.3: the technician fills in the form; the number colours the item at once."""
        inspection = self._new_health_check()
        with Form(inspection) as form, form.line_ids.edit(1) as line:
            line.value = 1
            self.assertEqual((line.is_measured, line.result), (True, "red"))
        self.assertEqual(inspection.line_ids[1].result, "red")

    def test_queries_do_not_grow(self):
        """R3.1: a long checklist costs no more queries than a short one."""
        queries = []
        for count in (5, 5, 40):  # the first round fills the caches
            self.checklist.item_ids = [Command.clear()] + [
                Command.create({"section": "x", "name": f"Item {i}"}) for i in range(count)
            ]
            order = self._new_order()
            order.action_check_in()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with self.assertQueryCount(queries[-1] if queries else 40):
                order.with_user(self.technician).action_health_check()
            queries.append(self.env.cr.sql_log_count - before)
