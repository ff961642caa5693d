from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tests import Form, tagged

from ..exceptions import BusyError
from .test_claim import ClaimCommon


# Until ready: before any addon that adds a gate there is loaded, so at_install.
@tagged("at_install", "-post_install")
class TestMonthlyInvoice(ClaimCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manufacturer.service_monthly_invoice = True
        cls.other = cls.env["res.partner"].create({"name": "Second Customer"})
        cls.other_vehicle = cls.env["service.vehicle"].create(
            {
                "plate": "沪B54321",
                "vin": "LFV6A24G2D3041348",
                "model_id": cls.model.id,
                "owner_id": cls.other.id,
            }
        )

    def _run(self, **vals):
        """Return the invoices of a run until today, by the accountant."""
        wizard = self._wizard(**vals)
        action = wizard.action_create()
        found = action.get("domain") or [("id", "=", action["res_id"])]
        return self.env["account.move"].with_user(self.accountant).search(found)

    def _wizard(self, **vals):
        today = fields.Date.context_today(self.env.user)
        return (
            self.env["service.monthly.invoice.wizard"]
            .with_user(self.accountant)
            .create({"period_end": today} | vals)
        )

    def _approved(self, **vals):
        claim = self._submitted(**vals)
        claim._record_answer("approved")
        return claim

    def test_left_out_of_the_order(self):
        """R2.6: the order's own invoices leave the manufacturer out, and say so where nothing
        else is left."""
        order = self._new_order()
        order.job_ids = [
            Command.create(
                {
                    "concern": "Recall",
                    "operation_id": self.operation.id,
                    "pay_type": "warranty",
                    "payer_id": self.manufacturer.id,
                }
            )
        ]
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        self._finish(order)
        self._ready(order)
        order.with_user(self.accountant).action_create_invoices()
        self.assertEqual(order.sudo().invoice_ids.partner_id, self.customer)
        with self.assertRaisesRegex(UserError, "Carmaker gets one invoice a month"):
            order.with_user(self.accountant).action_create_invoices()
        self.manufacturer.service_monthly_invoice = False
        order.with_user(self.accountant).action_create_invoices()
        self.assertEqual(
            order.sudo().invoice_ids.partner_id, self.customer | self.manufacturer
        )

    def test_one_invoice_over_two_owners(self):
        """R2.6: one invoice per manufacturer whoever owns the cars, in sections that name order,
        plate, VIN and claim."""
        first = self._approved()
        vehicle, self.vehicle = self.vehicle, self.other_vehicle
        second = self._approved()
        self.vehicle = vehicle
        second.manufacturer_ref = "M-77"
        shipping = (first | second).job_id.estimate_id.partner_shipping_id
        self.assertEqual(shipping, self.customer | self.other)
        invoice = self._run()
        self.assertEqual(len(invoice), 1)
        self.assertEqual((invoice.state, invoice.partner_id), ("draft", self.manufacturer))
        self.assertEqual(invoice.amount_untaxed, 540.0)
        self.assertEqual(invoice.invoice_date, fields.Date.context_today(invoice))
        lines = invoice.invoice_line_ids.sorted("sequence")
        self.assertEqual(
            lines.mapped("display_type"),
            ["line_section", "line_subsection", "product", "product", "product"] * 2,
        )
        self.assertEqual(
            lines[0].name,
            f"{first.order_id.name}, 沪A·12345, LSVAL41Z882104202, claim {first.name}",
        )
        self.assertIn(f"claim {second.name} (M-77)", lines[5].name)
        self.assertEqual(invoice.service_claim_count, 2)

    def test_one_invoice_over_pay_types(self):
        """R2.6: what the manufacturer pays as warranty and as goodwill is on one invoice."""
        order = self._new_order(jobs=2, payer_id=self.manufacturer.id, pay_type="warranty")
        order.job_ids[1].write({"pay_type": "goodwill", "payer_id": self.manufacturer.id})
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        self._finish(order)
        self._ready(order)
        claim = self._claim(order)
        claim.action_submit()
        claim._record_answer("approved")
        self.assertEqual(len(order.job_ids.line_ids.order_id), 2)
        invoice = self._run()
        self.assertEqual((len(invoice), invoice.amount_untaxed), (1, 540.0))

    def test_nothing_twice(self):
        """R2.6: a second run finds nothing, and says so."""
        self._approved()
        self._run()
        with self.assertRaisesRegex(UserError, "Nothing is left to invoice"):
            self._run()

    def test_claims_that_wait(self):
        """R2.6: jobs whose claim is not approved stay out without being lost: the next month
        has them."""
        order = self._claimed_order(jobs=3)
        approved, short, waiting = self._claim(order)
        (approved | short | waiting).action_submit()
        approved._record_answer("approved")
        short._record_answer("short_paid", 100.0, "Wear")
        self.assertEqual(len(order.estimate_ids), 1)
        wizard = self._wizard()
        self.assertEqual(wizard.waiting_claim_ids, waiting)
        self.assertEqual(wizard.estimate_ids, order.estimate_ids)
        self.assertIn("Carmaker: 1 service orders", wizard.summary)
        self.assertIn("370.00", wizard.summary)
        invoice = self._run()
        self.assertEqual(invoice.amount_untaxed, 370.0)
        self.assertNotIn(waiting.name, invoice.invoice_line_ids[0].name)
        self.assertEqual(invoice.invoice_line_ids.sale_line_ids.service_job_id,
                         (approved | short).job_id)
        with self.assertRaisesRegex(UserError, "Nothing is left to invoice"):
            self._run()
        waiting._record_answer("rejected", reason="Wear")
        self.assertEqual(self._run().amount_untaxed, 0.0)
        self.assertEqual(order.estimate_ids.invoice_status, "invoiced")

    def test_credit_in_the_next_month(self):
        """R2.6: a short payment after the monthly invoice lowers the next one, and alone it is a
        credit note."""
        claim = self._approved()
        self._run().action_post()
        claim.sudo().write({"state": "submitted"})
        claim._record_answer("short_paid", 200.0, "Audit")
        credit = self._run()
        self.assertEqual((credit.move_type, credit.amount_untaxed), ("out_refund", 70.0))

    def test_period_payer_and_company(self):
        """R2.6: a run takes orders that were ready in time, of the payers and the company that
        were asked for."""
        claim = self._approved()
        today = fields.Date.context_today(claim)
        self.assertFalse(self._wizard(period_end=today - timedelta(days=1)).estimate_ids)
        payer = self.env["res.partner"].create({"name": "Fleet", "service_monthly_invoice": True})
        self.assertFalse(self._wizard(payer_ids=[Command.set(payer.ids)]).estimate_ids)
        fleet = self._new_order()
        fleet.partner_id = payer
        fleet.action_check_in()
        fleet.action_quote()
        fleet.action_approve()
        self._finish(fleet)
        self._ready(fleet)
        invoices = self._run()
        self.assertEqual(invoices.partner_id, payer | self.manufacturer)
        self.assertEqual(set(invoices.mapped("amount_untaxed")), {270.0})
        other = self.env["res.company"].create({"name": "Other Shop"})
        found = self.env["sale.order"]._get_monthly_domain(other, today, payer.browse())
        self.assertFalse(self.env["sale.order"].search(found))

    def test_preview_in_the_dialog(self):
        """R2.6: the dialog shows number and amount before anything is made."""
        self._approved()
        with Form(self.env["service.monthly.invoice.wizard"].with_user(self.accountant)) as form:
            form.period_end = "2020-01-31"
            self.assertFalse(form.summary)
            form.period_end = fields.Date.context_today(self.env.user)
            self.assertIn("270.00", form.summary)

    def test_accountants_only(self):
        """R5.3: advisors make no monthly invoices."""
        with self.assertRaises(AccessError):
            self.env["service.monthly.invoice.wizard"].with_user(self.advisor).create({})

    def test_locked_by_somebody_else(self):
        """R5.3: of two accountants at once one is told to wait."""
        claim = self._approved()
        estimate = claim.job_id.estimate_id

        def locked(*args, **kwargs):
            raise LockError("locked")

        self.patch(self.env.registry["sale.order"], "lock_for_update", locked)
        with self.assertRaisesRegex(BusyError, "Somebody else is invoicing"):
            estimate._create_monthly_invoices()

    def test_queries_do_not_grow(self):
        """R5.2: what a run adds to Odoo's own invoicing costs the same for 2 and 6 orders."""

        def ours(estimates):
            self.env.flush_all()
            self.env.invalidate_all()
            # What Odoo reads of every estimate itself.
            estimates.order_line.mapped("qty_to_invoice")
            estimates.partner_id.mapped("lang")
            monthly = estimates.with_context(service_monthly=True)
            before = self.env.cr.sql_log_count
            monthly._lock_to_invoice()
            estimates._get_monthly_lines()
            for estimate in monthly:
                estimate._get_monthly_section()
                estimate._get_invoiceable_lines(final=True)
            return self.env.cr.sql_log_count - before

        few = self.env["sale.order"].concat(
            *(self._approved().job_id.estimate_id for _index in range(2))
        )
        many = self.env["sale.order"].concat(
            *(self._approved().job_id.estimate_id for _index in range(6))
        )
        ours(few)
        self.assertEqual(ours(many), ours(few))
