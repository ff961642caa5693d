from odoo import Command
from odoo.addons.service_advisor.tests.common import SIGNATURE
from odoo.addons.service_advisor_quality.tests.common import ServiceAdvisorQualityCommon
from odoo.exceptions import UserError
from odoo.tests import Form, tagged


@tagged("post_install", "-at_install")
class TestFlow(ServiceAdvisorQualityCommon):
    """One car through all three addons; every step by its own role, with no other rights."""

    def _report_row(self, order):
        return (
            self.env["service.order.report"]
            .with_user(self.manager)
            .search([("order_id", "=", order.id)])
        )

    def _take_in(self):
        """R1.1 R1.2: a new car and its owner, taken in as the screen does it."""
        owner = self.env["res.partner"].with_user(self.reception).create({"name": "Wang Owner"})
        Vehicle = self.env["service.vehicle"].with_user(self.reception)
        with Form(Vehicle) as car:
            car.plate = "粤bdf0123"
            car.vin = "lfv6a24g2d3041348"
            car.owner_id = owner
        [(found, _name)] = Vehicle.name_search("粤B·DF01")
        self.assertEqual(found, car.record.id)
        with Form(self.env["service.order"].with_user(self.advisor)) as form:
            form.vehicle_id = car.record
            self.assertEqual(form.partner_id, owner)
            form.odometer_in = 30500
            with form.job_ids.new() as job:
                job.concern = "Squeals when braking"
                job.operation_id = self.operation
        order = form.record
        with self.assertRaisesRegex(UserError, "Check in the car first"):
            order.action_quote()
        order.action_check_in()
        return order

    def _answer(self, order, **answers):
        """Take down the customer's answer in the dialog, concern by concern."""
        action = order.action_open_approval()
        Wizard = self.env[action["res_model"]].with_user(self.advisor)
        wizard = Wizard.with_context(**action["context"]).create({})
        for line in wizard.line_ids:
            line.answer = answers.get(line.job_id.concern.split()[0].lower(), "approved")
        if wizard.has_declined:
            declined = wizard.line_ids.filtered(lambda line: line.answer == "declined")
            declined.decline_reason = "Next time"
        wizard.action_confirm()

    def test_life_of_an_order(self):
        """R1.1 R1.2 R1.4 R1.6 R2.2 R2.3 R2.6 R3.1: from reception to a closed order."""
        order = self._take_in()
        first = order.job_ids
        order.action_quote()
        self.assertEqual(order.first_promised_at, order.promised_at)
        self.assertAlmostEqual(order.amount_total, 297.0)
        self._answer(order)
        self.assertEqual(order.state, "authorised")
        self.assertEqual(order.picking_ids.state, "assigned")

        # The technician finds more; the manufacturer pays one thing, the customer declines one.
        first.with_user(self.technician).action_start()
        order.with_user(self.advisor).job_ids = [
            Command.create(
                {
                    "concern": "Recall of the airbag",
                    "operation_id": self.operation.id,
                    "pay_type": "warranty",
                    "payer_id": self.manufacturer.id,
                }
            ),
            Command.create({"concern": "Worn tyres", "operation_id": self.operation.id}),
        ]
        promised = order.first_promised_at
        order.action_quote()
        self._answer(order, worn="declined")
        recall, tyres = order.job_ids - first
        self.assertEqual((recall.state, tyres.state), ("approved", "declined"))
        self.assertEqual(first.state, "in_work", "approved work goes on meanwhile")
        self.assertEqual(order.first_promised_at, promised, "the first promise is kept")

        first.with_user(self.technician).write({"cause": "Pads worn", "correction": "Replaced"})
        first.with_user(self.technician).action_finish()
        with self.assertRaisesRegex(UserError, "is Approved"):
            order.action_ready()
        self._work(order)
        self._issue_parts(order)
        self.assertEqual(order.state, "quality_check")

        # Nobody gets past the inspector, and the inspector sends back what is not good.
        with self.assertRaisesRegex(UserError, "has not passed its final inspection"):
            order.action_ready()
        self._fail(order, job=recall)
        self.assertEqual((first.state, recall.state, order.state), ("done", "in_work", "in_work"))
        recall.with_user(self.technician).action_start()
        recall.with_user(self.technician).action_finish()
        self._pass(order)
        order.action_ready()

        with self.assertRaisesRegex(UserError, "is not settled"):
            order.action_open_handover()
        self._invoice(order)
        invoices = order.sudo().invoice_ids
        self.assertEqual(invoices.partner_id, order.partner_id | self.manufacturer)
        self.assertEqual(invoices.mapped("state"), ["posted", "posted"])
        self.assertEqual(invoices.mapped("amount_total"), [297.0, 297.0])
        self._hand_over(order)
        self.assertEqual(order.handover_name, "Wang Owner")
        self.assertEqual(order.vehicle_id.odometer, 50003)
        order.action_close()

        self.assertEqual(order.state, "closed")
        self.assertEqual(self.pads.qty_available, 8)
        row = self._report_row(order)
        self.assertEqual((row.state, row.job_count, row.declined_count), ("closed", 3, 1))
        self.assertEqual((row.final_count, row.first_pass), (2, 0))
        self.assertAlmostEqual(row.amount_untaxed, 540.0)

    def test_many_orders_at_once(self):
        """R2.3: every step of the flow takes many orders and works on each of them."""
        orders = self._new_order() | self._new_order(jobs=2) | self._new_order()
        for step in ("action_check_in", "action_quote", "action_approve"):
            getattr(orders, step)()
        for order in orders:
            self._work(order)
        self._issue_parts(orders)
        for order in orders:
            self._pass(order)
        orders.action_ready()
        self._invoice(orders)
        self.assertEqual(len(orders.sudo().invoice_ids), 3)
        for order in orders:
            self.env["service.handover.wizard"].with_user(self.advisor).create(
                {"order_id": order.id, "signature": SIGNATURE, "old_parts": "shop"}
            ).action_confirm()
        orders.action_close()
        self.assertEqual(orders.mapped("state"), ["closed"] * 3)
        self.assertEqual(self._report_row(orders[1]).job_count, 2)
