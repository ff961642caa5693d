from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import ServiceAdvisorQualityCommon


@tagged("post_install", "-at_install")
class TestFinalInspection(ServiceAdvisorQualityCommon):
    def _queue(self, user=None):
        queue = self.env["service.inspection.queue"].with_user(user or self.inspector)
        return queue.search([("kind", "=", "final")]).order_id

    def test_life_of_an_order(self):
        """R3.1 R3.3: the car is ready only after somebody else has inspected the work."""
        order = self._finished_order()
        job = order.job_ids
        self.assertEqual((job.state, order.state), ("qc", "quality_check"))
        self.assertIn("Inspector", order.next_step)
        self.assertIn(order, self._queue())
        with self._refused(order.name, job.display_name, "It is done by: Inspector"):
            order.action_ready()
        final = self._pass(order)
        self.assertEqual(final.inspector_id, self.inspector_employee)
        self.assertEqual((final.job_ids, final.attempt, final.result), (job, 1, "green"))
        self.assertEqual((job.state, order.state), ("done", "quality_check"))
        self.assertNotIn(order, self._queue())
        order.action_ready()
        self._invoice(order)
        self._hand_over(order)
        self.assertEqual(order.state, "delivered")

    def test_never_the_technician(self):
        """R3.1: who is planned on a job or has clocked on it can not inspect it, by no way."""
        group = self.env.ref("service_advisor_quality.group_inspector")
        self.technician.group_ids = [Command.link(group.id)]
        order = self._finished_order(jobs=2)
        with self._refused("Technician has worked on job", "Inspector"):
            self._open_final(order, self.technician)
        # Planned is somebody else by now, but the clock remembers.
        order.job_ids.sudo().technician_id = self.inspector_employee
        for user in (self.technician, self.inspector):
            with self._refused("has worked on job"):
                self._open_final(order, user)
        order.job_ids[0].sudo().technician_id = self.employee
        order.job_ids[1].sudo().technician_id = False
        final = self._open_final(order)
        final.line_ids.action_green()
        with self._refused("Technician has worked on job"):
            final.with_user(self.technician).action_done()
        with self._refused("is no employee"):
            final.with_user(self.manager).action_done()
        final.action_done()

    def test_failed_work_goes_back(self):
        """R3.3: the technician is told what to redo; the first result stays, the second counts."""
        order = self._finished_order()
        job = order.job_ids
        first = self._fail(order)
        self.assertEqual((first.result, job.state, order.state), ("red", "in_work", "in_work"))
        self.assertFalse(job.finished_at)
        activity = job.activity_ids
        self.assertEqual(activity.user_id, self.technician)
        self.assertIn("Squeals still", activity.note)
        self.assertIn("Failed final inspection 1 by Inspector", job.message_ids[0].body)
        with self._refused("Finish it"):
            order.action_ready()
        job.with_user(self.technician).action_start()
        job.with_user(self.technician).action_finish()
        self.assertFalse(job.activity_ids, "redone")
        second = self._open_final(order)
        second.attempt = 7  # counted again when it is signed
        self.assertEqual(self._pass(order), second)
        self.assertEqual((second.attempt, second.result, job.state), (2, "green", "done"))
        self.assertEqual((first.attempt, first.result), (1, "red"))
        order.action_ready()

    def test_only_the_bad_job_goes_back(self):
        """R3.3: a red item that names a job leaves the good work of others alone."""
        order = self._finished_order(jobs=2)
        good, bad = order.job_ids
        final = self._fail(order, job=bad)
        self.assertEqual((good.state, bad.state), ("done", "in_work"))
        self.assertFalse(good.activity_ids)
        with self.assertRaisesRegex(ValidationError, "is not among those"):
            other = self._finished_order()
            self._open_final(other).line_ids[0].failed_job_id = bad
        bad.with_user(self.technician).action_start()
        self._finish_job(bad.with_user(self.technician))
        second = self._pass(order)
        self.assertEqual((final.job_ids, second.job_ids), (good | bad, bad))
        self.assertEqual(second.attempt, 2)

    def test_supplement_is_inspected_as_well(self):
        """R3.1: work added after a passed inspection has its own first inspection."""
        order = self._finished_order()
        self._pass(order)
        order.job_ids = [Command.create({"concern": "Wiper", "operation_id": self.operation.id})]
        order.action_quote()
        order.action_approve()
        self._work(order)
        self._issue_parts(order)
        self.assertIn(order, self._queue())
        final = self._pass(order)
        self.assertEqual((final.attempt, final.job_ids), (1, order.job_ids[1]))
        self.assertEqual(set(order.job_ids.mapped("state")), {"done"})

    def test_jobs_changed_meanwhile(self):
        """R3.1: an inspection begun before more work was finished is opened anew."""
        order = self._finished_order()
        final = self._open_final(order)
        final.line_ids.action_green()
        order.job_ids = [Command.create({"concern": "Wiper", "operation_id": self.operation.id})]
        order.action_quote()
        order.action_approve()
        self._work(order)
        with self._refused("no longer those of this inspection"):
            final.action_done()
        self.assertEqual(self._open_final(order), final)
        self.assertEqual(final.job_ids, order.job_ids)
        final.action_done()

    def test_nothing_authorised(self):
        """R3.1: where the customer declined everything there is no work to inspect."""
        order = self._new_order()
        order.action_check_in()
        order.action_quote()
        order._record_answer({"declined": order.job_ids}, {"authorised_via": "counter"})
        self.assertEqual(order.state, "quality_check")
        self.assertNotIn(order, self._queue())
        with self._refused("No finished job"):
            self._open_final(order)
        order.action_ready()
        self.assertEqual(order.state, "ready")

    def test_evidence_decides(self):
        """R3.1 R5.3: no role can write its way past the inspection."""
        order = self._finished_order()
        for user in (self.technician, self.manager):
            with self._refused("has not passed its final inspection"):
                order.job_ids.with_user(user).sudo().state = "done"  # not even the system
        final = self._open_final(order)
        for user in (self.technician, self.advisor):
            final.with_user(user).line_ids.mapped("result")
            with self.assertRaises(AccessError):
                final.line_ids.with_user(user).action_green()
            with self.assertRaises(AccessError):
                final.with_user(user).write({"attempt": 3})
            with self.assertRaises(AccessError):
                final.with_user(user).create(
                    {
                        "kind": "final",
                        "order_id": self._new_order().id,
                        "checklist_id": final.checklist_id.id,
                    }
                )
        with self._refused("Not checked yet"):
            final.action_done()
        with self.assertRaises(AccessError):
            order.job_ids.with_user(self.inspector).write({"concern": "x"})
        # The desk's own inspections are untouched by that.
        early = self._new_order(user=self.advisor)
        early.odometer_in = 50001
        early.action_check_in()
        early.with_user(self.technician).action_health_check()
        early.inspection_ids.line_ids[0].with_user(self.advisor).action_green()

    def test_companies_are_apart(self):
        """R5.3: inspectors see the queue and the inspections of their company only."""
        final = self._open_final(self._finished_order())
        other = self.env["res.company"].create({"name": "Other Dealer"})
        stranger = self.inspector.copy(
            {"company_id": other.id, "company_ids": [Command.set(other.ids)]}
        )
        self.assertNotIn(final.order_id, self._queue(stranger))
        with self.assertRaises(AccessError):
            final.with_user(stranger).read(["state"])

    def test_queries_do_not_grow(self):
        """R3.1: opening and passing a final inspection costs the same with many items."""
        checklist = self.env["service.checklist"].create(
            {"name": "Ours", "kind": "final", "company_id": self.company.id}
        )
        queries = []
        for count in (5, 5, 40):  # the first round fills the caches
            checklist.item_ids = [Command.clear()] + [
                Command.create({"section": "x", "name": f"Item {i}"}) for i in range(count)
            ]
            order = self._finished_order()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with self.assertQueryCount(queries[-1] if queries else 150):
                self._pass(order)
            queries.append(self.env.cr.sql_log_count - before)
