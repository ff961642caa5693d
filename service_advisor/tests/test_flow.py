from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ServiceAdvisorCommon


# Until ready: before any addon that adds a gate there is loaded, so at_install.
@tagged("at_install", "-post_install")
class TestFlow(ServiceAdvisorCommon):
    def test_life_of_an_order(self):
        """R1.4 R1.6 R2.2 R2.3: each role does its part with its own rights only."""
        order = self._new_order()
        self.assertEqual(order.state, "booked")
        self.assertEqual(order.partner_id, self.customer)
        order.action_check_in()
        self.assertEqual(order.state, "checked_in")
        order.action_quote()
        self.assertEqual(order.state, "quoted")
        self.assertTrue(order.promised_at > self._now())
        self.assertEqual(order.first_promised_at, order.promised_at)
        # 1.5 h x 100 + 80 + 2 x 20, plus 10 %
        self.assertAlmostEqual(order.amount_total, 297.0)
        order.action_approve()
        self.assertEqual(order.state, "authorised")
        self.assertEqual(order.estimate_ids.state, "sale")
        self.assertEqual(order.job_ids.authorised_by_id, self.advisor)
        picking = order.picking_ids
        self.assertEqual(picking.picking_type_id, self.warehouse.workshop_issue_type_id)
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(picking.move_ids.service_job_id, order.job_ids)
        self._work(order)
        self.assertEqual(order.job_ids.technician_id, self.employee)
        self._issue_parts(order)
        self.assertEqual(order.state, "quality_check")
        self._ready(order)
        self.assertEqual(order.state, "ready")
        self._invoice(order)
        self.assertAlmostEqual(sum(order.sudo().invoice_ids.mapped("amount_total")), 297.0)
        self.assertTrue(order.is_settled)
        self._hand_over(order)
        self.assertEqual(order.state, "delivered")
        self.assertTrue(order.handover_signature)
        self.assertEqual(self.vehicle.odometer, 50003)
        order.action_close()
        self.assertEqual(order.state, "closed")

    def test_wrong_order_of_steps(self):
        """R2.3: a step out of turn is refused and names the order and the way out."""
        order = self._new_order(jobs=0)
        for step, words in (
            ("action_quote", "Check in the car first"),
            ("action_open_approval", "Explain price and time first"),
            ("action_check_in", "at least one concern"),
            ("action_ready", "Booked"),
            ("action_create_invoices", "once the car is ready"),
            ("action_open_handover", "Booked"),
            ("action_close", "Booked"),
        ):
            with self.subTest(step), self.assertRaises(UserError) as error:
                getattr(order, step)()
            self.assertIn(words, str(error.exception))
            self.assertIn(order.name, str(error.exception))
