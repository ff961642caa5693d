from odoo.addons.service_advisor.tests.test_tours import ToursCommon
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ServiceAdvisorQualityCommon


class QualityToursCommon(ToursCommon, ServiceAdvisorQualityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Two items are enough to click.
        items = cls.env.ref("service_advisor_quality.checklist_final").item_ids
        items[2:].unlink()
        items[0].name, items[1].name = "First item", "Second item"

    def _assert_passed(self, order):
        final = order.inspection_ids
        self.assertEqual((final.kind, final.state, final.result), ("final", "done", "green"))
        self.assertEqual(final.inspector_id, self.inspector_employee)
        self.assertEqual(final.line_ids.mapped("result"), ["green", "green"])
        self.assertEqual(order.job_ids.state, "done")


@tagged("post_install", "-at_install")
class TestFlowTour(QualityToursCommon):
    def test_life_of_an_order(self):
        """R1.1 R1.2 R1.4 R1.6 R2.2 R2.3 R2.6 R3.1: from reception to closed, by clicking."""
        order = self._click_until_checked()
        self.assertEqual(order.job_ids.state, "qc")
        with mute_logger("odoo.http"):  # the tour presses Finish too early on purpose
            self._tour("service_advisor_quality_inspection", self.inspector)
        self._assert_passed(order)
        self._click_until_closed(order)


@tagged("post_install", "-at_install")
class TestPhoneTours(QualityToursCommon):
    browser_size = "375x667"
    touch_enabled = True

    def test_inspector_on_a_phone(self):
        """R3.1: the final inspection with a thumb."""
        order = self._finished_order()
        self._tour(
            "service_advisor_quality_inspection_phone",
            self.inspector,
            "/odoo/action-service_advisor_quality.service_inspection_queue_action",
        )
        self._assert_passed(order)


@tagged("post_install", "-at_install")
class TestTabletTour(QualityToursCommon):
    browser_size = "820x1180"
    touch_enabled = True

    def test_fail_and_pass(self):
        """R3.1 R3.3: on a tablet the inspector fails a check of work under way and passes it when
        it is corrected; the final inspection fails, the work is redone, and passes."""
        items = self.env.ref("service_advisor_quality.checklist_process").item_ids
        items[2:].unlink()
        items[0].name = "First step"
        items[1].write(
            {"name": "Second step", "answer": "measure", "min_limit": 5, "unit": "mm"}
        )
        order = self._critical_order()
        job = order.job_ids
        self._decide(job)
        queue = "/odoo/action-service_advisor_quality.service_inspection_queue_action"
        self._tour("service_advisor_quality_check_fails", self.inspector, queue)
        self.assertEqual(job.process_state, "failed")
        failed = order.inspection_ids.filtered("done_at")
        self.assertEqual(failed.line_ids.mapped("result"), ["red", "red"])
        self.assertEqual(failed.line_ids[1].value, 4)
        self.assertEqual(failed.line_ids[0].note, "Loose")
        technician = job.with_user(self.technician)
        technician.action_corrected()
        self._tour("service_advisor_quality_check_passes", self.inspector, queue)
        self.assertEqual(job.process_state, "passed")
        self._finish_job(technician)
        self._tour("service_advisor_quality_final_fails", self.inspector, queue)
        self.assertEqual((job.state, order.state), ("in_work", "in_work"))
        technician.action_finish()
        self._tour("service_advisor_quality_final_passes", self.inspector, queue)
        self.assertEqual(job.state, "done")
        finals = order.inspection_ids.filtered(lambda found: found.kind == "final")
        self.assertEqual(finals.sorted("id").mapped("attempt"), [1, 2])
        self.assertEqual(finals.sorted("id").mapped("result"), ["red", "green"])


@tagged("post_install", "-at_install")
class TestImprovementTour(QualityToursCommon):
    def test_failed_inspection_to_closed_improvement(self):
        """R3.2: why it failed, what is done about it, and on a later day whether it worked."""
        final = self._fail(self._finished_order())
        self._tour(
            "service_advisor_quality_improve",
            self.manager,
            f"/odoo/action-service_advisor_quality.service_inspection_action_final/{final.id}",
        )
        improvement = self.env["service.improvement"].search([("inspection_id", "=", final.id)])
        self.assertEqual(improvement.root_cause, "No grease in the kit")
        self.assertEqual(improvement.action_ids.answer, "Every kit has a tube now")
        # Its day has come.
        self.env.cr.execute(
            "UPDATE service_improvement SET check_date = CURRENT_DATE WHERE id = %s",
            [improvement.id],
        )
        self.env.invalidate_all()
        self._tour(
            "service_advisor_quality_verify",
            self.manager,
            "/odoo/action-service_advisor_quality.service_improvement_action_window/"
            f"{improvement.id}",
        )
        self.assertEqual((improvement.state, improvement.check_evidence),
                         ("closed", "8 of 8 passed"))
