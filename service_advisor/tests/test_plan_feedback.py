from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ServiceAdvisorCommon


@tagged("post_install", "-at_install")
class TestPlanFeedback(ServiceAdvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.env["hr.employee"].create(
            {"name": "Boss", "user_id": cls.manager.id, "company_id": cls.company.id}
        )
        cls.employee.parent_id = cls.boss

    def _tell(self, job=None, user=None, **vals):
        vals = {"kind": "hours", "description": "Bolts rusted in", "suggested_hours": 2.5} | vals
        job = job or self._authorised_order().job_ids
        return (
            self.env["service.plan.feedback"]
            .with_user(user or self.technician)
            .create(dict(vals, job_id=job.id))
        )

    def test_advisor_and_manager_are_told(self):
        """R6.3: what a technician says of a plan is an activity of the advisor and the manager,
        with the hours as they were planned."""
        feedback = self._tell()
        told = feedback.sudo().activity_ids
        self.assertEqual(told.user_id, self.advisor | self.manager)
        self.assertIn("Bolts rusted in", told[0].note)
        self.assertEqual((feedback.planned_hours, feedback.hours_gap), (1.5, 1.0))
        self.assertEqual(feedback.operation_id, self.operation)
        self.assertEqual(feedback.reported_by_id, self.technician)
        action = feedback.job_id.with_user(self.technician).action_plan_feedback()
        self.assertEqual(action["context"], {"default_job_id": feedback.job_id.id})

    def test_words_are_needed(self):
        """R6.3: who says that a plan does not work says why, and how long it takes."""
        with self.assertRaisesRegex(UserError, "few words"):
            self._tell(description="  ")
        with self.assertRaisesRegex(UserError, "how many hours"):
            self._tell(suggested_hours=0)
        self._tell(kind="safety", suggested_hours=0)
        order = self._new_order()
        order.action_cancel()
        with self.assertRaisesRegex(UserError, "no plan"):
            self._tell(order.job_ids)

    def test_hours_of_the_job(self):
        """R6.3: a manager gives the job the hours in one click; both are kept, the catalogue and
        what the customer agreed to stay."""
        job = self._authorised_order().job_ids
        total = job.amount_total
        feedback = self._tell(job)
        mine = feedback.with_user(self.manager)
        mine.agreed_hours = 2.0
        mine.action_change_job_hours()
        self.assertEqual((feedback.old_hours, feedback.new_hours), (1.5, 2.0))
        self.assertEqual((job.allowed_hours, self.operation.allowed_hours), (2.0, 1.5))
        self.assertEqual((job.state, job.amount_total), ("approved", total))
        self.assertEqual((feedback.state, feedback.outcome), ("done", "job_hours"))
        self.assertEqual(feedback.answered_by_id, self.manager)
        self.assertFalse(feedback.sudo().activity_ids)
        # The technician reads it on the job.
        seen = job.with_user(self.technician)
        self.assertEqual(seen.feedback_ids.outcome, "job_hours")
        self.assertIn("1.5 h before, 2 h now", seen.message_ids[0].body)

    def test_hours_of_the_catalogue(self):
        """R6.3: a manager changes the hours of the catalogue in one click, both are kept, and
        the job keeps its own."""
        feedback = self._tell()
        feedback.with_user(self.manager).action_change_catalogue_hours()
        self.assertEqual((feedback.old_hours, feedback.new_hours), (1.5, 2.5))
        self.assertEqual(self.operation.allowed_hours, 2.5)
        self.assertEqual((feedback.planned_hours, feedback.job_id.allowed_hours), (1.5, 1.5))
        free = self._tell(self._new_order(operation_id=False).job_ids)
        with self.assertRaisesRegex(UserError, "no operation"):
            free.with_user(self.manager).action_change_catalogue_hours()

    def test_finished_job_keeps_its_hours(self):
        """R6.3: the hours of finished work are history."""
        order = self._authorised_order()
        feedback = self._tell(order.job_ids)
        self._work(order)
        with self.assertRaisesRegex(UserError, "history"):
            feedback.with_user(self.manager).action_change_job_hours()
        self.assertEqual(feedback.state, "open")

    def test_plan_changed_or_rejected(self):
        """R6.3: an advisor answers with words; without them, or twice, it is refused."""
        feedback = self._tell(kind="equipment")
        mine = feedback.with_user(self.advisor)
        with self.assertRaisesRegex(UserError, "Write why"):
            mine.action_reject()
        with self.assertRaisesRegex(UserError, "Write what was changed"):
            mine.action_plan_changed()
        mine.answer = "Bay 3 is booked now"
        mine.action_plan_changed()
        self.assertEqual((feedback.state, feedback.outcome), ("done", "plan"))
        for step in (mine.action_reject, mine.action_plan_changed):
            with self.assertRaisesRegex(UserError, "has answered"):
                step()
        with self.assertRaisesRegex(UserError, "has answered"):
            mine.answer = "Something else"
        other = self._tell(kind="part").with_user(self.advisor)
        other.answer = "It is the right one"
        other.action_reject()
        self.assertEqual((other.state, other.outcome), ("rejected", "rejected"))

    def test_roles(self):
        """R6.3: advisors change no hours, technicians answer nothing and change nothing that was
        said, and nobody types in what the steps keep."""
        feedback = self._tell()
        with self.assertRaisesRegex(UserError, "Only the service manager"):
            feedback.with_user(self.advisor).action_change_job_hours()
        with self.assertRaisesRegex(UserError, "Only the service manager"):
            feedback.with_user(self.advisor).action_change_catalogue_hours()
        with self.assertRaises(AccessError):
            feedback.with_user(self.technician).action_reject()
        for user, vals in (
            (self.technician, {"answer": "Yes"}),
            (self.storekeeper, {"answer": "Yes"}),
            (self.manager, {"state": "done"}),
            (self.manager, {"suggested_hours": 9.0}),
            (self.manager, {"job_id": feedback.job_id.id}),
        ):
            with self.assertRaises(AccessError, msg=str(vals)):
                feedback.with_user(user).write(vals)
        with self.assertRaises(AccessError):
            self._tell(reported_by_id=self.advisor.id)
        with self.assertRaises(AccessError):
            self._tell(user=self.salesperson)

    def test_other_company(self):
        """R6.3: feedback of another company is neither read nor answered."""
        feedback = self._tell()
        company = self.env["res.company"].create({"name": "Other Garage"})
        self.manager.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        with self.assertRaises(AccessError):
            feedback.with_user(self.manager).action_change_job_hours()

    def test_pivot(self):
        """R6.3: managers see by operation and kind how many hours the catalogue is short."""
        self._tell()
        self._tell(kind="part", suggested_hours=0)
        rows = self.env["service.plan.feedback"].with_user(self.manager)._read_group(
            [("operation_id", "=", self.operation.id)], ["kind"], ["hours_gap:sum", "__count"]
        )
        self.assertEqual(sorted(rows), [("hours", 1.0, 1), ("part", 0.0, 1)])
