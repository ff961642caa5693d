from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ServiceAdvisorCommon


class ClaimCommon(ServiceAdvisorCommon):
    """A warranty job of 150 labour and 120 parts, 10 % tax."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._put_on_shelf(cls.pads, 100)
        cls._put_on_shelf(cls.fluid, 100)
        cls.product_claim = cls.env.ref("service_advisor.product_claim_difference")

    def _warranty_order(self, **vals):
        return self._authorised_order(
            **({"pay_type": "warranty", "payer_id": self.manufacturer.id} | vals)
        )

    def _finish(self, order):
        self._issue_parts(order)
        self._work(order)
        order.job_ids.with_user(self.technician).write(
            {"cause": "Bad pads", "correction": "Pads replaced"}
        )

    def _claimed_order(self, **vals):
        """Return a ready order with one claim as a draft."""
        order = self._warranty_order(**vals)
        self._finish(order)
        self._ready(order)
        return order

    def _claim(self, order, user=None):
        return order.job_ids.sudo().claim_ids.with_user(user or self.accountant)

    def _submitted(self, **vals):
        claim = self._claim(self._claimed_order(**vals))
        claim.action_submit()
        return claim

    def _answer(self, claims, answer, amount=0.0, reason="Wear"):
        with Form(
            self.env["service.claim.answer.wizard"]
            .with_user(self.accountant)
            .with_context(default_claim_ids=claims.ids)
        ) as form:
            form.answer = answer
            if answer == "short_paid":
                form.approved_amount = amount
            if answer != "approved":
                form.reason = reason
        form.save().action_confirm()

    def _invoice(self, order):
        order.with_user(self.accountant).action_create_invoices()
        drafts = order.sudo().invoice_ids.filtered(lambda move: move.state == "draft")
        drafts.with_user(self.accountant).action_post()

    def _pay(self, invoice):
        self.env["account.payment.register"].with_user(self.accountant).with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()


# Until ready: before any addon that adds a gate there is loaded, so at_install.
@tagged("at_install", "-post_install")
class TestClaim(ClaimCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # made once: most tests begin where a claim is submitted
        cls.claimed_order = cls()._claimed_order()

    def _submitted(self):
        claim = self._claim(self.claimed_order)
        claim.action_submit()
        return claim

    def test_ready_makes_the_claims(self):
        """R2.6: a car that is ready brings a claim per warranty job, once, and none for others."""
        plain = self._authorised_order()
        self._finish(plain)
        self._ready(plain)
        self.assertFalse(self._claim(plain))
        order = self._claimed_order()
        claim = self._claim(order)
        self.assertEqual(claim.manufacturer_id, self.manufacturer)
        self.assertEqual((claim.state, claim.company_id), ("draft", self.company))
        self.assertEqual((claim.labour_amount, claim.parts_amount), (150.0, 120.0))
        self.assertEqual(claim.part_ids, self.pads | self.fluid)
        order.job_ids._ensure_claims()
        self.assertEqual(len(self._claim(order)), 1)
        self.assertEqual(order.with_user(self.advisor).claim_count, 1)
        self.assertEqual(order.with_user(self.advisor).action_view_claims()["res_id"], claim.id)

    def test_ready_without_warranty_costs_nothing(self):
        """R2.6: orders without a warranty job pay no query for claims."""
        order = self._authorised_order()
        self._finish(order)
        order.action_ready()
        order.job_ids.mapped("pay_type")
        with self.assertQueryCount(0):
            order._after_ready()

    def test_before_ready_by_button(self):
        """R1.4: a claim is begun before the work, for the pre-authorisation, and follows the job
        until it is submitted."""
        order = self._new_order(pay_type="warranty", payer_id=self.manufacturer.id)
        job = order.job_ids.with_user(self.advisor)
        action = job.action_claim()
        claim = self.env["service.claim"].with_user(self.advisor).browse(action["res_id"])
        claim.preauthorisation = "PA-1"
        self.assertEqual(claim.amount, 270.0)
        job.line_ids.filtered(lambda line: line.product_id == self.pads).product_uom_qty = 2
        self.assertEqual(claim.amount, 350.0)
        other = self.env["res.partner"].create({"name": "Battery Maker"})
        job.payer_id = other
        self.assertEqual(claim.manufacturer_id, other)
        job.pay_type = "customer"
        self.assertFalse(claim.exists(), "no warranty, no claim")
        with self.assertRaisesRegex(UserError, "not paid under warranty"):
            job.action_claim()

    def test_cancelled_job_takes_its_draft_along(self):
        """R2.6: work that does not take place is not claimed."""
        order = self._warranty_order()
        order.job_ids.action_claim()
        claim = self._claim(order)
        order.action_cancel()
        self.assertFalse(claim.exists())

    def test_what_is_missing(self):
        """R2.6: a claim says all that keeps it from being submitted, and by whom it comes."""
        order = self._warranty_order()
        order.job_ids.action_claim()
        claim = self._claim(order)
        self.vehicle.vin = False
        with self.assertRaises(UserError) as caught:
            claim.action_submit()
        message = str(caught.exception)
        for words in (order.name, "is Approved", "VIN", "cause is missing", "still open"):
            self.assertIn(words, message)
        self.assertEqual(len(claim.blocked_by.splitlines()), 5)
        self.vehicle.vin = "LSVAL41Z882104202"
        self._finish(order)
        self.assertFalse(claim.blocked_by)
        claim.action_submit()
        with self.assertRaisesRegex(UserError, "It is Submitted"):
            claim.action_submit()

    def test_submission_freezes_the_amounts(self):
        """R2.6: what was submitted stays, in labour and parts; parts not issued are not claimed."""
        order = self._warranty_order()
        moves = order.sudo().picking_ids.move_ids.with_user(self.storekeeper)
        moves.filtered(lambda move: move.product_id == self.fluid).quantity = 1
        picking = moves.picking_id
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True, picking_ids_not_to_backorder=picking.ids)\
            .button_validate()
        self._work(order)
        order.job_ids.write({"cause": "Bad pads", "correction": "Replaced"})
        self._ready(order)
        claim = self._claim(order)
        claim.action_submit()
        self.assertEqual((claim.claimed_labour, claim.claimed_parts), (150.0, 100.0))
        self.assertEqual((claim.claimed_amount, claim.open_amount), (250.0, 250.0))
        order.job_ids.line_ids.sudo().filtered(
            lambda line: line.product_id == self.labour
        ).qty_delivered = 1.0
        self.assertEqual(claim.amount, 250.0)

    def test_steps_only(self):
        """R5.3: nobody types in what was claimed or answered; the claim that was sent stays."""
        claim = self._submitted()
        for vals in (
            {"state": "paid"},
            {"approved_amount": 1.0},
            {"submitted_on": "2020-01-01"},
            {"manufacturer_id": self.customer.id},
        ):
            with self.assertRaises(AccessError):
                claim.write(vals)
        with self.assertRaises(AccessError):
            claim.with_user(self.advisor).create({"job_id": claim.job_id.id})
        with self.assertRaisesRegex(UserError, "belongs to the books"):
            claim.with_user(self.manager).unlink()

    def test_who_may(self):
        """R5.3: advisors, managers and accountants claim; technicians and reception read; the
        warehouse, salespeople and customers see nothing."""
        claim = self._submitted()
        for user in (self.technician, self.reception):
            self.assertEqual(claim.with_user(user).amount, 270.0)
            with self.assertRaises(AccessError):
                claim.with_user(user).action_reopen()
            with self.assertRaises(AccessError):
                claim.with_user(user)._record_answer("approved")
        portal = self.env["res.users"].with_context(no_reset_password=True).create(
            {
                "name": "Portal",
                "login": "test_claim_portal",
                "partner_id": self.customer.id,
                "group_ids": [Command.set([self.env.ref("base.group_portal").id])],
            }
        )
        for user in (self.storekeeper, self.salesperson, portal):
            with self.assertRaises(AccessError):
                claim.with_user(user).read(["name"])
        order, job = claim.order_id.with_user(portal), claim.job_id.with_user(portal)
        for record, name in ((order, "claim_count"), (job, "claim_count"), (job, "claim_ids")):
            with self.assertRaises(AccessError):
                record.read([name])
        estimates = self.env["sale.order"].with_user(portal).search([])
        self.assertNotIn(claim.job_id.estimate_id.id, estimates.ids)
        self.assertFalse(order.sudo()._get_customer_estimates())
        claim.with_user(self.advisor)._record_answer("approved")
        self.assertEqual(claim.state, "approved")

    def test_other_company(self):
        """R5.3: the claims of another company stay there, and count by its own sequence."""
        claim = self._submitted()
        other = self.env["res.company"].create({"name": "Other Shop"})
        stranger = self.accountant.copy(
            {"company_id": other.id, "company_ids": [Command.set(other.ids)], "login": "stranger"}
        )
        found = self.env["service.claim"].with_user(stranger).search([("id", "=", claim.id)])
        self.assertFalse(found)
        with self.assertRaises(AccessError):
            claim.with_user(stranger).action_reopen()
        with self.assertRaises(AccessError):
            claim.with_user(stranger).read(["name"])

    def test_customers_approval_stays(self):
        """R1.6: what the manufacturer does not pay voids no approval and changes no evidence."""
        order = self.claimed_order
        job, line = order.job_ids, order.proposal_ids.line_ids
        facts, total = job._get_agreed_facts(), job.amount_total
        self.assertTrue(line.is_intact)
        claim = self._claim(order)
        claim.action_submit()
        self._answer(claim, "short_paid", 200.0)
        self.assertEqual(claim.state, "short_paid")
        self.assertEqual(job._get_agreed_facts(), facts)
        line.invalidate_recordset()
        self.assertTrue(line.is_intact)
        self.assertEqual((job.state, job.amount_total), ("done", total))
        self.assertFalse(line.voided_at)

    def test_difference_is_made_by_steps_only(self):
        """R5.3: nobody slips a line past the approval as the difference of a claim."""
        claim = self._submitted()
        self._answer(claim, "short_paid", 200.0)
        difference = claim.job_id.line_ids.filtered("service_claim_id")
        vals = {
            "order_id": difference.order_id.id,
            "service_job_id": claim.job_id.id,
            "service_claim_id": claim.id,
            "product_id": self.pads.id,
        }
        for change in (
            lambda: difference.with_user(self.advisor).create(vals),
            lambda: difference.with_user(self.advisor).write({"price_unit": 5.0}),
            lambda: (claim.job_id.line_ids - difference)[1].with_user(self.advisor).write(
                {"service_claim_id": claim.id}
            ),
        ):
            with self.assertRaisesRegex(AccessError, "by hand"):
                change()

    def test_answers_are_checked(self):
        """R2.6: less money needs a reason, and a short payment an amount in between."""
        claim = self._submitted()
        with self.assertRaisesRegex(UserError, "why the manufacturer does not pay"):
            claim._record_answer("rejected")
        for amount in (0.0, 270.0, 300.0):
            with self.assertRaisesRegex(UserError, "less than the claimed"):
                claim._record_answer("short_paid", amount, "Wear")
        with self.assertRaisesRegex(UserError, "It is Submitted"):
            claim.action_reopen()

    def test_short_payment_before_the_invoice(self):
        """R2.6: the manufacturer is billed what was approved; the ledger has no more."""
        claim = self._submitted()
        self._answer(claim, "short_paid", 200.0)
        self._invoice(claim.order_id)
        invoice = claim.invoice_ids
        self.assertEqual((invoice.move_type, invoice.amount_untaxed), ("out_invoice", 200.0))
        self.assertEqual(invoice.amount_total, 220.0)
        income = invoice.line_ids.filtered(lambda line: line.product_id == self.product_claim)
        self.assertEqual(income.balance, 70.0, "what the house bears stands apart")
        receivable = invoice.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        self.assertEqual(sum(receivable.mapped("balance")), 220.0)
        self.assertEqual((claim.state, claim.open_amount), ("short_paid", 200.0))
        self._pay(invoice)
        self.assertEqual((claim.state, claim.open_amount), ("paid", 0.0))
        self.assertEqual(claim.paid_on, fields.Date.context_today(claim))

    def test_credit_note_after_the_invoice(self):
        """R2.6: what is invoiced already is credited by the next run, to the cent."""
        claim = self._submitted()
        order = claim.order_id
        self._invoice(order)
        invoice = claim.invoice_ids
        self.assertEqual(invoice.amount_untaxed, 270.0)
        self._answer(claim, "short_paid", 200.0)
        order.with_user(self.accountant).action_create_invoices()
        credit = claim.invoice_ids - invoice
        self.assertEqual(credit.move_type, "out_refund")
        self.assertEqual((credit.amount_untaxed, credit.amount_total), (70.0, 77.0))
        credit.action_post()
        self.assertEqual(claim._get_billed_lines().mapped("qty_to_invoice"), [0.0] * 4)
        with self.assertRaisesRegex(UserError, "Nothing is left to invoice"):
            order.with_user(self.accountant).action_create_invoices()
        self.assertEqual(claim.state, "short_paid")
        (invoice | credit).line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        ).reconcile()
        self._pay(invoice)
        self.assertEqual(claim.state, "paid")

    def test_rejected_and_another_round(self):
        """R2.6: a rejected claim costs the house all of it; approved in another round, all is
        billed again. The history keeps both."""
        claim = self._submitted()
        order = claim.order_id
        self._invoice(order)
        self._answer(claim, "rejected", reason="Out of warranty")
        self.assertEqual((claim.state, claim.open_amount), ("rejected", 0.0))
        self._invoice(order)
        refund = claim.invoice_ids.filtered(lambda move: move.move_type == "out_refund")
        self.assertEqual(refund.amount_untaxed, 270.0)
        self.assertEqual(sum(claim.invoice_ids.mapped("amount_untaxed_signed")), 0.0)
        claim.action_reopen()
        self.assertEqual((claim.state, claim.amount, claim.submitted_on), ("draft", 270.0, False))
        claim.action_submit()
        self._answer(claim, "approved")
        self._invoice(order)
        self.assertEqual(sum(claim.invoice_ids.mapped("amount_untaxed_signed")), 270.0)
        bodies = " ".join(claim.message_ids.mapped(lambda message: str(message.body)))
        for words in ("Out of warranty", "Another round", "approved"):
            self.assertIn(words, bodies)

    def test_reopened_before_the_invoice(self):
        """R2.6: a difference that was never invoiced leaves no trace on the bill."""
        claim = self._submitted()
        self._answer(claim, "short_paid", 100.0)
        claim.action_reopen()
        claim.action_submit()
        self._answer(claim, "short_paid", 250.0)
        self._invoice(claim.order_id)
        self.assertEqual(claim.invoice_ids.amount_untaxed, 250.0)

    def test_difference_over_two_taxes(self):
        """R2.6: a short payment takes each tax off in proportion; prices may include it."""
        included = self.env["account.tax"].create(
            {
                "name": "VAT 25% in the price",
                "amount": 25.0,
                "type_tax_use": "sale",
                "price_include_override": "tax_included",
            }
        )
        self.labour.taxes_id = included
        claim = self._claim(self._claimed_order())
        claim.action_submit()
        self.assertEqual((claim.claimed_labour, claim.claimed_parts), (120.0, 120.0))
        self._answer(claim, "short_paid", 180.0)
        self._invoice(claim.order_id)
        invoice = claim.invoice_ids
        self.assertAlmostEqual(invoice.amount_untaxed, 180.0)
        self.assertAlmostEqual(invoice.amount_tax, 0.25 * 90 + 0.1 * 90)

    def test_payment_taken_back(self):
        """R2.6: paid follows the payment both ways, and an answer that comes after it."""
        claim = self._submitted()
        self._invoice(claim.order_id)
        self._pay(claim.invoice_ids)
        self.assertEqual(claim.state, "submitted")
        self._answer(claim, "approved")
        self.assertEqual(claim.state, "paid")
        claim.invoice_ids.line_ids.remove_move_reconcile()
        self.assertEqual((claim.state, claim.paid_on), ("approved", False))

    def test_ageing(self):
        """R2.6: claims unpaid by age, with totals, grouped where it is computed."""
        order = self._claimed_order(jobs=4)
        claims = self._claim(order)
        claims.action_submit()
        today = fields.Date.context_today(claims)
        for claim, days in zip(claims, (30, 31, 90, 91), strict=True):
            claim.sudo().submitted_on = today - timedelta(days=days)
        self.assertEqual(claims.mapped("age_bucket"), ["030", "060", "090", "999"])
        Claim, domain = claims.browse(), [("id", "in", claims.ids)]
        self.assertEqual(
            Claim._read_group(domain, ["age_bucket"], ["open_amount:sum"]),
            [("030", 270.0), ("060", 270.0), ("090", 270.0), ("999", 270.0)],
        )
        for bucket, claim in zip(("030", "060", "090", "999"), claims, strict=True):
            self.assertEqual(Claim.search([*domain, ("age_bucket", "=", bucket)]), claim)
            self.assertEqual(
                Claim.search([*domain, ("age_bucket", "!=", bucket)]).sorted("id"), claims - claim
            )
        self.assertTrue(Claim.fields_get(["age_bucket"])["age_bucket"]["groupable"])
        groups = Claim.formatted_read_group(domain, ["age_bucket"], ["open_amount:sum"])
        for group, claim in zip(groups, claims, strict=True):
            self.assertEqual(Claim.search([*domain, *group["__extra_domain"]]), claim)
        # A paid claim took the days until its payment.
        claims[3].sudo().write({"state": "paid", "paid_on": today - timedelta(days=80)})
        self.assertEqual(claims[3].age_bucket, "030")
        self.assertIn(claims[3], Claim.search([*domain, ("age_bucket", "=", "030")]))

    def test_queries_of_lists_and_batches(self):
        """R5.2: a list of many claims costs as many queries as one of two."""
        few = self._claim(self._claimed_order(jobs=2))
        many = self._claim(self._claimed_order(jobs=6))
        names = [
            "name", "order_id", "vehicle_id", "vin", "job_id", "manufacturer_id", "age_days",
            "amount", "approved_amount", "open_amount", "state", "blocked_by", "invoice_count",
        ]

        def cost(claims):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            claims.browse(claims.ids).read(names)
            return self.env.cr.sql_log_count - before

        cost(few)
        self.assertEqual(cost(many), cost(few))

    def test_job_of_the_invoice(self):
        """R2.6: smart buttons lead from the invoice to its claims, for who may see them."""
        claim = self._submitted()
        self._invoice(claim.order_id)
        invoice = claim.invoice_ids
        self.assertEqual(invoice.with_user(self.accountant).service_claim_count, 1)
        self.assertEqual(invoice.action_view_service_claims()["res_id"], claim.id)
        self.assertEqual(claim.action_view_invoices()["res_id"], invoice.id)
        self.assertEqual(claim.action_view_job()["res_id"], claim.job_id.id)
