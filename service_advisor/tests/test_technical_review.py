from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ServiceAdvisorCommon


class ReviewCommon(ServiceAdvisorCommon):
    """A shop with a technical lead and an operation that is difficult."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = new_test_user(
            cls.env,
            "test_lead",
            "service_advisor.group_technical",
            name="Lead",
            email="lead@shop.example",
        )
        cls.hard = cls.operation.copy({"code": "GBX", "name": "Overhaul the gearbox"})
        cls.hard.is_difficult = True

    def _difficult_order(self, **kwargs):
        order = self._new_order(operation_id=self.hard.id, **kwargs)
        order.action_check_in()
        return order

    def _ask(self, order, jobs=None, user=None):
        """Ask about ``jobs`` of ``order`` as the button does; return the review."""
        user = user or self.advisor
        action = (jobs or order).with_user(user).action_ask_review()
        wizard = self.env[action["res_model"]].with_user(user)
        wizard = wizard.with_context(**action["context"]).create({"question": "Can we do it?"})
        wizard.action_confirm()
        return wizard.job_ids.review_id.with_user(self.lead)

    def _decide(self, review, verdict="go", **conditions):
        """Give ``verdict``; conditions are gate=owner."""
        review.findings = "It can be done on the bench"
        review.condition_ids = [
            Command.create({"name": f"Met before {gate}", "owner_id": owner.id, "gate": gate})
            for gate, owner in conditions.items()
        ]
        getattr(review, f"action_{verdict}")()
        return review


# Up to ready: before any addon that adds a gate there is loaded, so at_install.
@tagged("at_install", "-post_install")
class TestTechnicalReview(ReviewCommon):
    """R6.2: a technical lead says whether the work can be done, before the customer is asked."""

    def test_difficult_is_not_quoted_before_a_verdict(self):
        """R6.2: refused without a review and while it waits, with who unblocks it; quoted after
        a go, and the order says each step."""
        order = self._difficult_order()
        self.assertTrue(order.needs_review)
        self.assertIn("Advisor: ask for a technical review", order.next_step)
        with self.assertRaisesRegex(UserError, 'gearbox" is difficult.*technical lead'):
            order.action_quote()
        review = self._ask(order)
        self.assertRegex(review.name, r"^TR\d{6}$")
        self.assertFalse(order.needs_review)
        self.assertIn("give the verdict on", order.next_step)
        self.assertIn(review.name, order.next_step)
        with self.assertRaisesRegex(UserError, f"verdict of technical review {review.name}"):
            order.action_quote()
        self._decide(review)
        self.assertIn("Advisor: explain price", order.next_step)
        order.action_quote()
        order.action_approve()
        self.assertEqual(order.state, "authorised")
        self.assertFalse(review.activity_ids, "nobody has to give the verdict any more")

    def test_batch_and_rest_of_the_order(self):
        """R6.2: what is not difficult is quoted, without the difficult work on its estimate; of
        many orders none slips through."""
        order = self._difficult_order()
        plain = self.env["service.job"].with_user(self.advisor).create(
            {"order_id": order.id, "concern": "Brakes", "operation_id": self.operation.id}
        )
        hard = order.job_ids - plain
        order.action_quote()
        self.assertEqual((plain.state, hard.state), ("quoted", "proposed"))
        sent = order.estimate_ids.filtered(lambda estimate: estimate.state == "sent")
        self.assertEqual(sent.order_line.service_job_id, plain)
        self.assertEqual(order.proposal_ids.line_ids.job_id, plain)
        self.assertIn("ask for a technical review", order.next_step)
        self.assertIn("Customer: answer on 1 job", order.next_step)
        other = self._new_order()
        other.action_check_in()
        with self.assertRaisesRegex(UserError, "is difficult"):
            (other | order).action_quote()

    def test_other_ways_to_the_customer(self):
        """R6.2: an estimate with such work is not sent, confirmed or answered either."""
        order = self._difficult_order()
        estimate = order.estimate_ids.with_user(self.advisor)
        with self.assertRaisesRegex(UserError, "is difficult"):
            estimate.action_quotation_sent()
        with self.assertRaisesRegex(UserError, "is difficult"):
            estimate.write({"state": "sent"})
        with self.assertRaisesRegex(UserError, "is difficult"):
            estimate.action_confirm()
        for vals in ({"is_difficult": False}, {"review_state": "go"}, {"review_id": False}):
            with self.assertRaises(AccessError):
                order.job_ids.write(vals)
        with self.assertRaises(AccessError):
            self.env["service.technical.review"].with_user(self.lead).create(
                {"order_id": order.id, "question": "?", "job_ids": order.job_ids.ids, "name": "X"}
            )

    def test_old_proposal_in_the_portal(self):
        """R6.2: a question that was out when the work became difficult is taken back; even where
        it is answered, nobody agrees to it."""
        order = self._new_order()
        order.action_check_in()
        order.action_quote()
        proposal = order.proposal_ids.sudo()
        order.job_ids.with_user(self.technician)._mark_difficult(True, "The bolts are seized")
        self.assertEqual((order.job_ids.state, proposal.state), ("proposed", "replaced"))
        with self.assertRaisesRegex(UserError, "can not be answered"):
            proposal._answer_on_portal(
                {order.job_ids: {"answer": "approved"}}, "Li Customer", False
            )
        # As if the question had stayed out.
        order.job_ids.sudo().write({"state": "quoted"})
        with self.assertRaisesRegex(UserError, "technicians are still looking"):
            order._write_answers(
                {"approved": order.job_ids}, {"authorised_via": "portal"}, proposal
            )
        with self.assertRaisesRegex(UserError, "is difficult"):
            order.action_approve()

    def test_the_rest_is_still_asked(self):
        """R6.2: where one of two quoted jobs becomes difficult, the customer goes on being asked
        about the other, on an estimate without the difficult one."""
        order = self._new_order(jobs=2)
        order.action_check_in()
        order.action_quote()
        job, other = order.job_ids
        job.with_user(self.technician)._mark_difficult(True, "The bolts are seized")
        self.assertEqual((job.state, other.state), ("proposed", "quoted"))
        waiting = order.proposal_ids.filtered(lambda proposal: proposal.state == "open")
        self.assertEqual(waiting.line_ids.job_id, other)
        sent = order.estimate_ids.filtered(lambda estimate: estimate.state == "sent")
        self.assertEqual(sent.order_line.service_job_id, other)
        order.action_approve()
        self.assertEqual((job.state, other.state), ("proposed", "approved"))

    def test_marked_by_hand(self):
        """R6.2: advisors and technicians mark with a reason; only a technical lead unmarks; the
        mark survives another operation."""
        order = self._new_order()
        order.action_check_in()
        job = order.job_ids.with_user(self.technician)
        action = job.action_open_difficult()
        wizard = self.env[action["res_model"]].with_user(self.technician)
        wizard = wizard.with_context(**action["context"]).create({"reason": " "})
        with self.assertRaisesRegex(UserError, "Say why"):
            wizard.action_confirm()
        wizard.reason = "Seized bolts"
        wizard.action_confirm()
        self.assertTrue(job.is_difficult)
        self.assertIn("Difficult: Seized bolts", job.message_ids[:1].body)
        order.job_ids.operation_id = False
        order.job_ids.operation_id = self.operation
        self.assertTrue(job.is_difficult)
        with self.assertRaisesRegex(UserError, "Only a technical lead says"):
            order.job_ids._mark_difficult(False, "Not any more")
        with self.assertRaises(AccessError):
            job.with_user(self.accountant)._mark_difficult(True, "Mine")
        job.with_user(self.lead)._mark_difficult(False, "They came loose")
        order.action_quote()
        self.assertEqual(job.state, "quoted")

    def test_who_decides(self):
        """R6.2: a technical lead, nobody else; who asks does not answer, and nobody types it."""
        order = self._difficult_order()
        review = self._ask(order)
        review.findings = "Fine"
        for user in (self.advisor, self.technician, self.reception, self.storekeeper):
            with self.assertRaisesRegex(UserError, "Only a technical lead gives the verdict.*Lead"):
                review.with_user(user).action_go()
            with self.assertRaises(AccessError):
                review.with_user(user).write({"findings": "Mine"})
        for vals in ({"verdict": "go"}, {"state": "decided"}, {"decided_by_id": self.lead.id}):
            with self.assertRaises(AccessError):
                review.write(vals)
        review.action_go()
        kept = (review.verdict, review.decided_by_id, bool(review.decided_at))
        self.assertEqual(kept, ("go", self.lead, True))
        told = review.message_ids.filtered(lambda message: "Go" in (message.body or ""))
        self.assertIn(self.advisor.partner_id, told.partner_ids)

    def test_who_asks(self):
        """R3.4 R6.2: the desk and the workshop ask; a warehouse keeper does not."""
        order = self._difficult_order()
        with self.assertRaisesRegex(UserError, "ask for technical reviews"):
            order.with_user(self.storekeeper).action_ask_review()
        with self.assertRaisesRegex(UserError, "ask for technical reviews"):
            order.with_user(self.storekeeper)._ask_review(order.job_ids, "?", self.lead)
        with self.assertRaisesRegex(UserError, "Choose a technical lead"):
            order._ask_review(order.job_ids, "?", self.advisor)
        review = self._ask(order, order.job_ids, self.technician)
        self.assertEqual((review.asked_by_id, review.reviewer_id), (self.technician, self.lead))
        self.assertEqual(review.activity_ids.user_id, self.lead)
        with self.assertRaisesRegex(UserError, "waits for the verdict of"):
            order._ask_review(order.job_ids, "Again?", self.lead)

    def test_other_company(self):
        """R5.2 R6.2: a technical lead of another company neither sees nor decides it."""
        other = self.env["res.company"].create({"name": "Branch"})
        stranger = new_test_user(
            self.env,
            "test_stranger",
            "service_advisor.group_technical",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        order = self._difficult_order()
        review = self._ask(order)
        review.findings = "Fine"
        with self.assertRaises(AccessError):
            review.with_user(stranger).action_go()
        self.assertFalse(self.env["service.technical.review"].with_user(stranger).search([]))
        self.assertNotIn(stranger, self.company._get_technical_leads())

    def test_decided_stays(self):
        """R6.2: a verdict needs findings, is given once and does not change; another review
        supersedes it."""
        order = self._difficult_order()
        review = self._ask(order)
        with self.assertRaisesRegex(UserError, "Write down the findings"):
            review.action_go()
        self._decide(review)
        with self.assertRaisesRegex(UserError, "is Decided by now"):
            review.action_no_go()
        for vals in ({"findings": "Other"}, {"risks": "None"}, {"hours": 3}):
            with self.assertRaisesRegex(UserError, "stays as it is"):
                review.write(vals)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            self.env["service.review.condition"].with_user(self.lead).create(
                {"review_id": review.id, "name": "Late", "owner_id": self.lead.id}
            )
        with self.assertRaisesRegex(UserError, "not taken back"):
            review.action_withdraw()
        order.action_quote()
        again = self._ask(order, order.job_ids)
        self.assertEqual(order.job_ids.state, "proposed", "the customer does not answer meanwhile")
        self.assertEqual(review.state, "decided")
        self._decide(again, "no_go")
        self.assertEqual((review.state, again.state), ("superseded", "decided"))

    def test_withdrawn(self):
        """R6.2: a question that is withdrawn holds up nothing by itself."""
        order = self._new_order()
        order.action_check_in()
        review = self._ask(order, order.job_ids)
        with self.assertRaisesRegex(UserError, "waits for the verdict"):
            order.action_quote()
        with self.assertRaisesRegex(UserError, "Advisor has asked"):
            review.with_user(self.technician).action_withdraw()
        review.with_user(self.advisor).action_withdraw()
        self.assertFalse(review.activity_ids)
        order.action_quote()
        self.assertEqual(order.job_ids.state, "quoted")

    def test_no_go(self):
        """R6.2: a no-go holds for the operation it was given on: another one may be quoted, back
        to it may not; not begun either; a new verdict lifts it."""
        order = self._new_order()
        order.action_check_in()
        job = order.job_ids
        review = self._decide(self._ask(order, job), "no_go")
        with self.assertRaisesRegex(UserError, "no-go.*another operation.*sublet.*Give Up"):
            order.action_quote()
        job.operation_id = self.operation.copy({"code": "OTHER", "name": "Something else"})
        self.assertFalse(job.review_state)
        job.operation_id = self.operation
        self.assertEqual(job.review_state, "no_go")
        self._decide(self._ask(order, job), "go")
        order.action_quote()
        order.action_approve()
        self.assertEqual(review.state, "superseded")
        self._decide(self._ask(order, job), "no_go")
        with self.assertRaisesRegex(UserError, "says no-go"):
            job.with_user(self.technician).action_start()

    def test_give_up(self):
        """R6.2: work with a no-go is declined without asking the customer; other work goes on."""
        order = self._new_order(jobs=2)
        order.action_check_in()
        job, other = order.job_ids
        with self.assertRaisesRegex(UserError, "no verdict no-go"):
            job.action_give_up()
        self._decide(self._ask(order, job), "no_go")
        with self.assertRaisesRegex(UserError, "Only a service advisor"):
            job.with_user(self.technician).action_give_up()
        job.action_give_up()
        self.assertEqual(job.state, "declined")
        self.assertIn("no-go", job.decline_reason)
        order.action_quote()
        order.action_approve()
        self.assertEqual(order.estimate_ids.filtered(
            lambda e: e.state == "sale").order_line.service_job_id, other)

    def test_conditions_hold_their_step(self):
        """R6.2: each condition holds up the step it names, in words that name it and its owner;
        who owns it meets it."""
        order = self._difficult_order()
        review = self._ask(order)
        with self.assertRaisesRegex(UserError, "Add the conditions"):
            self._decide(review, "conditional")
        self._decide(
            review,
            "conditional",
            quote=self.advisor,
            start=self.technician,
            ready=self.manager,
        )
        to_quote, to_start, to_ready = review.condition_ids
        self.assertEqual(
            set(review.activity_ids.mapped("user_id")),
            {self.advisor, self.technician, self.manager},
        )
        self.assertIn("Met before quote", order.next_step)
        with self.assertRaisesRegex(UserError, "Met before quote .Advisor"):
            order.action_quote()
        with self.assertRaisesRegex(UserError, "is met by Advisor"):
            to_quote.with_user(self.technician).action_done()
        for vals in ({"done_at": fields.Datetime.now()}, {"done_by_id": self.advisor.id}):
            with self.assertRaises(AccessError):
                to_quote.write(vals)
        to_quote.with_user(self.advisor).action_done()
        with self.assertRaisesRegex(UserError, "was met by Advisor already"):
            to_quote.with_user(self.advisor).action_done()
        self.assertEqual(to_quote.done_by_id, self.advisor)
        order.action_quote()
        order.action_approve()
        with self.assertRaisesRegex(UserError, "before the work starts.*Technician"):
            order.job_ids.with_user(self.technician).action_start()
        # By the activity, as people do.
        to_start.activity_id.with_user(self.technician).action_feedback("Read it")
        self.assertEqual(to_start.done_by_id, self.technician)
        self._work(order)
        self._issue_parts(order)
        with self.assertRaisesRegex(UserError, "before the car is ready.*Manager"):
            self._ready(order)
        to_ready.with_user(self.lead).action_done()
        self._ready(order)
        self.assertTrue(order.ready_at)

    def test_condition_owner(self):
        """R6.2: an owner who can not see the review is refused; another owner takes the activity
        over; a go has no conditions."""
        order = self._difficult_order()
        review = self._ask(order)
        with self.assertRaisesRegex(UserError, "does not see service orders"):
            self._decide(review, "conditional", quote=self.salesperson)
        review.condition_ids.owner_id = self.advisor
        with self.assertRaisesRegex(UserError, 'verdict is "Conditional"'):
            review.action_go()
        review.action_conditional()
        condition = review.condition_ids
        condition.write({"owner_id": self.reception.id, "due_date": "2031-03-04"})
        activity = condition.activity_id
        self.assertEqual(activity.user_id, self.reception)
        self.assertEqual(str(activity.date_deadline), "2031-03-04")
        with self.assertRaisesRegex(UserError, "stays as it is"):
            condition.gate = "ready"
        with self.assertRaisesRegex(UserError, "stays as it is"):
            condition.unlink()

    def test_plan_follows(self):
        """R6.2: the estimated hours become the planned ones in one click; what the review asks for
        is asked for by the plan and at the start."""
        kind = self.env["service.tool.kind"].create({"name": "Gearbox lift"})
        order = self._difficult_order()
        review = self._ask(order)
        review.write({"hours": 6.5, "tool_kind_ids": [Command.set(kind.ids)]})
        self._decide(review)
        review.with_user(self.advisor).action_take_hours()
        self.assertEqual(order.job_ids.allowed_hours, 6.5)
        self.assertIn("estimated by Lead", order.job_ids.message_ids[:1].body)
        self.assertIn(kind, order.job_ids._get_needs()["tool_kinds"])
        order.action_quote()
        order.action_approve()
        self.assertIn("none of: Gearbox lift", order.job_ids.kit_missing)

    def test_facts(self):
        """R6.2: who can do it, which tools, which parts and hours are there: of now while it
        waits, of the verdict afterwards, in the reader's words."""
        skill_type = self.env["hr.skill.type"].create({
            "name": "Workshop", "skill_ids": [Command.create({"name": "Gearboxes"})],
            "skill_level_ids": [Command.create({"name": "Able", "level_progress": 50})],
        })
        kind = self.env["service.tool.kind"].create({"name": "Gearbox lift"})
        order = self._difficult_order()
        review = self._ask(order)
        review.write(
            {
                "skill_ids": [Command.set(skill_type.skill_ids.ids)],
                "tool_kind_ids": [Command.set(kind.ids)],
                "part_ids": [Command.set(self._new_part("Seal", 5.0).ids)],
                "hours": 4,
            }
        )
        for missing in ("Gearboxes: no technician", "Gearbox lift: the workshop has none",
                        "Seal: 1 needed, 0 Units free", "04:00 estimated, 01:30 planned"):
            self.assertIn(missing, review.missing_note)
        self.assertIn("Brake pads: 1 needed, 10 Units free", review.feasibility)
        self.employee.is_service_technician = True
        self.env["hr.employee.skill"].create(
            {
                "employee_id": self.employee.id,
                "skill_type_id": skill_type.id,
                "skill_id": skill_type.skill_ids.id,
                "skill_level_id": skill_type.skill_level_ids.id,
            }
        )
        tool = self.env["service.tool"].create(
            {"name": "Lift 1", "kind_id": kind.id, "home_place": "Cage", "calibration_due":
                "2020-01-01"}
        )
        review.invalidate_recordset()
        self.assertIn("Lift 1, Cage, calibration ended on 01/01/2020", review.missing_note)
        self.assertNotIn("no technician", review.missing_note)
        tool.calibration_due = "2090-01-01"
        self._decide(review)
        tool.unlink()
        review.invalidate_recordset()
        self.assertIn("Lift 1, Cage, calibrated until", review.feasibility)

    def test_sheets(self):
        """R6.2: who reads a review reads its sheets; what they were at the verdict is known."""
        order = self._difficult_order()
        review = self._ask(order)
        sheet = self.env["ir.attachment"].with_user(self.lead).create(
            {"name": "torque.txt", "raw": b"120 Nm"}
        )
        review.attachment_ids = [Command.link(sheet.id)]
        self.assertEqual(sheet.with_user(self.advisor).raw, b"120 Nm")
        self._decide(review)
        self.assertEqual(review.facts["sheets"], [
            {"name": "torque.txt", "checksum": sheet.checksum}
        ])

    def test_documents(self):
        """R6.4: the feasibility report and the service plan, for an auditor and a customer: no
        price, no payer."""
        order = self._difficult_order()
        review = self._ask(order)
        review.write({"risks": "Metal dust", "risk_level": "high", "standards": "Manual 37-112"})
        self._decide(review, "conditional", start=self.technician)
        internal = self.env["res.partner"].create({"name": "Secret Payer"})
        order.job_ids.payer_id = internal
        render = self.env["ir.actions.report"]._render_qweb_html
        report, _kind = render("service_advisor.report_service_review", review.ids)
        for text in (review.name, "Can we do it?", "on the bench", "Manual 37-112", "Metal dust",
                     "High", "Conditional", "Met before start", "Lead", "Brake pads"):
            self.assertIn(text, report.decode())
        plan, _kind = render("service_advisor.report_service_plan", order.ids)
        plan = plan.decode()
        for text in ("Overhaul the gearbox", "Squeals", "Brake pads", "On the Shelf", "Metal dust",
                     "Met before start", review.name):
            self.assertIn(text, plan)
        for text in ("Secret Payer", "80.0", "150.0"):
            self.assertNotIn(text, plan)

    def test_lists_are_cheap(self):
        """R6.2: next steps, lists and the gate ask as often for many orders as for two."""
        orders = self.env["service.order"]
        for _index in range(5):
            order = self._difficult_order()
            self._decide(self._ask(order), "conditional", quote=self.advisor)
            orders |= order
        names = ["next_step", "needs_review", "review_count"]
        spec = dict.fromkeys(["name", "order_id", "vehicle_id", "job_ids", "verdict", "state"], {})
        counts = []
        for some in (orders[:2], orders[:2], orders):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.read(names)
            some.review_ids.web_read(spec)
            some.job_ids._get_held_up()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
