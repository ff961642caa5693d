from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ServiceAdvisorCommon


# Until ready: before any addon that adds a gate there is loaded, so at_install.
@tagged("at_install", "-post_install")
class TestSublet(ServiceAdvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor = cls.env["res.partner"].create({"name": "Chassis Centre"})
        cls.buyer = cls.env["res.users"].with_context(no_reset_password=True).create(
            {
                "name": "Buyer",
                "login": "test_buyer",
                "group_ids": [
                    Command.set(
                        [
                            cls.env.ref("purchase.group_purchase_user").id,
                            cls.env.ref("account.group_account_invoice").id,
                        ]
                    )
                ],
            }
        )
        cls.sublet = cls.env["product.product"].create(
            {
                "name": "Wheel alignment, sublet",
                "type": "service",
                "list_price": 90.0,
                "invoice_policy": "delivery",
                "taxes_id": [Command.set(cls.tax.ids)],
                "seller_ids": [
                    Command.create({"partner_id": cls.vendor.id, "price": 55.0, "min_qty": 1})
                ],
                "service_to_purchase": True,
            }
        )
        cls.alignment = cls.env["service.operation"].create(
            {
                "code": "ALI",
                "name": "Alignment by a vendor",
                "allowed_hours": 0.5,
                "product_id": cls.labour.id,
                "part_ids": [Command.create({"product_id": cls.sublet.id})],
            }
        )

    def _purchases(self, order):
        lines = self.env["purchase.order.line"].search(
            [("sale_line_id.service_job_id", "in", order.job_ids.ids)]
        )
        return lines.order_id

    def test_from_the_quotation_to_the_bill(self):
        """R2.2: sublet work is quoted, bought on approval, received, billed by the vendor and
        invoiced to the customer."""
        order = self._new_order(operation_id=self.alignment.id)
        order.action_check_in()
        order.action_quote()
        self.assertFalse(self._purchases(order), "nothing is bought before the approval")
        order.action_approve()
        job = order.job_ids
        purchase = self._purchases(order)
        line = purchase.order_line
        self.assertEqual((purchase.state, purchase.partner_id), ("draft", self.vendor))
        self.assertEqual(purchase.user_id, self.advisor)
        self.assertIn(order.name, purchase.origin)
        self.assertIn(f"{order.name}, 沪A·12345, LSVAL41Z882104202", line.name)
        self.assertEqual((line.price_unit, line.product_qty), (55.0, 1.0))
        self.assertEqual(line.sale_line_id.service_job_id, job)
        self.assertEqual(line.sale_order_id.service_order_id, order)
        self.assertEqual(job.with_user(self.technician).sublet_status, "request")
        # No sold hours of the house.
        self.assertEqual(job.allowed_hours, 0.5)
        purchase = purchase.with_user(self.buyer)
        purchase.button_confirm()
        self.assertEqual(job.sublet_status, "ordered")
        # Finishing is allowed while the vendor is still at work: the status shows it.
        self._work(order)
        self._ready(order)
        self.assertEqual(job.sublet_status, "ordered")
        line.with_user(self.buyer).qty_received = 1.0
        self.assertEqual(job.sublet_status, "received")
        purchase.action_create_invoice()
        self.assertEqual(purchase.invoice_ids.amount_untaxed, 55.0)
        self._invoice(order)
        self.assertEqual(order.sudo().invoice_ids.amount_untaxed, 140.0)

    def test_approval_taken_back(self):
        """R1.6: a request is cancelled with the approval; the next approval asks again, once."""
        order = self._authorised_order(operation_id=self.alignment.id)
        purchase = self._purchases(order)
        order.job_ids.action_reopen()
        self.assertEqual(purchase.state, "cancel")
        self.assertFalse(order.job_ids.sublet_status)
        order.action_quote()
        order.action_approve()
        again = self._purchases(order)
        self.assertEqual((len(again), again.state), (1, "draft"))
        self.assertNotEqual(again, purchase)

    def test_approval_taken_back_after_the_order(self):
        """R1.6: what is ordered stays ordered; the buyer is warned, and it is not bought twice."""
        order = self._authorised_order(operation_id=self.alignment.id)
        purchase = self._purchases(order)
        purchase.with_user(self.buyer).button_confirm()
        order.job_ids.action_reopen()
        self.assertEqual(purchase.state, "purchase")
        self.assertIn(order.name, purchase.activity_ids.summary)
        order.action_quote()
        order.action_approve()
        self.assertEqual(self._purchases(order), purchase)

    def test_one_of_two_jobs(self):
        """R1.6: of a request for two jobs only the one taken back goes."""
        order = self._authorised_order(operation_id=self.alignment.id, jobs=2)
        purchase = self._purchases(order)
        self.assertEqual(len(purchase.order_line), 2)
        first, second = order.job_ids
        first.action_reopen()
        self.assertEqual(purchase.state, "draft")
        self.assertEqual(purchase.order_line.sale_line_id.service_job_id, second)

    def test_order_cancelled(self):
        """R2.3: a cancelled order leaves no request behind, and the buyer warned of an order."""
        order = self._authorised_order(operation_id=self.alignment.id)
        purchase = self._purchases(order)
        order.action_cancel()
        self.assertEqual(purchase.state, "cancel")
        other = self._authorised_order(operation_id=self.alignment.id)
        ordered = self._purchases(other)
        ordered.with_user(self.buyer).button_confirm()
        other.action_cancel()
        self.assertEqual(ordered.state, "purchase")
        self.assertTrue(ordered.activity_ids)

    def test_no_vendor(self):
        """R1.4: the desk hears of a missing vendor before the customer is asked."""
        self.sublet.seller_ids.date_end = "2020-01-01"
        order = self._new_order(operation_id=self.alignment.id)
        order.action_check_in()
        with self.assertRaisesRegex(UserError, "No vendor does"):
            order.action_quote()

    def test_plain_orders_do_not_ask(self):
        """R1.4: labour and parts of the house are known as such without a query."""
        order = self._new_order()
        lines = order.job_ids.line_ids
        lines.product_id.mapped("type")
        with self.assertQueryCount(0):
            self.assertFalse(any(line._is_sublet() for line in lines))
