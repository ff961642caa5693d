from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..tools.figures import Share
from .test_improvement import ImprovementCommon


@tagged("post_install", "-at_install")
class TestQualityReport(ImprovementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Figures of a company without a past.
        cls.env.cr.execute("DELETE FROM service_inspection")
        cls.env["service.job"].search([("comeback_of_id", "!=", False)]).sudo().write(
            {"comeback_of_id": False}
        )
        cls.env.cr.execute("UPDATE service_order SET delivered_at = NULL")
        cls.env.invalidate_all()

    def _report(self, user=None, **vals):
        wizard = self.env["service.quality.report.wizard"].with_user(user or self.manager)
        return wizard.create(vals)

    def _redo(self, order):
        order.job_ids.with_user(self.technician).action_start()
        order.job_ids.with_user(self.technician).action_finish()

    def _scores(self, domain=()):
        return self.env["service.quality.score"].with_user(self.manager).search(list(domain))

    def test_first_attempt(self):
        """R3.3 K3: the rate is of the first attempt: a job that passed its second did not."""
        good = self._finished_order()
        self._pass(good)
        bad = self._finished_order()
        self._fail(bad)
        self._redo(bad)
        self._pass(bad)
        rows = {row.job_id: row for row in self._scores()}
        self.assertEqual(set(rows), {good.job_ids, bad.job_ids})
        row = rows[bad.job_ids]
        self.assertEqual((row.passed_first, row.failed_first, row.attempts, row.defects),
                         (0.0, 1, 2, 1))
        row = rows[good.job_ids]
        self.assertEqual((row.passed_first, row.failed_first, row.attempts, row.defects),
                         (1.0, 0, 1, 0))
        [[technician, rate, count]] = self.env["service.quality.score"]._read_group(
            [], ["technician_id"], ["passed_first:avg", "__count"]
        )
        self.assertEqual((technician, rate, count), (self.employee, 0.5, 2))
        self.assertEqual(row.action_open_job()["res_id"], good.job_ids.id)

    def test_only_the_job_that_failed(self):
        """R3.3: a red item that names a job is no defect of the other one; one that names none
        is a defect of both."""
        order = self._finished_order(jobs=2)
        good, bad = order.job_ids
        self._fail(order, job=bad)
        found = self.env["service.quality.finding"].search([])
        self.assertEqual(found.job_id, bad)
        self.assertEqual((found.operation_id, found.note), (self.operation, "Squeals still"))
        self.assertEqual(found.action_open_inspection()["res_id"], found.inspection_id.id)
        rates = {row.job_id: row.passed_first for row in self._scores()}
        self.assertEqual(rates, {good: 1.0, bad: 0.0})
        both = self._finished_order(jobs=2)
        self._fail(both)
        found = self.env["service.quality.finding"].search([("order_id", "=", both.id)])
        self.assertEqual((len(found), found.job_id), (2, both.job_ids))
        self.assertEqual(len(set(found.ids)), 2)

    def test_came_back(self):
        """R3.3: the assessment shows which job came back, of whom."""
        earlier = self._earlier()
        # The earlier work was inspected before it left.
        final = self.env["service.inspection"].create(
            {
                "order_id": earlier.order_id.id,
                "kind": "final",
                "checklist_id": self.env.ref("service_advisor_quality.checklist_final").id,
                "job_ids": earlier.ids,
            }
        )
        self.env.cr.execute(
            "UPDATE service_inspection SET state = 'done', done_at = %s WHERE id = %s",
            [self._now(), final.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self._scores().came_back, 0)
        self._return()
        self.env.invalidate_all()
        self.assertEqual(self._scores().came_back, 1)

    def test_who_sees_what(self):
        """R3.3 R5.3: technicians see their own figures, the desk sees none, inspectors all; each
        company its own."""
        self._fail(self._finished_order())
        stranger = self.technician.copy({"login": "stranger"})
        self.env["hr.employee"].create({"name": "Stranger", "user_id": stranger.id})
        other = self.env["res.company"].create({"name": "Other Dealer"})
        foreign = self.manager.copy(
            {"company_id": other.id, "company_ids": [Command.set(other.ids)]}
        )
        for model in ("service.quality.score", "service.quality.finding"):
            Score = self.env[model]
            for user, count in ((self.technician, 1), (self.inspector, 1), (self.manager, 1),
                                (stranger, 0)):
                self.assertEqual(Score.with_user(user).search_count([]), count, user.name)
            for user in (self.reception, self.advisor, self.storekeeper):
                with self.assertRaises(AccessError):
                    Score.with_user(user).search_count([])
            self.assertFalse(Score.with_user(foreign).search_count([]))
        with self.assertRaises(AccessError):
            self._report(self.technician)

    def test_numbers_equal_the_lists(self):
        """R3.5: what is printed is what records say, counted here once more by hand."""
        for outcome in (True, True, False):
            order = self._finished_order()
            self._pass(order) if outcome else self._fail(order)
        self._earlier(40)
        self._earlier(35, vehicle=self.vehicle.copy({"plate": "沪A9", "vin": False}))
        fault = self._earlier(33, vehicle=self.vehicle.copy({"plate": "沪A8", "vin": False}))
        back = self._return(vehicle=fault.vehicle_id, concern="Wiper")
        back.order_id.sudo().checked_in_at = self._now() - timedelta(days=4)
        back.with_user(self.advisor)._link_comeback(fault, "Same")
        self._closed()
        late = self._improvement(due_date=self.today - timedelta(days=1))
        facts = self._report(
            date_from=self.today - timedelta(days=19), date_to=self.today
        )._get_facts()
        now = facts["now"]
        finals = self.env["service.inspection"].search(
            [("kind", "=", "final"), ("state", "=", "done")]
        )
        passed = finals.filtered(lambda final: final.result != "red")
        self.assertEqual(now["first_pass"], Share(len(passed), len(finals)))
        self.assertEqual(now["first_pass"], Share(2, 3))
        red = finals.line_ids.filtered(lambda line: line.result == "red")
        self.assertEqual(now["defects"], len(red))
        self.assertEqual([(bar.label, bar.count) for bar in facts["pareto"]],
                         [(f"{red.section}: {red.name}", 1)])
        # Windows that ended in these twenty days: those of 40, 35 and 33 days ago.
        self.assertEqual(now["fixed_first"], Share(2, 3))
        self.assertEqual(now["comebacks"], 1)
        self.assertEqual((now["opened"], now["closed"]), (2, 1))
        self.assertEqual(facts["overdue"], late)
        self.assertEqual(facts["technicians"], [("Technician", Share(2, 3), 1, 1)])
        self.assertEqual(facts["operations"],
                         [(self.operation.display_name, Share(2, 3), 1, 1)])
        self.assertEqual(facts["themes"], [(self.operation.name, red.name, 1)])

    def test_no_data(self):
        """R3.5: a period without inspections says so, and never 0 % or 100 %."""
        wizard = self._report(date_from="2001-01-01", date_to="2001-01-31")
        facts = wizard._get_facts()
        self.assertIsNone(facts["now"]["first_pass"].percent)
        self.assertIsNone(facts["now"]["fixed_first"].percent)
        html = self._render(wizard)
        self.assertIn("No data", html)
        self.assertNotIn("0.0 %", html)
        with self.assertRaises(ValidationError):
            self._report(date_from="2001-02-01", date_to="2001-01-31")

    def test_days_begin_where_the_company_is(self):
        """R3.5: the period is of the days of the company, whoever prints it from where."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        wizard = self._report(date_from="2026-03-01", date_to="2026-03-31")
        self.assertEqual(
            wizard._get_moments(wizard.date_from, wizard.date_to),
            (fields.Datetime.to_datetime("2026-02-28 16:00:00"),
             fields.Datetime.to_datetime("2026-03-31 16:00:00")),
        )
        self.company.resource_calendar_id.tz = "Europe/Berlin"  # summer time begins on the 29th
        self.assertEqual(
            wizard._get_moments(wizard.date_from, wizard.date_to),
            (fields.Datetime.to_datetime("2026-02-28 23:00:00"),
             fields.Datetime.to_datetime("2026-03-31 22:00:00")),
        )

    def test_one_branch(self):
        """R3.5: the report of a branch counts what was done there."""
        self._fail(self._finished_order())
        branch = self.env["stock.warehouse"].create(
            {"name": "Branch", "code": "BR2", "company_id": self.company.id}
        )
        day = {"date_from": self.today - timedelta(days=1), "date_to": self.today}
        own = self._report(warehouse_id=self.warehouse.id, **day)._get_facts()["now"]
        other = self._report(warehouse_id=branch.id, **day)._get_facts()["now"]
        self.assertEqual((own["inspected"], own["defects"]), (1, 1))
        self.assertEqual((other["inspected"], other["defects"]), (0, 0))
        foreign = self.env["res.company"].create({"name": "Other Dealer"})
        house = self.env["stock.warehouse"].search([("company_id", "=", foreign.id)], limit=1)
        with self.assertRaisesRegex(ValidationError, "no branch of"):
            self._report().sudo().warehouse_id = house

    def test_printed(self):
        """R3.5: bar chart, tables and the plan stand in the document, for inspectors too."""
        order = self._finished_order()
        final = self._fail(order)
        self._verify(self._improvement(problem="Pads squeal & grind"))
        self._earlier()
        self._return()
        wizard = self._report(self.inspector, date_from=self.today - timedelta(days=40),
                              date_to=self.today)
        html = self._render(wizard)
        for words in ("Improvement Plan", final.line_ids[0].name, "Pads squeal &amp; grind",
                      "No grease", "Grease the pads", "No comeback in 30 days", "Technician"):
            self.assertIn(words, html)
        self.assertEqual(wizard.action_print()["report_type"], "qweb-pdf")

    def _render(self, wizard):
        html, _kind = self.env["ir.actions.report"].with_user(wizard.env.user)._render_qweb_html(
            "service_advisor_quality.service_quality_report", wizard.ids
        )
        return html.decode()
