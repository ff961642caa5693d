from ast import literal_eval
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ServiceAdvisorCommon


class SettlementCommon(ServiceAdvisorCommon):
    """Orders up to ready, with deposits and returns."""

    def _ready(self, order):
        """Mark the car ready, whatever gate an installed addon has before it: that road is the
        addon's to test, what follows is tested here."""
        if "qc" not in order.job_ids.mapped("state"):
            order.action_ready()
            return
        order._check_parts_approved()
        order.sudo()._keep({"ready_at": self._now()})

    def _ready_order(self, **kwargs):
        order = self._authorised_order(**kwargs)
        self._work(order)
        self._issue_parts(order)
        self._ready(order)
        return order

    def _two_payers(self):
        order = self._new_order(jobs=2)
        order.job_ids[1].write({"pay_type": "warranty", "payer_id": self.manufacturer.id})
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        return order

    def _deposit(self, order, amount=110.0, user=None, post=True):
        """Take a deposit of ``amount``, taxes included, and post its invoice."""
        user = user or self.advisor
        action = order.with_user(user).action_deposit()
        wizard = (
            self.env[action["res_model"]]
            .with_user(user)
            .with_context(**action["context"])
            .create({"advance_payment_method": "fixed", "fixed_amount": amount})
        )
        wizard.create_invoices()
        if post:
            self._post(order)
        return order.sudo().invoice_ids.filtered(
            lambda move: move.line_ids.sale_line_ids.filtered("is_downpayment")
        )

    def _return(self, order, product, quantity):
        # an earlier return may be of the same second, and sorted before what was issued
        picking = order.sudo().picking_ids.filtered(
            lambda p: p.state == "done" and p.picking_type_code == "outgoing"
        )[:1]
        wizard = self.env["stock.return.picking"].with_user(self.storekeeper).create(
            {"picking_id": picking.id}
        )
        for line in wizard.product_return_moves:
            line.quantity = quantity if line.product_id == product else 0
        back = wizard._create_return()
        back.move_ids.picked = True
        back.button_validate()
        self.env.invalidate_all()

    def _release(self, order, reason="Fleet customer", user=None, **vals):
        wizard = self.env["service.release.wizard"].with_user(user or self.accountant).create(
            {"order_id": order.id, "reason": reason} | vals
        )
        wizard.action_confirm()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestDeliveryGate(SettlementCommon):
    def test_leaves_only_paid(self):
        """R2.6: created, posted and paid, in this order; each step says who is next."""
        order = self._ready_order()
        self.assertEqual((order.is_settled, order.has_to_invoice), (False, True))
        self.assertAlmostEqual(order.amount_owed, 297.0)
        self.assertIn("create the invoices", order.next_step)
        with self.assertRaisesRegex(UserError, "creates and posts.*Allow to Leave Unpaid.*Acc"):
            order.action_open_handover()
        order.with_user(self.accountant).action_create_invoices()
        with self.assertRaisesRegex(UserError, "creates and posts"):
            order.action_open_handover()
        self._post(order)
        self.assertIn("register the customer's payment", order.next_step)
        with self.assertRaisesRegex(UserError, "297.00.*is to be paid"):
            order.action_open_handover()
        self._pay(order.sudo().invoice_ids, 100)
        self.assertFalse(order.is_settled, "a part of it is not all of it")
        self.assertAlmostEqual(order.amount_owed, 197.0)
        self._pay(order.sudo().invoice_ids)
        self.assertTrue(order.is_settled)
        self.assertIn("hand over the car", order.next_step)
        self._hand_over(order)
        self.assertEqual(order.state, "delivered")

    def test_payment_terms_put_it_off(self):
        """R2.6: a customer with terms leaves once the invoice is posted; not after it is due."""
        self.customer.property_payment_term_id = self.env["account.payment.term"].create(
            {
                "name": "30 days",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})
                ],
            }
        )
        order = self._ready_order()
        order.with_user(self.accountant).action_create_invoices()
        self.assertFalse(order.is_settled)
        self._post(order)
        self.assertTrue(order.is_settled)
        self.assertAlmostEqual(order.amount_owed, 297.0)
        lines = order.sudo().invoice_ids.line_ids
        lines.filtered("date_maturity").date_maturity = fields.Date.today() - timedelta(days=1)
        self.env.invalidate_all()
        self.assertFalse(order.is_settled, "due since yesterday")

    def test_other_payers_do_not_hold_the_car(self):
        """R2.6: the manufacturer pays when it pays; its estimate stays to be invoiced."""
        order = self._two_payers()
        self._work(order)
        self._issue_parts(order)
        self._ready(order)
        mine = order.estimate_ids.filtered(lambda e: e.partner_id == self.customer)
        mine.with_user(self.accountant).action_service_invoice()
        self._post(order)
        self._pay(order.sudo().invoice_ids)
        self.assertEqual(order.sudo().invoice_ids.partner_id, self.customer)
        self._hand_over(order)
        self.assertTrue(order.has_to_invoice)
        self.assertIn("Accountant: create the invoices", order.next_step)
        order.action_close()
        order.with_user(self.accountant).action_create_invoices()
        self.assertIn(self.manufacturer, order.sudo().invoice_ids.partner_id)
        self.env.invalidate_all()
        self.assertFalse(order.has_to_invoice)

    def test_monthly_customer(self):
        """R2.6: what the customer gets with the month does not hold the car; only accountants
        say who gets it so."""
        order = self._ready_order()
        self.assertFalse(order.is_settled)
        customer = self.customer.with_user(self.advisor)
        with self.assertRaisesRegex(AccessError, "Only an accountant"):
            customer.service_monthly_invoice = True
        with self.assertRaisesRegex(AccessError, "Only an accountant"):
            customer.create({"name": "Fleet", "service_monthly_invoice": True})
        customer.write({"service_monthly_invoice": False, "comment": "Calls first"})
        self.customer.service_monthly_invoice = True
        customer.create({"name": "Driver", "parent_id": self.customer.id})
        self.env.invalidate_all()
        self.assertTrue(order.is_settled)
        self.assertAlmostEqual(order.amount_owed, 297.0)
        self._hand_over(order)
        self.assertEqual(order.state, "delivered")

    def test_another_customer_holds_the_car(self):
        """R2.6: what a customer agreed to is settled before the car leaves, also where the order
        names another customer."""
        order = self._new_order()
        order.job_ids.payer_id = self.env["res.partner"].create({"name": "First Customer"})
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        self._work(order)
        self._issue_parts(order)
        self._ready(order)
        [estimate] = order.job_ids.line_ids.order_id
        self.assertNotEqual(estimate.partner_id, order.partner_id)
        self.assertFalse(order.is_settled)
        self.assertNotIn(estimate, order._get_settlement_estimates(), "not this customer's list")

    def test_release(self):
        """R2.6 R5.3: an accountant lets the car leave unpaid, up to an amount, with a reason."""
        order = self._ready_order()
        with self.assertRaisesRegex(UserError, "Only an accountant.*Accountant"):
            order.action_open_release()
        with self.assertRaises(AccessError):
            order.with_user(self.advisor).env["service.release.wizard"].create(
                {"order_id": order.id, "reason": "x"}
            )
        with self.assertRaisesRegex(UserError, "Only an accountant"):
            order._release("I may", 1000)
        with self.assertRaisesRegex(AccessError, "can not be entered by hand"):
            order.write({"released_at": self._now(), "release_amount": 1000})
        for vals, words in (
            ({"reason": "  "}, "Say why"),
            ({"amount": 100}, "is owed already"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self._release(order, **vals)
        self._release(order)
        self.assertEqual(order.released_by_id, self.accountant)
        self.assertEqual((order.release_reason, order.release_amount), ("Fleet customer", 297.0))
        self.assertEqual((order.is_settled, order.is_released), (False, True))
        self.assertIn("released it unpaid", order.next_step)
        self.assertIn("Fleet customer", order.message_ids[0].body)
        self._hand_over(order)
        self.assertEqual(order.state, "delivered")

    def test_release_does_not_cover_more(self):
        """R2.6: more than was released, or too late, needs a new release."""
        order = self._authorised_order()
        self._release(order, amount=300)
        order.job_ids = [Command.create({"concern": "Worn", "operation_id": self.operation.id})]
        order.action_quote()
        order.action_approve()
        self._work(order)
        self._issue_parts(order)
        self._ready(order)
        self.env.invalidate_all()
        self.assertFalse(order.is_released)
        with self.assertRaisesRegex(UserError, "no longer covers what is owed; Acc"):
            order.action_open_handover()
        self._release(order, until=fields.Date.today() - timedelta(days=1))
        self.assertFalse(order.is_released, "only until yesterday")
        self._release(order, until=fields.Date.today())
        order.action_open_handover()

    def test_many_orders(self):
        """R2.3: what is owed is found in the same few queries for one order and for many."""
        orders = self._ready_order() | self._ready_order() | self._ready_order()
        self._invoice(orders[0])

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            records.mapped("next_step")
            return self.env.cr.sql_log_count - start

        count(orders)
        self.assertEqual(count(orders[:2]), count(orders))


@tagged("post_install", "-at_install")
class TestDeposits(SettlementCommon):
    def test_deducted_from_the_invoice(self):
        """R2.6: advisor or accountant takes a deposit on approved work; the invoice deducts it."""
        for user in (self.advisor, self.accountant):
            with self.subTest(user.login):
                order = self._authorised_order()
                deposit = self._deposit(order, user=user)
                self.assertAlmostEqual(deposit.amount_total, 110.0)
                self._pay(deposit)
                self.assertFalse(order.has_to_invoice)
                self._work(order)
                self._issue_parts(order)
                self._ready(order)
                self.assertAlmostEqual(order.amount_owed, 187.0)
                self._invoice(order)
                final = order.sudo().invoice_ids - deposit
                self.assertAlmostEqual(final.amount_total, 187.0)
                self.assertTrue(order.is_settled)
                self.assertFalse(order.has_to_invoice)
                self.assertFalse(deposit.line_ids.sale_line_ids.service_job_id)
                shown = order.proposal_ids.sudo().line_ids.mapped("content")
                self.assertNotIn("Down", str(shown))

    def test_when(self):
        """R1.6: a deposit is taken on approved work, before the car is ready."""
        order = self._new_order()
        with self.assertRaisesRegex(UserError, "has approved nothing yet"):
            order.action_deposit()
        order = self._ready_order()
        with self.assertRaisesRegex(UserError, "before the car is ready"):
            order.action_deposit()
        early = self._authorised_order()
        wizard = self.env["sale.advance.payment.inv"].with_user(self.accountant).create(
            {"sale_order_ids": [Command.set(early.estimate_ids.ids)]}
        )
        with self.assertRaisesRegex(UserError, "once the car is ready"):
            wizard.create_invoices()

    def test_approval_taken_back(self):
        """R1.6: the deposit outlives the approval of the only job and is deducted later."""
        order = self._authorised_order()
        deposit = self._deposit(order)
        first = order.estimate_ids
        order.job_ids.action_reopen()
        self.assertEqual(first.state, "sale", "it carries the deposit")
        self.assertFalse(first.order_line.service_job_id)
        order.action_quote()
        order.action_approve()
        self._work(order)
        self._issue_parts(order)
        self._ready(order)
        self._invoice(order)
        final = order.sudo().invoice_ids - deposit
        self.assertAlmostEqual(final.amount_total, 187.0)
        self.assertEqual(final.move_type, "out_invoice")
        self.assertTrue(order.is_settled)

    def test_nothing_is_done_after_all(self):
        """R1.6: where everything is declined in the end, the deposit is credited."""
        order = self._authorised_order()
        deposit = self._deposit(order)
        self._pay(deposit)
        order.job_ids.action_reopen()
        order.action_quote()
        order._record_answer({"declined": order.job_ids}, {"authorised_via": "phone"})
        self._ready(order)
        self.assertEqual((order.is_settled, order.has_to_invoice), (False, True))
        to_invoice = self.env.ref("service_advisor.service_estimate_action_to_invoice")
        found = self.env["sale.order"].with_user(self.accountant).search(
            literal_eval(to_invoice.domain)
        )
        self.assertEqual(found.service_order_id & order, order)
        self._invoice(order)
        credit = order.sudo().invoice_ids - deposit
        self.assertEqual((credit.move_type, credit.amount_total), ("out_refund", 110.0))
        self.assertFalse(order.has_to_invoice)
        self.assertTrue(order.is_settled)

    def test_deposit_larger_than_the_work(self):
        """R2.6: what was paid too much comes back as a credit note."""
        order = self._authorised_order()
        deposit = self._deposit(order, 280.0)
        self._pay(deposit)
        self._work(order)
        order.picking_ids.with_user(self.storekeeper).action_cancel()
        self._ready(order)
        self._invoice(order)
        credit = order.sudo().invoice_ids - deposit
        self.assertEqual(credit.move_type, "out_refund")
        self.assertAlmostEqual(credit.amount_total, 115.0)  # 280 - 150 x 1.1
        self.assertTrue(order.is_settled)

    def test_cancelled_order(self):
        """R2.3: an order with a deposit is cancelled once the accountant has given it back."""
        order = self._authorised_order()
        self._deposit(order)
        with self.assertRaisesRegex(UserError, "has a deposit.*Return Deposit.*Accountant"):
            order.action_cancel()
        self.assertTrue(order.has_deposit)
        with self.assertRaisesRegex(UserError, "Only an accountant.*Accountant"):
            order.action_return_deposit()
        order.with_user(self.accountant).action_return_deposit()
        self._post(order)
        self.env.invalidate_all()
        self.assertFalse(order.has_deposit)
        order.action_cancel()
        self.assertEqual(order.state, "cancelled")
        posted = order.sudo().invoice_ids.mapped("state")
        self.assertEqual(posted, ["posted", "posted"], "deposit and credit note stay")
        with self.assertRaisesRegex(UserError, "no deposit to return"):
            order.with_user(self.accountant).action_return_deposit()

    def test_draft_credit_note_gives_nothing_back(self):
        """R2.3: while the credit note is a draft the shop has the money, and the order stays."""
        order = self._authorised_order()
        self._pay(self._deposit(order))
        order.with_user(self.accountant).action_return_deposit()
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "has a deposit.*posts the credit note"):
            order.action_cancel()
        order.job_ids.action_reopen()
        first = order.estimate_ids.filtered(lambda e: e.order_line.filtered("is_downpayment"))
        self.assertEqual(first.state, "sale", "it carries the deposit")
        self._post(order)
        self.env.invalidate_all()
        order.action_cancel()
        self.assertEqual(order.state, "cancelled")

    def test_deposit_of_a_monthly_customer(self):
        """R2.6: no monthly run finds a deposit that is left alone: it goes back with the
        order."""
        self.customer.service_monthly_invoice = True
        order = self._authorised_order()
        deposit = self._deposit(order)
        order.job_ids.action_reopen()
        order.action_quote()
        order._record_answer({"declined": order.job_ids}, {"authorised_via": "phone"})
        self._ready(order)
        self.assertTrue(order.has_to_invoice)
        self._invoice_unpaid(order)
        credit = order.sudo().invoice_ids - deposit
        self.assertEqual((credit.move_type, credit.amount_total), ("out_refund", 110.0))

    def test_draft_deposit_goes_with_the_order(self):
        """R2.3: a deposit that was never posted does not keep the order."""
        order = self._authorised_order()
        deposit = self._deposit(order, post=False)
        order.action_cancel()
        self.assertEqual((order.state, deposit.state), ("cancelled", "cancel"))

    def test_returned_parts(self):
        """R2.4 R2.6: parts returned after the invoice are credited, closed order or not."""
        order = self._ready_order()
        self._invoice(order)
        self.assertTrue(order.is_settled)
        self._return(order, self.fluid, 1)
        self.assertEqual((order.is_settled, order.has_to_invoice), (False, True))
        self.assertIn("credit notes", order.next_step)
        first = order.sudo().invoice_ids
        self._invoice(order)
        credit = order.sudo().invoice_ids - first
        self.assertEqual(credit.move_type, "out_refund")
        self.assertAlmostEqual(credit.amount_total, 22.0)
        self._hand_over(order)
        order.action_close()
        self._return(order, self.pads, 1)
        self.assertIn("credit notes", order.next_step)
        before = order.sudo().invoice_ids
        order.with_user(self.accountant).action_create_invoices()
        self.assertAlmostEqual((order.sudo().invoice_ids - before).amount_total, 88.0)


@tagged("post_install", "-at_install")
class TestPayers(SettlementCommon):
    def test_from_what_was_issued_and_sold(self):
        """R2.6: the invoice has the hours sold and the parts issued, not those ordered."""
        order = self._authorised_order()
        moves = order.sudo().picking_ids.move_ids.with_user(self.storekeeper)
        moves.filtered(lambda move: move.product_id == self.fluid).quantity = 1
        moves.picked = True
        moves.picking_id.with_context(cancel_backorder=True)._action_done()
        self._work(order)
        self._ready(order)
        estimate = order.estimate_ids
        self.assertAlmostEqual(estimate.amount_total, 297.0)
        self.assertAlmostEqual(estimate.service_amount_to_invoice, 275.0)
        estimate.with_user(self.accountant).action_service_invoice()
        self._post(order)
        self.env.invalidate_all()
        self.assertAlmostEqual(estimate.service_amount_invoiced, 275.0)
        self.assertEqual(estimate.service_amount_to_invoice, 0)
        self.assertEqual(estimate.service_payment_state, "not_paid")
        self._pay(order.sudo().invoice_ids)
        self.assertEqual(estimate.service_payment_state, "paid")

    def test_one_payer_at_a_time(self):
        """R2.6: a click invoices one payer and leaves the others."""
        order = self._two_payers()
        warranty = order.estimate_ids.filtered(lambda e: e.partner_id == self.manufacturer)
        with self.assertRaisesRegex(UserError, "once the car is ready"):
            warranty.with_user(self.accountant).action_service_invoice()
        self._work(order)
        self._issue_parts(order)
        self._ready(order)
        action = warranty.with_user(self.accountant).action_service_invoice()
        invoice = order.sudo().invoice_ids
        self.assertEqual((action["res_id"], invoice.partner_id), (invoice.id, self.manufacturer))
        with self.assertRaisesRegex(UserError, "Nothing is left to invoice"):
            warranty.with_user(self.accountant).action_service_invoice()
        self.assertTrue(order.has_to_invoice)

    def test_many_estimates(self):
        """R2.6: the page costs the same for two payers and for many rounds."""
        order = self._two_payers()
        for _round in range(3):
            order.job_ids = [
                Command.create({"concern": "More", "operation_id": self.operation.id})
            ]
            order.action_quote()
            order.action_approve()
        names = [
            "service_amount_invoiced", "service_amount_to_invoice", "service_payment_state",
        ]

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            records.browse(records.ids).with_user(self.accountant).read(names)
            return self.env.cr.sql_log_count - start

        estimates = order.estimate_ids
        self.assertEqual(len(estimates), 5)
        count(estimates)
        self.assertEqual(count(estimates[:2]), count(estimates))
