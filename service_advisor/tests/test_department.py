from odoo.tests import tagged

from .test_settlement import SettlementCommon


@tagged("post_install", "-at_install")
class TestDepartment(SettlementCommon):
    """R4.2 R5.3: labour and parts are booked on the department that does the work."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        plan = cls.env["account.analytic.plan"].create({"name": "Departments"})
        cls.mechanics, cls.body, cls.by_product = cls.env["account.analytic.account"].create(
            [
                {"name": name, "plan_id": plan.id}
                for name in ("Mechanics", "Body Shop", "By Product")
            ]
        )
        cls.departments = cls.env["hr.department"].create(
            [
                {"name": "Mechanics", "analytic_distribution": {cls.mechanics.id: 100}},
                {"name": "Body Shop", "analytic_distribution": {cls.body.id: 100}},
            ]
        )

    def _booked(self, job):
        lines = job.line_ids.filtered("product_id")
        return [line.analytic_distribution for line in lines]

    def test_from_the_operation(self):
        """R4.2: the operation brings the department, the department the accounts; another
        department other ones."""
        self.operation.department_id = self.departments[0]
        job = self._new_order().job_ids
        self.assertEqual(job.department_id, self.departments[0])
        self.assertEqual(self._booked(job), [{str(self.mechanics.id): 100}] * 3)
        job.department_id = self.departments[1]
        self.assertEqual(self._booked(job), [{str(self.body.id): 100}] * 3)

    def test_on_the_invoice(self):
        """R4.2: the invoice lines take over the department's accounts."""
        self.operation.department_id = self.departments[0]
        order = self._ready_order()
        order.with_user(self.accountant).action_create_invoices()
        lines = order.sudo().invoice_ids.invoice_line_ids.filtered("product_id")
        self.assertEqual(
            lines.mapped("analytic_distribution"), [{str(self.mechanics.id): 100}] * 3
        )

    def test_without_department(self):
        """R4.2: Odoo's distribution models decide where no department does."""
        self.env["account.analytic.distribution.model"].create(
            {
                "product_id": self.pads.id,
                "analytic_distribution": {self.by_product.id: 100},
            }
        )
        job = self._new_order().job_ids
        self.assertFalse(job.department_id)
        self.assertIn({str(self.by_product.id): 100}, self._booked(job))
        self.assertEqual(self._booked(job).count(False), 2)

    def test_department_of_another_company(self):
        """R5.3: a shared operation does not bring the department of another company."""
        other = self.env["res.company"].create({"name": "Other Dealer"})
        self.departments[0].company_id = other
        self.operation.department_id = self.departments[0]
        self.assertFalse(self._new_order().job_ids.department_id)

    def test_costs_nothing(self):
        """R4.2: a department costs no query; without one, Odoo looks for its own models."""
        spent = []
        for department in (self.departments.browse(), self.departments[0]):
            self.operation.department_id = department
            self._new_order()
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self._new_order()
            self.env.flush_all()
            spent.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(spent[1], spent[0] + 1, "the department itself is read")
