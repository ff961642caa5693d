from odoo import Command
from odoo.tests import tagged

from .test_settlement import SettlementCommon
from .test_tours import ToursCommon

RECEPTION = "/odoo/action-service_advisor.service_order_action_reception"


class CaseCommon(ToursCommon, SettlementCommon):
    """A catalogue with a package, a symptom and a checklist of two items."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "li@customer.example"
        operation = {"product_id": cls.labour.id, "allowed_hours": 0.5}
        cls.oil = cls._new_part("Engine oil", 40.0)
        cls._put_on_shelf(cls.oil, 10)
        Operation = cls.env["service.operation"]
        change = Operation.create(
            dict(operation, code="T-OIL", name="Change the oil",
                 part_ids=[Command.create({"product_id": cls.oil.id, "quantity": 4})])
        )
        cls.package = Operation.create(
            dict(operation, code="T-SVC", name="Small service", allowed_hours=0,
                 component_ids=[Command.set(change.ids)])
        )
        cls.diagnosis = Operation.create(dict(operation, code="T-DIA", name="Diagnose a noise"))
        cls.links = Operation.create(
            dict(operation, code="T-LNK", name="Replace stabiliser links", allowed_hours=1)
        )
        cls._make_symptom()
        cls.env["service.checklist"].create(
            {
                "name": "Short check",
                "company_id": cls.company.id,
                "item_ids": [
                    Command.create(
                        {
                            "section": "Chassis",
                            "name": "Stabiliser links",
                            "operation_id": cls.links.id,
                        }
                    )
                ],
            }
        )

    @classmethod
    def _make_symptom(cls):
        cls.symptom = cls.env["service.symptom"].create(
            {
                "name": "Abnormal noise",
                "question_ids": [
                    Command.create(
                        {
                            "name": "When is it heard?",
                            "kind": "choice",
                            "choice_ids": [
                                Command.create({"name": "Over bumps"}),
                                Command.create({"name": "While braking"}),
                            ],
                        }
                    )
                ],
            }
        )
        cls.symptom.cause_ids = [
            Command.create(
                {
                    "name": "Worn stabiliser link",
                    "operation_id": cls.diagnosis.id,
                    "choice_ids": [Command.set(cls.symptom.question_ids.choice_ids[0].ids)],
                }
            )
        ]


@tagged("post_install", "-at_install")
class TestCases(CaseCommon):
    def test_fast_proposal(self):
        """C1 R1.1 R1.7: a known car with a package and a concern, from its arrival to a printed
        proposal in at most 12 clicks."""
        self._tour("service_advisor_fast_proposal", self.advisor, RECEPTION)
        order = self._get_order(self.vehicle)
        self.assertEqual(set(order.job_ids.mapped("state")), {"quoted"})
        self.assertEqual(order.job_ids.operation_id, self.diagnosis | self.package)
        # 0.5 h of labour for the diagnosis and for the oil, and four litres of it
        self.assertAlmostEqual(order.proposal_ids.amount_total, (50 + 50 + 160) * 1.1)

    def test_c1_to_signed_hand_over(self):
        """C1 R1.1 R1.2 R1.3 R1.4 R1.5 R1.6 R1.7 R2.6: maintenance with an abnormal noise:
        reception, the need, a full inspection, its result explained, plan and price sent; then,
        with everything done and paid, the signed hand-over with its document filed."""
        self._tour("service_advisor_c1_reception", self.advisor, RECEPTION)
        order = self._get_order(self.vehicle)
        noise = order.job_ids.filtered(lambda job: "Knocks" in job.concern)
        self.assertEqual(noise.answer_ids.choice_id.name, "Over bumps")
        self.assertEqual(noise.operation_id, self.diagnosis)
        self._tour("service_advisor_c1_inspection", self.technician)
        self._tour("service_advisor_c1_proposal", self.advisor)
        links = order.job_ids.filtered(lambda job: job.operation_id == self.links)
        self.assertEqual(set(order.job_ids.mapped("state")), {"quoted"})
        proposal = order.proposal_ids
        self.assertTrue(proposal.sent_at)
        shown = proposal.line_ids.filtered(lambda line: line.job_id == links).content
        self.assertEqual(shown["urgency"], "red")
        order = order.with_user(self.advisor)
        order.belongings = "child seat"
        order.action_approve()
        self._work(order)
        self._issue_parts(order)
        self._ready(order)
        self._invoice(order)
        page = f"/odoo/action-service_advisor.service_order_action/{order.id}"
        self._tour("service_advisor_c1_hand_over", self.advisor, page)
        self.assertEqual((order.state, order.old_parts), ("delivered", "shop"))
        self.env.ref("service_advisor.ir_cron_file_handovers").method_direct_trigger()
        self.env.invalidate_all()
        self.assertIn(order.handover_ids.document_id, order.message_ids.attachment_ids)


@tagged("post_install", "-at_install")
class TestPhoneCases(CaseCommon):
    browser_size = "375x667"
    touch_enabled = True

    def test_c1_customer_approves(self):
        """C1 R1.6: the customer's side of it, on a phone: everything approved and signed."""
        order = self._new_order(operation_id=self.package.id, concern="Small service")
        order.job_ids = [
            Command.create({"concern": "Knocks over bumps", "operation_id": self.diagnosis.id})
        ]
        order.action_check_in()
        order.action_quote()
        proposal = order.proposal_ids.sudo()
        self._tour("service_advisor_c1_customer_phone", None, proposal.get_portal_url())
        self.assertEqual(set(order.job_ids.mapped("state")), {"approved"})
        self.assertEqual(order.state, "authorised")
        self.assertEqual(proposal.answered_via, "portal")
        self.assertEqual(order.picking_ids.state, "assigned")
