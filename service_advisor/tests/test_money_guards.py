from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models.sale_order_line_kept import KEPT_FIELDS
from .test_claim import ClaimCommon
from .test_payers import PayersCommon


class SharedWarranty(PayersCommon, ClaimCommon):
    """A job of 150 labour and 120 parts that the manufacturer bears 40 % of."""

    def _shared_order(self):
        order = self._new_order()
        order.job_ids.share_ids = [
            Command.create(
                {"pay_type": "warranty", "payer_id": self.manufacturer.id, "percent": 40}
            )
        ]
        order.action_check_in()
        return order


@tagged("post_install", "-at_install")
class TestClaimOfShare(SharedWarranty):
    def test_share_under_warranty_is_claimed(self):
        """R2.6: a share that is borne under warranty is claimed, and follows the share."""
        order = self._shared_order()
        order.action_quote()
        order.action_approve()
        job = order.job_ids
        self.assertEqual(job._get_warranty_payers(), self.manufacturer)
        job.action_claim()
        claim = self._claim(order)
        self.assertEqual((claim.labour_amount, claim.parts_amount), (60.0, 48.0))
        self.assertEqual(claim.part_ids, self.pads | self.fluid)
        job.share_ids.payer_id = self.importer
        self.assertEqual(claim.manufacturer_id, self.importer)
        job.share_ids.pay_type = "goodwill"
        self.assertFalse(claim.exists(), "goodwill is not claimed")
        job.share_ids.pay_type = "warranty"
        job.action_claim()
        claim = self._claim(order)
        self.assertTrue(claim)
        job.share_ids.unlink()
        self.assertFalse(claim.exists(), "nobody bears a part any more")
        with self.assertRaisesRegex(UserError, "not paid under warranty"):
            job.action_claim()

    def test_labour_and_parts_of_a_shared_claim(self):
        """R2.6: what others bear is taken off labour and parts, each for itself."""
        order = self._new_order(pay_type="warranty", payer_id=self.manufacturer.id)
        order.job_ids.share_ids = [
            Command.create({"pay_type": "goodwill", "payer_id": self.importer.id, "percent": 40})
        ]
        order.action_check_in()
        order.action_quote()
        order.job_ids.action_claim()
        claim = self._claim(order)
        self.assertEqual((claim.labour_amount, claim.parts_amount), (90.0, 72.0))


# Until ready: before any addon that adds a gate there is loaded, so at_install.
@tagged("at_install", "-post_install")
class TestShareIsBilled(SharedWarranty):
    def test_monthly(self):
        """R2.6: once the manufacturer has answered, the month bills the share."""
        self.manufacturer.service_monthly_invoice = True
        order = self._shared_order()
        order.action_quote()
        order.action_approve()
        self._finish(order)
        self._ready(order)
        claim = self._claim(order)
        self.assertEqual(claim.manufacturer_id, self.manufacturer)
        theirs = self._estimate(order, self.manufacturer).with_user(self.accountant)
        self.assertFalse(theirs._get_monthly_lines())
        claim.action_submit()
        self._answer(claim, "approved")
        invoice = theirs._create_monthly_invoices()
        self.assertEqual((invoice.partner_id, invoice.amount_untaxed), (self.manufacturer, 108.0))


@tagged("post_install", "-at_install")
class TestMoneyGuards(SharedWarranty):
    def test_confirmed_before_it_was_shared_out(self):
        """R1.6: nobody is billed the whole of what several pay, because an estimate was confirmed
        before the others were asked."""
        order = self._shared_order()
        refused = "is paid by several. Press \"Price and Promise\""
        with self.assertRaisesRegex(UserError, refused), self.env.cr.savepoint():
            self._estimate(order, self.customer).action_confirm()
        insured = self._new_order(pay_type="insurance", deductible=10.0)
        with self.assertRaisesRegex(UserError, refused), self.env.cr.savepoint():
            self._estimate(insured, self.insurer).action_confirm()
        order.action_quote()
        self._estimate(order, self.customer).action_confirm()
        self.assertEqual(self._estimate(order, self.customer).amount_untaxed, 162.0)

    def test_kept_fields_of_lines(self):
        """R5.3: what takes a line out of a check is not typed, also not when nothing is."""
        order = self._shared_order()
        job, Line = order.job_ids, self.env["sale.order.line"].with_user(self.advisor)
        line = job.line_ids.filtered("product_id")[0].with_user(self.advisor)
        vals = {"service_job_id": job.id, "product_id": self.pads.id}
        for name in sorted(KEPT_FIELDS):
            for value in (0, 1):
                with self.assertRaisesRegex(AccessError, "typed in"):
                    line.write({name: value})
                with self.assertRaisesRegex(AccessError, "typed in"):
                    Line.create(dict(vals, **{name: value}))

    def test_defaults_are_typed_as_well(self):
        """R5.3: neither a request nor a user's own defaults reach what steps note on a line."""
        order = self._shared_order()
        job = order.job_ids
        defaults = {"service_share_kind": "share", "service_list_price": 1.0}
        self.env["ir.default"].with_user(self.advisor).set(
            "sale.order.line", "service_has_shares", True, user_id=True
        )
        context = {f"default_{name}": value for name, value in defaults.items()}
        line = self.env["sale.order.line"].with_user(self.advisor).with_context(**context).create(
            {"service_job_id": job.id, "product_id": self.pads.id}
        )
        for name in KEPT_FIELDS:
            self.assertFalse(line[name], name)
        # Estimates of further payers are made by the step, whatever the request brings along.
        note = Command.create({"display_type": "line_note", "name": "x", "service_job_id": job.id})
        order.with_context(default_order_line=[note]).action_quote()
        self.assertNotIn("line_note", order.estimate_ids.order_line.mapped("display_type"))
        self.assertTrue(job.line_ids.filtered("service_has_shares"))

    def test_customer_of_a_ready_car(self):
        """R2.6: another customer does not free a car of what its customer owes."""
        order = self._authorised_order()
        order._keep({"ready_at": self._now()})
        other = self.env["res.partner"].create({"name": "Second Customer"})
        car = self.vehicle.copy({"plate": "沪B12345", "vin": False, "owner_id": other.id})
        mine = order.with_user(self.advisor)
        with self.assertRaisesRegex(UserError, "It is Ready, and Li Customer agreed"):
            mine.write({"partner_id": other.id})
        with self.assertRaises(UserError):
            mine.write({"vehicle_id": car.id})
        mine.write({"partner_id": self.customer.id})
        order.sudo().partner_id = other
        self.assertEqual(order.partner_id, other)

    def test_deductible_in_another_currency(self):
        """R1.6: a deductible is what the customer pays in the currency it is entered in."""
        euro, dollar = self.env.ref("base.EUR"), self.env.ref("base.USD")
        other = euro if self.company.currency_id != euro else dollar
        other.active = True
        abroad = self.env["product.pricelist"].create({"name": "Abroad", "currency_id": other.id})
        self.customer.property_product_pricelist = abroad
        self.insurer.property_product_pricelist = abroad
        mine = self.company.currency_id.name
        with self.assertRaisesRegex(UserError, f"A deductible is entered in {mine}"):
            self._quoted(pay_type="insurance", deductible=10.0)

    def test_what_the_portal_reads(self):
        """R5.3: customers read their orders, and not what the house says about them."""
        order = self._authorised_order()
        portal = new_test_user(
            self.env, "test_portal_guard", "base.group_portal", partner_id=self.customer.id
        )
        theirs = order.with_user(portal)
        self.assertEqual(theirs.read(["name"])[0]["name"], order.name)
        release = ("released_by_id", "release_reason", "release_amount", "release_until")
        inside = ("discount_ids", "has_discount_to_allow", "need_warning", "guarantee_status")
        for name in (*release, *inside, "payer_totals"):
            with self.assertRaisesRegex(AccessError, name):
                theirs.read([name])
        with self.assertRaisesRegex(AccessError, "sublet_status"):
            theirs.job_ids.read(["sublet_status"])
        order.with_user(self.reception).read(release)
        order.with_user(self.accountant).read(release)
        with self.assertRaisesRegex(AccessError, "by hand"):
            order.with_user(self.technician).write({"release_reason": "x"})

    def test_views_of_all(self):
        """R5.3: who sees why a car left unpaid sees it on the form; for others it is not there."""
        Order = self.env["service.order"]
        for user, seen in (
            (self.reception, True),
            (self.advisor, True),
            (self.accountant, True),
            (self.technician, False),
            (self.storekeeper, False),
        ):
            arch = Order.with_user(user).get_view(view_type="form")["arch"]
            self.assertEqual("release_reason" in arch, seen, user.name)
            self.assertIn('name="has_deposit"', arch)
