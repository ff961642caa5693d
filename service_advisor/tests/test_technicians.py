from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .test_board import BoardCommon


@tagged("post_install", "-at_install")
class TestTechnicians(BoardCommon):
    """Who takes part in the planning: the service manager says so without rights of HR."""

    def _public(self, employee, user=None):
        return self.env["hr.employee.public"].with_user(user or self.manager).browse(employee.id)

    def test_manager_decides(self):
        """R2.1 R5.3: the manager plans with an employee and without; that is all the manager may
        write of employees."""
        person = self.env["hr.employee"].create(
            {"name": "Zhao", "company_id": self.company.id}
        )
        self._public(person).action_plan_with()
        self.assertTrue(person.is_service_technician)
        self.assertTrue(self._public(person).is_service_technician)
        self._public(person).action_plan_without()
        self.assertFalse(person.is_service_technician)
        with self.assertRaises(AccessError):
            person.with_user(self.manager).is_service_technician = True
        for user in (self.reception, self.advisor, self.technician, self.storekeeper):
            with self.assertRaisesRegex(UserError, "manager says"):
                self._public(person, user).action_plan_with()
            with self.assertRaisesRegex(UserError, "manager says"):
                self._public(person, user).action_plan_without()

    def test_booked_people_stay(self):
        """R2.1: whoever is booked for work to come is not left out before it is moved."""
        job = self._jobs_to_plan()
        start = self._now() + timedelta(days=1)
        job._book([(self.wang, start.replace(hour=8), start.replace(hour=10))])
        with self.assertRaisesRegex(UserError, f"Wang Board is booked for {job.order_id.name}"):
            self._public(self.wang._get_people()).action_plan_without()
        job._unbook()
        self._public(self.wang._get_people()).action_plan_without()
        self.assertFalse(self.wang._get_people().is_service_technician)

    def test_own_company_only(self):
        """R5.3: the manager of another company decides nothing about these employees."""
        other = self.env["res.company"].create({"name": "Other Dealer"})
        stranger = new_test_user(
            self.env, "other_boss", "service_advisor.group_manager",
            company_id=other.id, company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            self._public(self.wang._get_people(), stranger).action_plan_without()
        self.assertTrue(self.wang._get_people().is_service_technician)
