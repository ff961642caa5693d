from odoo import Command
from odoo.addons.service_advisor.tests.common import SIGNATURE
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ServiceAdvisorQualityCommon


@tagged("at_install", "-post_install")
class TestProcessCheck(ServiceAdvisorQualityCommon):
    def _planned(self):
        job = self._critical_order().job_ids
        self._decide(job)
        return job

    def _queue(self, user=None):
        queue = self.env["service.inspection.queue"].with_user(user or self.inspector)
        self.env.flush_all()
        return queue.search([("order_id.vehicle_id", "=", self.vehicle.id)])

    def test_planned_failed_corrected_passed(self):
        """R3.1: drawn work is checked by somebody else, corrected, checked again, finished."""
        job = self._planned()
        [entry] = self._queue()
        self.assertEqual((entry.kind, entry.turn, entry.job_id), ("process", "inspector", job))
        self.assertIn("Brakes", entry.reason)
        failed = self._fail_check(job)
        self.assertEqual((failed.result, failed.attempt), ("red", 1))
        self.assertEqual(failed.inspector_id, self.inspector_employee)
        self.assertEqual((job.process_state, self._queue().turn), ("failed", "technician"))
        activity = job.activity_ids
        self.assertEqual(activity.user_id, self.technician)
        self.assertIn("Pin missing", activity.note)
        self.assertIn("Pin missing", job.message_ids[0].body)
        mine = job.with_user(self.technician)
        self.assertIn("Pin missing", mine.to_correct)
        with self._refused(job.order_id.name, "Correct it and press Corrected", "Pin missing"):
            self._finish_job(mine)
        mine.action_corrected()
        self.assertFalse(job.activity_ids)
        self.assertEqual((job.process_state, self._queue().turn), ("recheck", "inspector"))
        with self._refused("looked at before it is finished", "Inspector"):
            self._finish_job(mine)
        again = self._check(job)
        self.assertEqual(again.line_ids.mapped("name"), failed.line_ids[0].mapped("name"))
        self.assertEqual((again.failed_id, again.corrected_by_id), (failed, self.technician))
        again.line_ids.action_green()
        again.action_done()
        self.assertEqual((again.attempt, job.process_state), (2, "passed"))
        self.assertFalse(self._queue())
        self._finish_job(mine)
        self.assertEqual(self._queue().kind, "final")
        final = self._pass(job.order_id)
        self.assertEqual((final.attempt, job.state), (1, "done"), "final attempts count apart")
        self._issue_parts(job.order_id)
        job.order_id.action_ready()

    def test_an_empty_item_is_no_pass(self):
        """R3.1: nothing unchecked, no number missing, no N/A without its reason, in both kinds."""
        self.env["service.checklist.item"].create(
            {
                "checklist_id": self.env.ref("service_advisor_quality.checklist_final").id,
                "section": "x",
                "name": "Depth",
                "answer": "measure",
                "min_limit": 2,
                "unit": "mm",
            }
        )
        self.env.ref("service_advisor_quality.checklist_sop_brakes").operation_ids = (
            self.operation
        )
        job = self._planned()
        check = self._check(job)
        check.line_ids.filtered(lambda line: line.answer == "colour").action_green()
        self._test_items(check, "Disc thickness", 22)
        self._finish_job(job.with_user(self.technician))
        final = self._open_final(job.order_id)
        final.line_ids.filtered(lambda line: line.answer == "colour").action_green()
        self._test_items(final, "Depth", 2)

    def _test_items(self, inspection, name, limit):
        colour = inspection.line_ids.filtered(lambda line: line.answer == "colour")[0]
        for other in inspection.line_ids.filtered(lambda line: line.answer == "measure"):
            other.value = other.min_limit
        line = inspection.line_ids.filtered(lambda line: line.name == name)
        line.write({"value": 0, "is_measured": False, "result": "not_checked"})
        with self._refused("Not checked yet", name):
            inspection.action_done()
        line.result = "green"
        with self._refused("Not checked yet", name):
            inspection.action_done()
        line.value = limit - 1
        self.assertEqual(line.result, "red")
        with self.assertRaises(ValidationError) as error:
            line.result = "green"
        self.assertIn("outside its limits", str(error.exception))
        with self.assertRaises(AccessError):
            line.min_limit = 0
        line.value = limit
        self.assertEqual(line.result, "green")
        with self._refused("why this does not apply"):
            colour.action_na()
        colour.result = "na"
        with self._refused("why this does not apply", colour.name):
            inspection.action_done()
        self.assertEqual(colour.action_open_na()["res_id"], colour.id)
        colour.note = "Has none"
        colour.action_na()
        inspection.action_done()
        self.assertEqual((inspection.state, inspection.result), ("done", "green"))

    def test_what_to_correct_is_said(self):
        """R3.1: a red item of a check says what is wrong with it."""
        job = self._planned()
        check = self._check(job)
        self._answer_good(check)
        check.line_ids[0].result = "red"
        with self._refused("what has to be corrected", check.line_ids[0].name):
            check.action_done()

    def test_never_the_technician(self):
        """R3.1: whoever has worked on the job inspects it by no way: opening, answering, photos,
        signing, changing the job that was drawn, making or deleting a check."""
        inspectors = self.env.ref("service_advisor_quality.group_inspector")
        self.technician.group_ids = [Command.link(inspectors.id)]
        job = self._planned()
        check = self._get_checks(job).with_user(self.technician)
        with self._refused("Technician has worked on job", "Inspector"):
            check.action_inspect()
        self._check(job)
        with self._refused("has worked on job"):
            check.line_ids.action_green()
        with self._refused("has worked on job"):
            check.line_ids[0].photo_ids = [Command.create({"photo": SIGNATURE})]
        self._answer_good(check.with_user(self.inspector))
        with self._refused("has worked on job"):
            check.action_done()
        for vals in ({"job_ids": [Command.clear()]}, {"state": "done"}, {"is_mandatory": False},
                     {"independence_reason": "x"}):
            with self.assertRaises(AccessError):
                check.write(vals)
        with self.assertRaises(AccessError):
            check.create({"kind": "process", "order_id": job.order_id.id,
                          "checklist_id": check.checklist_id.id})
        with self.assertRaises(AccessError):
            check.with_user(self.manager).unlink()
        check.with_user(self.inspector).action_done()

    def test_wrong_roles(self):
        """R3.1 R5.3: neither the desk nor the workshop writes checks or decisions; both read
        what was found, and technicians do not see what was drawn."""
        job = self._planned()
        check = self._check(job)
        for user in (self.technician, self.advisor, self.reception):
            theirs = check.with_user(user)
            theirs.read(["state", "planned_reason", "turn"])
            with self.assertRaises(AccessError):
                theirs.line_ids.action_green()
            with self.assertRaises(AccessError):
                theirs.action_done()
            with self.assertRaises(AccessError):
                self.env["service.sampling"].with_user(user).search([])
            with self.assertRaises(AccessError):
                self.env["service.inspection.queue"].with_user(user).search([])
        decision = self.env["service.sampling"].search([("job_id", "=", job.id)])
        for user in (self.inspector, self.manager):
            with self.assertRaises(AccessError):
                decision.with_user(user).write({"is_drawn": False})
        with self.assertRaises(AccessError):
            job.with_user(self.technician).process_state = False
        with self.assertRaises(AccessError):
            job.with_user(self.inspector).action_corrected()
        with self._refused("Nothing is to be corrected"):
            job.with_user(self.technician).action_corrected()

    def test_a_manager_allows_own_work(self):
        """R3.1: in a shop with two people a manager, and nobody else, signs with a reason that
        stands on the inspection and its sheet."""
        inspectors = self.env.ref("service_advisor_quality.group_inspector")
        self.technician.group_ids = [Command.link(inspectors.id)]
        job = self._planned()
        check = self._get_checks(job)
        with self._refused("Nobody inspects own work", "Exceptions"):
            check.with_user(self.manager)._except("Alone")
        self.company.service_allow_own_inspection = True
        for user in (self.technician, self.inspector, self.advisor):
            with self.assertRaises(AccessError):
                check.with_user(user).action_except()
            with self.assertRaises(AccessError):
                check.with_user(user)._except("Alone")
        with self._refused("Write down why"):
            check.with_user(self.manager)._except("  ")
        action = check.with_user(self.manager).action_except()
        self.env["service.independence.wizard"].with_user(self.manager).with_context(
            **action["context"]
        ).create({"reason": "Alone today"}).action_confirm()
        mine = self._check(job, self.technician)
        self._answer_good(mine)
        mine.action_done()
        self.assertEqual(check.inspector_id, self.employee)
        self.assertEqual(check.independence_by_id, self.manager)
        self.assertIn("Alone today", self._print(check))
        # The exception was for that check, not for the final inspection.
        self._finish_job(job.with_user(self.technician))
        with self._refused("has worked on job"):
            self._open_final(job.order_id, self.technician)
        final = self._open_final(job.order_id, self.manager)
        final._except("Still alone")
        final = self._open_final(job.order_id, self.technician)
        final.line_ids.action_green()
        final.action_done()
        self.assertEqual(job.state, "done")

    def _print(self, inspection):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "service_advisor_quality.report_service_inspection", inspection.ids
        )
        return html.decode()

    def test_sheet(self):
        """R3.1: the sheet says who, when, what, with words beside colours, limits and photos."""
        self.env.ref("service_advisor_quality.checklist_sop_brakes").operation_ids = (
            self.operation
        )
        job = self._planned()
        check = self._check(job)
        self._answer_good(check)
        check.line_ids[0].write(
            {
                "result": "red",
                "note": "Not secured",
                "photo_ids": [Command.create({"photo": SIGNATURE, "note": "Front"})],
            }
        )
        check.action_done()
        sheet = self._print(check)
        for words in ("Defects:", "Not secured", "Red", "Green", "22 mm", "data:image", "Front",
                      "Inspector", "Technician", job.display_name, self.vehicle.plate):
            self.assertIn(words, sheet)
        with self.assertRaises(UserError):
            check.line_ids[0].photo_ids.note = "Other"
        self._print(self._get_checks(job))

    def test_missed(self):
        """R3.1: a check that nobody came to is kept as missed, and the final inspection says so;
        brakes are checked before the car is ready all the same."""
        order = self._new_order(jobs=2)
        brakes, other = order.job_ids
        brakes.operation_id = self.operation.copy({"code": "BRK-X", "is_safety_critical": True})
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        self.company.service_sampling_base = 100
        for job in order.job_ids.with_user(self.technician):
            job.action_start()
            job.action_pause()
        self._decide(order.job_ids)
        self.assertEqual(order.job_ids.mapped("process_state"), ["planned", "planned"])
        for job in order.job_ids.with_user(self.technician):
            self._finish_job(job)
        self.assertEqual((brakes.process_state, other.process_state), ("planned", "missed"))
        missed = self._get_checks(other, "missed")
        with self._refused("was missed"):
            missed.with_user(self.inspector).line_ids.action_green()
        final = self._pass(order)
        self.assertEqual(final.missed_count, 1)
        self.assertIn("missed: " + other.display_name, final.missed_note)
        self.assertIn("to be done before ready: " + brakes.display_name, final.missed_note)
        self._issue_parts(order)
        with self._refused("in-process check of job", "is still to be done"):
            order.action_ready()
        # Red after the work was over: it goes on.
        self._fail_check(brakes)
        self.assertEqual((brakes.state, brakes.process_state), ("in_work", "failed"))
        brakes.with_user(self.technician).action_corrected()
        again = self._check(brakes)
        again.line_ids.action_green()
        again.action_done()
        brakes.with_user(self.technician).action_finish()
        final = self._pass(order)
        self.assertEqual((final.job_ids, final.attempt), (brakes, 2))
        order.action_ready()

    def test_finished_before_anybody_drew(self):
        """R3.1: brakes finished between two runs of the action are drawn when they are finished;
        other work is not, and asks no question."""
        job = self._critical_order().job_ids
        self._finish_job(job.with_user(self.technician))
        self.assertEqual(job.process_state, "planned")
        self._pass(job.order_id)
        self._issue_parts(job.order_id)
        self.assertIn("in-process check", job.order_id.next_step)
        with self._refused("still to be done"):
            job.order_id.action_ready()
        self.operation.is_safety_critical = False
        order = self._authorised_order()
        self._work(order)
        self.assertFalse(order.job_ids.process_state)
        self.assertFalse(order.sudo().job_ids.sampling_ids)
