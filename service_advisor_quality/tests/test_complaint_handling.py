from datetime import timedelta

from freezegun import freeze_time
from odoo import Command, fields
from odoo.addons.mail.tests.common import MailCase
from odoo.addons.service_advisor.tests.common import SIGNATURE
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ServiceAdvisorQualityCommon


class ComplaintHandlingCommon(ServiceAdvisorQualityCommon):
    """A customer complains about brakes that a technician has worked on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.service_internal_partner_id = cls.company.partner_id
        cls.company.service_compensation_limit = 100.0
        cls.customer.email = "li@customer.example"
        cls.department = cls.env["hr.department"].create(
            {"name": "Workshop", "company_id": cls.company.id}
        )
        cls.employee.department_id = cls.department

    def _complained_order(self):
        order = self._authorised_order()
        self._work(order)
        return order

    def _invoiced_order(self):
        order = self._complained_order()
        self._issue_parts(order)
        order.sudo()._keep({"ready_at": self._now()})  # the gate has tests of its own
        self._invoice_unpaid(order)
        return order

    def _new_complaint(self, order=None, **vals):
        values = {
            "order_id": (order or self._complained_order()).id,
            "description": "The brakes squeal again",
            "channel": "phone",
            "advisor_id": self.advisor.id,
        }
        return self.env["service.complaint"].with_user(self.advisor).create(values | vals)

    def _under_review(self, **vals):
        complaint = self._new_complaint(**vals)
        complaint._log_talk("call", "We look into it")
        complaint.action_investigate()
        return complaint

    def _give_statements(self, complaint):
        statements = complaint.statement_ids.with_user(self.technician)
        statements.text = "I reused the old clips"
        statements.action_give()

    def _analysed(self, **vals):
        complaint = self._under_review(**vals)
        self._give_statements(complaint)
        complaint.write(
            {
                "cause_kind": "work",
                "root_cause": "Old clips were fitted again",
                "verdict": "justified",
                "department_ids": [Command.set(self.department.ids)],
            }
        )
        complaint.action_finish_analysis()
        return complaint

    def _add_remedy(self, complaint, kind="gift", amount=50.0, user=None, **vals):
        return (
            self.env["service.complaint.remedy"]
            .with_user(user or self.advisor)
            .create(
                {
                    "complaint_id": complaint.id,
                    "kind": kind,
                    "name": "A voucher",
                    "amount": amount,
                }
                | vals
            )
        )

    def _propose(self, complaint, tell="action_told_by_phone"):
        action = complaint.action_propose()
        question = self.env["service.complaint.question"].browse(action["res_id"])
        question = question.with_user(complaint.env.user)
        if not question.offer:
            question.offer = "Our apologies"
        getattr(question, tell)()
        return question

    def _record(self, complaint, user=None, **vals):
        wizard = (
            self.env["service.complaint.answer.wizard"]
            .with_user(user or complaint.env.user)
            .create({"complaint_id": complaint.id} | vals)
        )
        return wizard.action_confirm()

    def _call_back(self, complaint, result, words="All is well", **vals):
        return self._record(complaint, kind="confirmation", result=result, words=words, **vals)

    def _step(self, complaint, step, words="Good reasons", user=None, **vals):
        wizard = (
            self.env["service.complaint.step.wizard"]
            .with_user(user or complaint.env.user)
            .create({"complaint_id": complaint.id, "step": step, "words": words} | vals)
        )
        return wizard.action_confirm()

    def _resolved(self, **vals):
        complaint = self._analysed(**vals)
        remedy = self._add_remedy(complaint)
        self._propose(complaint)
        self._record(complaint, kind="offer", answer="yes")
        remedy.action_done()
        complaint.action_resolve()
        return complaint


@tagged("at_install", "-post_install")
class TestReview(ComplaintHandlingCommon):
    def test_technicians_are_asked(self):
        """R4.2: who worked on the order is asked once, on the own list of activities."""
        complaint = self._under_review()
        statement = complaint.statement_ids
        self.assertEqual(statement.employee_id, self.employee)
        self.assertEqual(statement.activity_ids.user_id, self.technician)
        complaint.action_investigate()
        self.assertEqual(complaint.statement_ids, statement)
        self.assertEqual(complaint.state, "investigating")
        self.assertEqual(complaint.step_ids.mapped("kind"), ["investigated"])

    def test_facts_at_a_glance(self):
        """R4.2: jobs, technicians, cause, correction and red items stand on the complaint."""
        order = self._complained_order()
        order.job_ids.sudo().photo_ids = [Command.create({"photo": SIGNATURE})]
        self._fail(order)
        earlier = self._new_complaint(order, description="Too dear")
        complaint = self._new_complaint(order)
        shown = str(complaint.review)
        for words in (
            "Squeals when braking", "Technician", "Pads worn to 2 mm", "Pads replaced",
            "Squeals still", earlier.name, "service.job.photo",
        ):
            self.assertIn(words, shown)

    def test_cost_of_the_facts(self):
        """R4.2: the page asks the database as often for five jobs as for two."""
        for _index in range(2):  # templates and formats are read once
            self.assertTrue(self._new_complaint().review)
        counts = []
        for jobs in (2, 5):
            complaint = self._new_complaint(self._authorised_order(jobs=jobs))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertTrue(complaint.review)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_technician_sees_the_own_statement_only(self):
        """R4.2 R5.3: not those of others, and of the facts the own work only."""
        order = self._complained_order()
        other = self.env["hr.employee"].create({"name": "Other", "company_id": self.company.id})
        order.job_ids.sudo().copy({"order_id": order.id, "concern": "Oil leaks"}).sudo().write(
            {"technician_id": other.id}
        )
        complaint = self._under_review(order=order)
        self.assertEqual(complaint.statement_ids.employee_id, self.employee | other)
        Statement = self.env["service.complaint.statement"].with_user(self.technician)
        own = Statement.search([("complaint_id", "=", complaint.id)])
        self.assertEqual(own.employee_id, self.employee)
        foreign = complaint.statement_ids - own
        with self.assertRaises(AccessError):
            foreign.with_user(self.technician).read(["text"])
        self.assertEqual(own.complaint_words, "The brakes squeal again")
        self.assertIn("Squeals when braking", own.facts)
        self.assertNotIn("Oil leaks", own.facts)
        self.assertNotIn("Li Customer", own.facts)
        with self.assertRaises(AccessError):
            complaint.with_user(self.technician).read(["review"])

    def test_given_statements_stay(self):
        """R4.2: nobody changes what was stated, nobody states for a technician in secret."""
        complaint = self._under_review()
        statement = complaint.statement_ids
        own = statement.with_user(self.technician)
        with self.assertRaisesRegex(UserError, "write what you did"):
            own.action_give()
        with self.assertRaises(AccessError):
            own.given_at = fields.Datetime.now()
        with self.assertRaises(UserError):
            own.employee_id = self.inspector_employee
        own.text = "I reused the old clips"
        own.action_give()
        self.assertFalse(statement.taken_by_id)
        self.assertFalse(statement.activity_ids)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            own.text = "I did not"
        with self.assertRaises(UserError):
            statement.unlink()

    def test_taken_down_by_the_desk(self):
        """R4.2: a technician who says it in person; who wrote it down is kept."""
        statement = self._under_review().statement_ids
        statement.text = "Told me at the coffee machine"
        statement.action_give()
        self.assertEqual(statement.taken_by_id, self.advisor)

    def test_cause_names_what_is_missing(self):
        """R4.2: the analysis is not done before statements, cause, verdict and departments."""
        complaint = self._under_review()
        with self.assertRaisesRegex(UserError, "Root Cause.*departments.*statement of Technician"):
            complaint.action_finish_analysis()
        complaint.write(
            {
                "cause_kind": "work",
                "root_cause": "Clips",
                "verdict": "not",
                "department_ids": [Command.set(self.department.ids)],
            }
        )
        with self.assertRaisesRegex(UserError, "why it is not justified"):
            complaint.action_finish_analysis()
        complaint.verdict_reason = "The customer drove through salt water"
        statement = complaint.statement_ids
        statement.text = "Has left the company"
        statement.action_waive()
        complaint.action_finish_analysis()
        self.assertEqual(complaint.analysed_by_id, self.advisor)
        with self.assertRaisesRegex(UserError, "Reopen the complaint"):
            complaint.root_cause = "Something else"

    def test_reception_records_and_does_not_handle(self):
        """R4.2 R5.3: who may only record what customers say finds no causes."""
        complaint = self._new_complaint().with_user(self.reception)
        with self.assertRaises(AccessError):
            complaint.action_investigate()
        for name in ("investigating_at", "analysed_at", "resolved_at", "confirmed_at"):
            with self.assertRaises(AccessError):
                complaint.with_user(self.manager)[name] = fields.Datetime.now()


@tagged("at_install", "-post_install")
class TestTasks(ComplaintHandlingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls.inspector_employee
        cls.parts = cls.env["hr.department"].create(
            {"name": "Parts", "manager_id": cls.leader.id, "company_id": cls.company.id}
        )
        cls.env["hr.employee"].create(
            {
                "name": "Storekeeper",
                "user_id": cls.storekeeper.id,
                "company_id": cls.company.id,
                "department_id": cls.parts.id,
            }
        )

    def _add_task(self, complaint, **vals):
        return (
            self.env["service.complaint.task"]
            .with_user(self.advisor)
            .create(
                {
                    "complaint_id": complaint.id,
                    "department_id": self.parts.id,
                    "name": "Order new clips",
                }
                | vals
            )
        )

    def test_department_does_its_task(self):
        """R4.3: the leader owns it, its people see and do it, others do not see it."""
        complaint = self._under_review()
        task = self._add_task(complaint)
        self.assertEqual(task.owner_id, self.inspector)
        self.assertEqual(task.activity_ids.user_id, self.inspector)
        self.assertEqual(complaint.open_task_count, 1)
        own = task.with_user(self.storekeeper)
        self.assertEqual(own.complaint_words, "The brakes squeal again")
        with self.assertRaisesRegex(UserError, "write what came of it"):
            own.action_done()
        with self.assertRaises(AccessError):
            own.due_date = "2030-01-01"
        own.result = "Ordered"
        own.action_done()
        self.assertEqual(task.done_by_id, self.storekeeper)
        self.assertFalse(task.activity_ids)
        self.assertEqual(complaint.open_task_count, 0)
        with self.assertRaises(UserError):
            task.name = "Something else"
        with self.assertRaises(AccessError):
            task.with_user(self.technician).read(["name"])

    def test_open_task_holds_the_complaint(self):
        """R4.3: not resolved while a department has something to do; it is named."""
        complaint = self._analysed()
        self._add_task(complaint)
        self._propose(complaint)
        self._record(complaint, kind="offer", answer="yes")
        with self.assertRaisesRegex(UserError, r"Order new clips \(Parts, Inspector\)"):
            complaint.action_resolve()

    def test_overdue_tasks_are_escalated_once(self):
        """R4.3: whom it concerns is told of each overdue task, once; a new term is a new one."""
        complaint = self._under_review()
        today = fields.Date.today()
        late = self._add_task(complaint, due_date=today - timedelta(days=2))
        self._add_task(complaint, due_date=today + timedelta(days=2))
        late.owner_id = self.storekeeper
        self.assertTrue(late.is_overdue)
        Task = self.env["service.complaint.task"]
        self.assertEqual(Task.search([("is_overdue", "=", True)]), late)
        cron = self.env.ref("service_advisor_quality.ir_cron_complaint_tasks")
        for _run in range(2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        overdue = self.env.ref("service_advisor_quality.mail_activity_type_complaint_overdue")
        told = late.activity_ids.filtered(lambda each: each.activity_type_id == overdue)
        self.assertEqual(told.user_id, self.inspector | self.advisor)
        self.assertEqual(len(told), 2)
        late.due_date = today + timedelta(days=1)
        self.assertFalse(late.escalated_at)

    def test_cost_of_the_escalation(self):
        """R4.3: four overdue tasks cost as much as two."""
        complaint = self._under_review()
        day = fields.Date.today() - timedelta(days=2)
        counts = []
        for number in (2, 4):
            tasks = self.env["service.complaint.task"].union(
                *(self._add_task(complaint, due_date=day) for _index in range(number))
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            tasks.sudo()._escalate()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 4, counts)


@tagged("at_install", "-post_install")
class TestCompensation(ComplaintHandlingCommon):
    def test_limit_of_the_desk(self):
        """R4.2: above the limit, all remedies together, a manager approves; in no slices."""
        complaint = self._analysed()
        first = self._add_remedy(complaint, amount=60)
        self.assertEqual((first.state, complaint.compensation_total), ("open", 60))
        second = self._add_remedy(complaint, amount=60)
        self.assertEqual(second.state, "to_approve")
        self.assertTrue(complaint.needs_compensation_approval)
        for step in (second.action_done, complaint.action_propose):
            with self.assertRaisesRegex(UserError, "Approve Compensation"):
                step()
        with self.assertRaises(AccessError):
            self._step(complaint, "approve")
        with self.assertRaises(AccessError):
            second.approved_at = fields.Datetime.now()
        with self.assertRaisesRegex(UserError, "Write why"):
            self._step(complaint, "approve", words=" ", user=self.manager)
        self._step(complaint, "approve", "A good customer", user=self.manager)
        self.assertEqual(second.approved_by_id, self.manager)
        self.assertEqual(second.approval_reason, "A good customer")
        self.assertFalse(complaint.needs_compensation_approval)
        second.action_done()
        self.assertEqual(second.state, "done")

    def test_change_voids_the_approval(self):
        """R4.2: what was approved and then changed is approved anew; given ones stay."""
        complaint = self._analysed()
        remedy = self._add_remedy(complaint, amount=150)
        self._step(complaint, "approve", user=self.manager)
        remedy.name = "A voucher"  # the same words change nothing
        self.assertTrue(remedy.approved_at)
        remedy.amount = 140
        self.assertFalse(remedy.approved_at)
        self.assertEqual(remedy.state, "to_approve")
        self.assertIn("voided", complaint.step_ids.mapped("kind"))
        self._step(complaint, "approve", user=self.manager)
        remedy.action_done()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            remedy.amount = 10
        with self.assertRaises(UserError):
            remedy.unlink()

    def test_other_company(self):
        """R4.2 R5.3: remedies, tasks and statements of another company are nobody's here."""
        complaint = self._under_review()
        remedy = self._add_remedy(complaint)
        other = self.env["res.company"].create({"name": "Other Shop"})
        stranger = self.advisor.copy(
            {
                "login": "stranger",
                "company_id": other.id,
                "company_ids": [Command.set(other.ids)],
            }
        )
        for record in (complaint, remedy, complaint.statement_ids, complaint.step_ids):
            with self.assertRaises(AccessError):
                record.with_user(stranger).read(["display_name"])

    def test_rework_costs_the_customer_nothing(self):
        """R4.2: the rework order is paid internally and counts with what it came to."""
        complaint = self._analysed()
        remedy = self._add_remedy(complaint, kind="rework", amount=0, name="Fit new clips")
        order = self.env["service.order"].browse(remedy.action_rework()["res_id"])
        job = order.job_ids
        self.assertEqual(job.pay_type, "internal")
        self.assertEqual(job.payer_id, self.company.partner_id)
        self.assertEqual(job.origin_job_id, complaint.order_id.job_ids)
        self.assertEqual(order.vehicle_id, complaint.vehicle_id)
        self.assertEqual(remedy.action_rework()["res_id"], order.id, "it is made once")
        self._propose(complaint)
        self._record(complaint, kind="offer", answer="yes")
        with self.assertRaisesRegex(UserError, "has not got yet: Fit new clips"):
            complaint.action_resolve()
        order = order.with_user(self.advisor)
        order.odometer_in = 50100
        job.with_user(self.advisor).operation_id = self.operation
        order.action_check_in()
        order.action_quote()
        self.env.invalidate_all()  # as in a request of its own
        self.assertGreater(remedy.value, 100)
        self.assertEqual(remedy.state, "to_approve", "it came to more than the desk may give")
        job.sudo().pay_type = "customer"
        self._step(complaint, "approve", user=self.manager)
        with self.assertRaisesRegex(UserError, "promised free of charge"):
            complaint.action_resolve()

    def test_refund_by_credit_note(self):
        """R4.2: an accountant credits with Odoo's own dialog; the complaint keeps the link."""
        order = self._invoiced_order()
        complaint = self._analysed(order=order)
        remedy = self._add_remedy(complaint, kind="refund", amount=90)
        with self.assertRaises(AccessError):
            remedy.with_user(self.technician).action_refund()
        own = remedy.with_user(self.accountant)
        self.assertEqual(own.customer_name, "Li Customer")
        action = own.action_refund()
        self.assertEqual(action["context"]["active_ids"], order.sudo().invoice_ids.ids)
        reversal = (
            self.env["account.move.reversal"]
            .with_user(self.accountant)
            .with_context(**action["context"])
            .create({"journal_id": order.sudo().invoice_ids.journal_id.id})
        )
        reversal.refund_moves()
        note = remedy.sudo().credit_note_ids
        self.assertEqual(note.move_type, "out_refund")
        with self.assertRaisesRegex(UserError, "Approve Compensation"):
            note.with_user(self.accountant).action_post()
        self._step(complaint, "approve", user=self.manager)
        note.with_user(self.accountant).action_post()
        self.assertEqual(remedy.credit_amount, note.amount_total)
        self.assertEqual(remedy.state, "done")
        self.assertNotIn(note, self.env["service.complaint.remedy"].search(
            [("is_to_credit", "=", True)]).credit_note_ids)

    def test_remedy_of_another_in_the_context(self):
        """R4.2 R5.3: a credit note is linked to a remedy of its own order only."""
        order = self._invoiced_order()
        elsewhere = self._analysed()
        foreign = self._add_remedy(elsewhere, kind="refund", amount=10)
        invoice = order.sudo().invoice_ids
        reversal = (
            self.env["account.move.reversal"]
            .with_user(self.accountant)
            .with_context(
                active_model="account.move",
                active_ids=invoice.ids,
                service_remedy_id=foreign.id,
            )
            .create({"journal_id": invoice.journal_id.id})
        )
        reversal.refund_moves()
        self.assertFalse(foreign.sudo().credit_note_ids)


@tagged("at_install", "-post_install")
class TestClosure(MailCase, ComplaintHandlingCommon):
    def test_from_review_to_closed(self):
        """R4.2: each step in its turn, each kept with its moment; the customer has the last
        word."""
        complaint = self._resolved()
        self.assertEqual(complaint.state, "resolved")
        with self.assertRaisesRegex(UserError, "once the customer has confirmed"):
            complaint.action_close()
        self._call_back(complaint, "satisfied")
        self.assertEqual(complaint.state, "confirmed")
        complaint.action_close()
        self.assertEqual(complaint.state, "closed")
        self.assertEqual(
            complaint.step_ids.mapped("kind"),
            ["investigated", "analysed", "proposed", "accepted", "resolved", "confirmed", "closed"],
        )
        with self.assertRaisesRegex(UserError, "Reopen it first"):
            self._add_remedy(complaint)

    def test_steps_out_of_turn(self):
        """R4.2: what comes too early is refused and says what is missing."""
        complaint = self._under_review()
        for step, missing in (
            (complaint.action_propose, "Find the cause first"),
            (complaint.action_resolve, "not accepted a proposal"),
            (complaint.action_ask_confirmation, "not resolved yet"),
            (complaint.action_close, "confirmed"),
        ):
            with self.assertRaisesRegex(UserError, missing):
                step()
        with self.assertRaisesRegex(UserError, "not resolved yet"):
            self._call_back(complaint, "satisfied")
        with self.assertRaisesRegex(UserError, "No proposal waits"):
            self._record(complaint, kind="offer", answer="yes")

    def test_proposal_by_mail(self):
        """R4.2: in the customer's language, with the link, logged as a contact that went out."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.customer.lang = "zh_CN"
        complaint = self._analysed()
        self._add_remedy(complaint)
        with self.mock_mail_gateway():
            question = self._propose(complaint, "action_send")
        self.assertEqual(question.sent_via, "mail")
        self.assertEqual(complaint.state, "proposed")
        self.assertIn(question.access_token, complaint.message_ids[:1].body)
        with self.assertRaisesRegex(UserError, "stays"):
            question.offer = "Nothing"

    def test_no_address(self):
        """R4.2: without an e-mail address it is told otherwise."""
        complaint = self._analysed()
        self.customer.email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            self._propose(complaint, "action_send")

    def test_refused_and_proposed_anew(self):
        """R4.2: a refusal needs words; the next proposal takes the next answer."""
        complaint = self._analysed()
        self._propose(complaint)
        with self.assertRaisesRegex(UserError, "Write why"):
            self._record(complaint, kind="offer", answer="no")
        self._record(complaint, kind="offer", answer="no", words="Not enough")
        with self.assertRaisesRegex(UserError, "not accepted"):
            complaint.action_resolve()
        remedy = self._add_remedy(complaint)
        self._propose(complaint)
        self._record(complaint, kind="offer", answer="yes")
        remedy.amount = 20
        with self.assertRaisesRegex(UserError, "have changed since"):
            complaint.action_resolve()

    def test_signature_at_the_counter(self):
        """R4.2: at the counter the customer signs."""
        complaint = self._resolved()
        with self.assertRaisesRegex(UserError, "draw the signature"):
            self._call_back(complaint, "satisfied", via="counter")
        self._call_back(complaint, "satisfied", via="counter", name="Li", signature=SIGNATURE)
        question = complaint.question_ids.sorted("id")[-1:]
        self.assertEqual((question.answered_by, question.answered_via), ("Li", "counter"))
        self.assertTrue(question.signature)

    def test_without_the_customer(self):
        """R4.2: after attempts on as many days as the company asks for, a manager closes."""
        complaint = self._resolved()
        self.company.service_confirmation_attempts = 2
        boss = complaint.with_user(self.manager)
        now = fields.Datetime.now()
        for hours in (1, 2):
            with freeze_time(now.replace(hour=3) + timedelta(days=1, hours=hours)):
                self._call_back(complaint, "unreached", words="Rings out")
        with self.assertRaisesRegex(UserError, "1 of 2 different"):
            boss.action_close_without()
        with freeze_time(now + timedelta(days=3)):
            self._call_back(complaint, "unreached", words="Number gone")
        self.assertEqual(complaint.state, "resolved")
        with self.assertRaises(AccessError):
            complaint.action_close_without()
        with self.assertRaises(AccessError):
            self._step(complaint, "close")
        boss.action_close_without()
        self._step(complaint, "close", "Moved away", user=self.manager)
        self.assertEqual((complaint.state, complaint.close_reason), ("closed", "Moved away"))

    def test_withdrawn_is_kept(self):
        """R4.2: how, when and in which words; nobody has anything to do any more."""
        complaint = self._under_review()
        with self.assertRaisesRegex(UserError, "Write why"):
            self._step(complaint, "withdraw", words="")
        self._step(complaint, "withdraw", "It was the radio", via="call")
        self.assertEqual(complaint.state, "withdrawn")
        self.assertEqual(complaint.withdrawn_via, "call")
        self.assertFalse(complaint.statement_ids.activity_ids)
        with self.assertRaises(UserError):
            complaint.unlink()
        with self.assertRaisesRegex(UserError, "nothing to withdraw"):
            self._step(complaint, "withdraw")

    def test_reopened(self):
        """R4.2: counted, with its reason; the cause is found anew, the record keeps the rest."""
        complaint = self._resolved()
        self._call_back(complaint, "unsatisfied", words="Squeals again")
        self.assertEqual((complaint.reopen_count, complaint.analysed_at), (1, False))
        self.assertFalse(complaint.resolved_at or complaint.proposed_at)
        reopened = complaint.step_ids.filtered(lambda step: step.kind == "reopened")
        self.assertEqual((reopened.words, reopened.via), ("Squeals again", "call"))
        with self.assertRaisesRegex(UserError, "nothing to reopen"):
            self._step(complaint, "reopen")
        history = " ".join(row["what"] for row in complaint._get_history())
        self.assertIn("Resolved", history)

    def test_record(self):
        """R4.5: the record tells everything, with the moments in the time of the company."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        with freeze_time("2026-03-02 22:30:00"):
            complaint = self._resolved()
        self._call_back(complaint, "satisfied", via="counter", name="Li", signature=SIGNATURE)
        html = self.env["ir.actions.report"].with_context(lang="en_US")._render_qweb_html(
            "service_advisor_quality.service_complaint_report", complaint.ids
        )[0].decode()
        for words in (
            complaint.name, "The brakes squeal again", "I reused the old clips",
            "Old clips were fitted again", "A voucher", "in time", "Confirmed by the customer",
            "Times of Asia/Shanghai", "3/3/26",
        ):
            self.assertIn(words, html)
        moments = [row["at"] for row in complaint._get_history()]
        self.assertTrue(moments[0].startswith("3/3/26"), moments)

    def test_form_of_the_advisor(self):
        """R4.2: the form opens for each who handles complaints."""
        complaint = self._resolved()
        for user in (self.reception, self.advisor, self.inspector, self.manager):
            Form(complaint.with_user(user))
        Form(complaint.statement_ids.with_user(self.technician))
