from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.sql_db import Cursor
from odoo.tests import Form, HttpCase, tagged

from .common import ServiceAdvisorCommon


class PayersCommon(ServiceAdvisorCommon):
    """A make with a manufacturer, a car with an insurer, and an importer who shows goodwill."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Partner = cls.env["res.partner"]
        cls.insurer, cls.importer, cls.internal = Partner.create(
            [{"name": name, "is_company": True} for name in ("Insurer", "Importer", "Our House")]
        )
        cls.vehicle.insurer_id = cls.insurer
        cls.model.brand_id.service_manufacturer_id = cls.manufacturer

    def _quoted(self, shares=(), **job_vals):
        """Return a quoted order with one job that ``shares`` of (payer, percent) bear a part
        of."""
        order = self._new_order(**job_vals)
        order.job_ids.share_ids = [
            Command.create({"payer_id": payer.id, "percent": percent}) for payer, percent in shares
        ]
        if order.state == "booked":
            order.action_check_in()
        order.action_quote()
        return order

    def _estimate(self, order, payer):
        return order.estimate_ids.filtered(
            lambda e: e.partner_id == payer and e.state != "cancel" and e.order_line
        )

    def _share_lines(self, order):
        return order.job_ids.line_ids.filtered(
            lambda line: line.service_share_kind and not line.display_type
        )


@tagged("post_install", "-at_install")
class TestPayTypes(PayersCommon):
    def test_payer_is_proposed(self):
        """R1.6: the car and the pay type say who is billed; one chosen by hand stays until the pay
        type changes."""
        job = self._new_order().job_ids
        for pay_type, payer in (
            ("customer", self.customer),
            ("warranty", self.manufacturer),
            ("goodwill", self.manufacturer),
            ("insurance", self.insurer),
            ("contract", self.env["res.partner"]),
            ("internal", self.env["res.partner"]),
        ):
            job.pay_type = pay_type
            self.assertEqual(job.payer_id, payer, pay_type)
        job.pay_type = "warranty"
        job.payer_id = self.importer
        job.concern = "Another word"
        self.assertEqual(job.payer_id, self.importer)
        self.assertEqual(job.estimate_id.partner_id, self.importer)
        job.write({"pay_type": "goodwill", "payer_id": self.importer.id})
        self.assertEqual(job.payer_id, self.importer)
        job.pay_type = "customer"
        self.assertEqual(job.estimate_id.partner_id, self.customer)

    def test_provider_of_the_warranty(self):
        """R1.6: the warranty in force comes before the make; one that has ended does not count."""
        today = fields.Date.context_today(self.vehicle)
        vals = {"vehicle_id": self.vehicle.id, "provider_id": self.importer.id}
        warranty, _extended = self.env["service.vehicle.warranty"].create(
            [
                dict(vals, kind="manufacturer", date_from=today, km_to=60000),
                dict(vals, kind="extended", date_from=today, date_to=today + timedelta(days=9)),
            ]
        )
        job = self._new_order(pay_type="warranty").job_ids
        self.assertEqual(job.payer_id, self.importer)
        self.assertEqual(job.estimate_id.service_pay_type, "warranty")
        job.pay_type = "contract"
        self.assertEqual(job.payer_id, self.importer)
        warranty.km_to = 49999
        job.pay_type = "warranty"
        self.assertEqual(job.payer_id, self.manufacturer)

    def test_internal(self):
        """R1.6: internal work needs a payer of the company, and the error says where it is set."""
        order = self._new_order(pay_type="internal")
        order.action_check_in()
        with self.assertRaisesRegex(UserError, "\"Internal Payer\" in the settings"):
            order.action_quote()
        self.company.service_internal_partner_id = self.internal
        self.assertEqual(self._quoted(pay_type="internal").estimate_ids.partner_id, self.internal)
        other = self.env["res.company"].create({"name": "Other"})
        self.assertFalse(other.service_internal_partner_id)
        self.assertFalse(self.model.brand_id.with_company(other).service_manufacturer_id)

    def test_way_out_per_pay_type(self):
        """R1.6: where nobody can be proposed, the error names what to do."""
        self.vehicle.insurer_id = self.model.brand_id.service_manufacturer_id = False
        order = self._new_order()
        order.action_check_in()
        for pay_type, word in (
            ("warranty", "manufacturer on its make"),
            ("insurance", "enter it on the car"),
            ("contract", "extended warranty"),
            ("goodwill", "goodwill on the job"),
        ):
            order.job_ids.pay_type = pay_type
            with self.assertRaisesRegex(UserError, word):
                order.action_quote()

    def test_on_the_screen(self):
        """R1.6: the advisor sees the proposed payer at once, also of a share."""
        job = self._new_order().job_ids.with_user(self.advisor)
        with Form(job) as form:
            form.pay_type = "insurance"
            self.assertEqual(form.payer_id, self.insurer)
            form.pay_type = "customer"
            with form.share_ids.new() as share:
                self.assertEqual(share.pay_type, "goodwill")
                self.assertEqual(share.payer_id, self.manufacturer)
                share.percent = 30
        self.assertTrue(job.is_shared)

    def test_queries(self):
        """R1.6: proposing payers and sharing out cost the same for two orders and for many."""
        def orders(count):
            found = self.env["service.order"]
            for _index in range(count):
                found |= self._new_order(pay_type="warranty")
            found.job_ids.share_ids = False
            for job in found.job_ids:
                job.share_ids = [Command.create({"payer_id": self.importer.id, "percent": 20})]
            found.action_check_in()
            return found

        def count(found, action):
            """Return the queries of ``action``, but for those that Odoo makes for each line or
            estimate of its own."""
            queries, execute = [], Cursor.execute

            def spy(cr, query, params=None, log_exceptions=True):
                queries.append(str(getattr(query, "code", query)))
                return execute(cr, query, params, log_exceptions)

            self.env.flush_all()
            self.env.invalidate_all()
            with patch.object(Cursor, "execute", spy):
                action(found.browse(found.ids))
                self.env.flush_all()
            odoo = ("account_analytic_distribution_model", "quotation_document")
            return len([query for query in queries if not any(name in query for name in odoo)])

        def propose(found):
            found._propose_payers({"warranty", "contract", "insurance"})

        two, many = orders(2), orders(6)
        count(two, propose)
        count(orders(1).job_ids, lambda found: found._share_out())
        self.assertEqual(count(two, propose), count(many, propose))
        self.assertEqual(
            count(two.job_ids, lambda found: found._share_out()),
            count(many.job_ids, lambda found: found._share_out()),
        )

    def test_access(self):
        """R5.3: the desk shares out, technicians and seats look on, companies are apart."""
        order = self._quoted([(self.importer, 40)])
        share = order.job_ids.share_ids
        share.with_user(self.reception).read(["percent"])
        for user in (self.technician, self.storekeeper, self.accountant):
            share.with_user(user).read(["percent"])
            with self.assertRaises(AccessError):
                share.with_user(user).write({"percent": 1})
        other = self.env["res.company"].create({"name": "Other Dealer"})
        stranger = self.manager.copy({"company_id": other.id, "company_ids": [(6, 0, other.ids)]})
        self.assertFalse(share.with_user(stranger).search([("id", "in", share.ids)]))
        with self.assertRaisesRegex(AccessError, "by hand"):
            order.job_ids.with_user(self.manager).write({"is_shared": False})

    def test_another_customer(self):
        """R1.6: work that has begun stays billed as it was agreed, on the job as on the bill."""
        order = self._authorised_order(jobs=2)
        begun, waiting = order.job_ids
        begun.with_user(self.technician).action_start()
        other = self.env["res.partner"].create({"name": "Second Customer"})
        order.with_user(self.advisor).write({"partner_id": other.id})
        self.assertEqual(begun.payer_id, self.customer)
        self.assertEqual(begun.estimate_id.partner_id, self.customer)
        self.assertEqual((waiting.payer_id, waiting.state), (other, "proposed"))
        self.assertEqual(waiting.estimate_id.partner_id, other)
        order.action_quote()
        line = order._get_current_proposal().line_ids
        self.assertEqual((line.job_id, line.payer_id), (waiting, other))
        self.env.invalidate_all()
        self.assertEqual(begun.payer_id, self.customer)


@tagged("post_install", "-at_install")
class TestShares(PayersCommon):
    SHARES = (40, 30, 30)

    def _check_sums(self, order, whole):
        """The estimates of all payers make the whole price to the cent."""
        self.assertAlmostEqual(sum(order.estimate_ids.mapped("amount_total")), whole, 2)
        self.assertAlmostEqual(order.amount_total, whole, 2)
        self.assertAlmostEqual(order.job_ids.amount_total, whole, 2)

    def test_goodwill(self):
        """R1.6: the manufacturer bears 40 % of labour and parts; work, stock and revenue stay
        where they are."""
        order = self._quoted([(self.manufacturer, 40)])
        mine = self._estimate(order, self.customer)
        theirs = self._estimate(order, self.manufacturer)
        self.assertEqual((mine.amount_untaxed, theirs.amount_untaxed), (162.0, 108.0))
        self.assertEqual(theirs.service_pay_type, "goodwill")
        self.assertEqual(order.job_ids.estimate_id, mine)
        self._check_sums(order, 297.0)
        pads = order.job_ids.line_ids.filtered(lambda line: line.product_id == self.pads)
        self.assertEqual(pads.price_subtotal, 80.0)
        for line in self._share_lines(order):
            self.assertEqual(line.product_uom_qty, line.service_share_of_id.product_uom_qty)
            self.assertEqual(line.product_id.type, "service")
        self.assertIn("40 % of Brake pads, borne by Carmaker", theirs.order_line.mapped("name"))
        self.assertIn("40 % of Brake pads, borne by Carmaker", mine.order_line.mapped("name"))
        self.assertTrue(theirs.order_line.filtered("display_type"), "the job is the heading")
        order.action_approve()
        self.assertEqual((mine | theirs).mapped("state"), ["sale", "sale"])
        self.assertEqual(order.picking_ids.move_ids.product_id, self.pads | self.fluid)

    def test_awkward_cents(self):
        """R1.6: three payers share out to the cent, with taxes on top or inside, and nothing is
        left to who pays nothing."""
        self.labour.list_price, self.pads.list_price, self.fluid.list_price = 99.99, 0.05, 33.37
        inside = self.tax.copy(
            {"name": "In", "amount": 13.0, "price_include_override": "tax_included"}
        )
        payers = [(p, n) for p, n in zip(
            (self.manufacturer, self.importer, self.insurer), self.SHARES, strict=True)]
        # Odoo rounds the taxes of each document; line by line nothing is lost either way.
        self.company.tax_calculation_rounding_method = "round_per_line"
        for tax, amount in ((self.tax, "amount_untaxed"), (inside, "amount_total")):
            for product in (self.labour, self.pads, self.fluid):
                product.taxes_id = tax
            plain = self._quoted().amount_total
            order = self._quoted(payers)
            self._check_sums(order, plain)
            self.assertAlmostEqual(self._estimate(order, self.customer)[amount], 0)
            order = self._quoted(payers[:2])
            self._check_sums(order, plain)
        labour = self._share_lines(order).filtered(
            lambda line: line.order_id.partner_id == self.manufacturer
            and line.service_share_of_id.product_id == self.labour
        )
        self.assertAlmostEqual(labour.price_total, 60.0)

    def test_other_taxes_of_the_sharer(self):
        """R1.6: a share is taxed as the fiscal position of who bears it says."""
        free = self.tax.copy({"name": "0 %", "amount": 0.0})
        abroad = self.env["account.fiscal.position"].create({"name": "Abroad"})
        free.write({"fiscal_position_ids": abroad.ids, "original_tax_ids": self.tax.ids})
        self.importer.property_account_position_id = abroad
        order = self._quoted([(self.importer, 50)])
        theirs = self._estimate(order, self.importer)
        self.assertEqual((theirs.amount_untaxed, theirs.amount_total), (135.0, 135.0))
        mine = self._estimate(order, self.customer)
        self.assertEqual((mine.amount_untaxed, mine.amount_total), (135.0, 148.5))

    def test_what_is_refused(self):
        """R1.6: shares make 100 % at most, each payer has one, and all count in one currency."""
        with self.assertRaisesRegex(UserError, "110 % of job"):
            self._quoted([(self.importer, 55), (self.insurer, 55)])
        order = self._new_order()
        order.action_check_in()
        job = order.job_ids
        job.share_ids = [Command.create({"payer_id": self.customer.id, "percent": 5})]
        with self.assertRaisesRegex(UserError, "Li Customer pays job .* twice"):
            order.action_quote()
        job.share_ids.write({"payer_id": False})
        with self.assertRaisesRegex(UserError, "no payer for \"Goodwill\""):
            order.action_quote()
        euro = self.env.ref("base.EUR")
        other = euro if self.company.currency_id != euro else self.env.ref("base.USD")
        other.active = True
        self.importer.property_product_pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": other.id}
        )
        job.share_ids.payer_id = self.importer
        with self.assertRaisesRegex(UserError, f"price list of Importer is in {other.name}"):
            order.action_quote()

    def test_asked_again(self):
        """R1.6: shares are made with the price and go with the question or the approval; the next
        price makes them anew, on the same estimates while nobody has agreed."""
        order = self._quoted([(self.manufacturer, 40)])
        job, estimates = order.job_ids, order.estimate_ids
        self.assertEqual(len(estimates), 2)
        pads = job.line_ids.filtered(lambda line: line.product_id == self.pads)
        pads.price_unit = 180.0
        self.assertEqual(job.state, "proposed")
        self.assertFalse(self._share_lines(order))
        order.action_quote()
        self.assertEqual(order.estimate_ids, estimates)
        self.assertEqual(self._estimate(order, self.manufacturer).amount_untaxed, 148.0)
        order.action_approve()
        job.share_ids.percent = 50
        self.assertEqual(job.state, "proposed")
        self.assertFalse(self._share_lines(order))
        self.assertEqual(set(estimates.mapped("state")), {"cancel"})
        order.action_quote()
        self.assertEqual(self._estimate(order, self.manufacturer).amount_untaxed, 185.0)
        order.action_approve()
        job.action_reopen()
        job.write({"pay_type": "warranty", "payer_id": self.importer.id})
        job.share_ids.unlink()
        self.assertFalse(job.is_shared)
        order.action_quote()
        self.assertEqual(self._estimate(order, self.importer).amount_untaxed, 270.0)
        self.assertFalse(self._share_lines(order))
        shared = self._quoted([(self.manufacturer, 40)])
        lines = shared.job_ids.line_ids
        shared.sudo().job_ids.unlink()
        self.assertFalse(lines.exists())

    def test_made_by_percentages_only(self):
        """R1.6: nobody changes a share by hand past its percentage; begun work is frozen."""
        order = self._quoted([(self.manufacturer, 40)])
        line = self._share_lines(order)[0]
        for change in (lambda: line.write({"price_unit": 1}), line.unlink):
            with self.assertRaisesRegex(UserError, "made from what job"):
                change()
        order.action_approve()
        job = order.job_ids
        job.with_user(self.technician).action_start()
        for change in (
            lambda: job.share_ids.write({"percent": 1}),
            lambda: job.share_ids.unlink(),
            lambda: job.write({"deductible": 1}),
        ):
            with self.assertRaisesRegex(UserError, "the work has begun|was approved by"):
                change()

    def test_answered_together(self):
        """R1.6: one answer per job, whoever bears parts of it: declined and open work leaves the
        estimates of all its payers."""
        order = self._new_order(jobs=3)
        for job in order.job_ids:
            job.share_ids = [Command.create({"percent": 40})]
        order.action_check_in()
        order.action_quote()
        self.assertEqual(len(order.estimate_ids), 2)
        yes, no, later = order.job_ids
        order._record_answer({"approved": yes, "declined": no}, {"authorised_via": "phone"})
        for job, state in ((yes, "sale"), (no, "cancel"), (later, "sent")):
            self.assertEqual(job.line_ids.order_id.mapped("state"), [state, state])
            self.assertEqual(len(job.line_ids), 11)
            self.assertEqual(job.line_ids.order_id.order_line.service_job_id, job)
        self.assertEqual(order.job_ids.mapped("state"), ["approved", "declined", "quoted"])

    def test_confirmed_on_one_estimate(self):
        """R1.6: an answer in Odoo's own screen is an answer for all payers of the job, and for no
        other job."""
        order = self._new_order(jobs=2)
        shared, other = order.job_ids
        shared.share_ids = [Command.create({"percent": 40})]
        other.write({"pay_type": "goodwill"})
        order.action_check_in()
        order.action_quote()
        self._estimate(order, self.customer).action_confirm()
        self.assertEqual((shared.state, other.state), ("approved", "quoted"))
        self.assertEqual(shared.line_ids.order_id.mapped("state"), ["sale", "sale"])
        self.assertEqual(other.line_ids.order_id.state, "sent")
        self.assertTrue(order.proposal_ids.line_ids.filtered("is_intact"))

    def test_cancelled_on_one_estimate(self):
        """R1.6: one payer's part of a job is not cancelled alone, and no other job is touched."""
        order = self._new_order(jobs=2)
        order.job_ids[0].share_ids = [Command.create({"percent": 40})]
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        for estimate in order.estimate_ids:
            with self.assertRaisesRegex(UserError, "can not be cancelled alone"):
                estimate.with_user(self.manager)._action_cancel()
        self.assertEqual(order.job_ids.mapped("state"), ["approved", "approved"])
        order.action_cancel()
        self.assertEqual(set(order.estimate_ids.mapped("state")), {"cancel"})
        self.assertEqual(set(order.job_ids.mapped("state")), {"cancelled"})

    def test_supplement(self):
        """R1.6: work found later is shared on a further round, and reopens nothing."""
        order = self._quoted([(self.manufacturer, 40)])
        order.action_approve()
        first = order.estimate_ids
        order.job_ids = [
            Command.create(
                {
                    "concern": "Worn disc",
                    "operation_id": self.operation.id,
                    "share_ids": [Command.create({"percent": 25})],
                }
            )
        ]
        order.action_quote()
        second = order.estimate_ids - first
        self.assertEqual(second.partner_id, self.customer | self.manufacturer)
        self.assertEqual(second.mapped("service_round"), [2, 2])
        self.assertEqual(first.mapped("state"), ["sale", "sale"])

    def test_languages(self):
        """R1.7: each payer reads the shares in the own language."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.pads.with_context(lang="fr_FR").name = "Plaquettes de frein"
        self.manufacturer.lang = "fr_FR"
        order = self._quoted([(self.manufacturer, 12.5)])
        theirs = self._estimate(order, self.manufacturer).order_line.mapped("name")
        self.assertTrue([name for name in theirs if "Plaquettes de frein" in name])
        self.assertTrue([name for name in theirs if "12,5" in name])
        mine = self._estimate(order, self.customer).order_line.mapped("name")
        self.assertIn("12.5 % of Brake pads, borne by Carmaker", mine)


@tagged("post_install", "-at_install")
class TestWhatTheCustomerSees(PayersCommon):
    def setUp(self):
        super().setUp()
        rates = self.env["product.pricelist"].create(
            {
                "name": "Manufacturer rates",
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": product.id,
                            "compute_price": "fixed",
                            "fixed_price": price,
                        }
                    )
                    for product, price in ((self.labour, 71.13), (self.pads, 47.57))
                ],
            }
        )
        self.manufacturer.property_product_pricelist = rates

    def _render(self, order):
        """Return all that a customer can look at, as one text."""
        proposal = order._get_current_proposal()
        report = self.env["ir.actions.report"]
        texts = [
            report._render_qweb_html(name, record.ids)[0].decode()
            for name, record in (
                ("service_advisor.report_service_proposal", proposal),
                ("service_advisor.report_service_order_proposal", order),
                ("service_advisor.report_service_order", order),
            )
        ]
        qweb = self.env["ir.qweb"]
        for line in proposal.line_ids:
            texts.append(
                str(qweb._render("service_advisor.portal_proposal_line",
                                 {"line": line, "can_answer": True, "today": "2026-01-01"}))
            )
            texts.append(str(line.content))
        for template in ("mail_template_proposal", "mail_template_proposal_reminder"):
            mail = self.env.ref(f"service_advisor.{template}")
            texts.append(mail._render_field("body_html", order.ids)[order.id])
        return "\n".join(map(str, texts))

    def test_rates_of_others(self):
        """R1.6: prices of other payers are in nothing that reaches the customer."""
        order = self._quoted(pay_type="warranty")
        self.assertEqual(self._estimate(order, self.manufacturer).amount_untaxed, 194.27)
        seen = self._render(order)
        for amount in ("71.13", "106.7", "47.57", "194.27", "213.7"):
            self.assertNotIn(amount, seen)
        self.assertIn("At no cost to you", seen)
        self.assertIn("(Warranty)", seen.replace("\n", ""))
        proposal = order.proposal_ids
        self.assertEqual(proposal.amount_total, 0.0)
        line = proposal.line_ids
        self.assertFalse(line.is_for_customer)
        self.assertTrue(line.is_intact)
        order.action_approve()
        self.assertTrue(line.is_intact)
        agreed = self._estimate(order, self.manufacturer).order_line.filtered("product_id")
        agreed[0].price_unit = 1.0
        self.assertFalse(line.is_intact, "the fingerprint covers what others agreed to")
        self.assertEqual(line.answer, "approved")
        self.assertTrue(line.voided_at)

    def test_shared_job(self):
        """R1.6: the customer sees the whole price, what others bear of it, and what is left."""
        order = self._quoted([(self.manufacturer, 40)])
        seen = self._render(order)
        self.assertIn("40 % of Brake pads, borne by Carmaker", seen)
        self.assertIn("Borne by others", seen)
        proposal = order.proposal_ids
        self.assertAlmostEqual(proposal.amount_total, 297.0 * 0.6)
        lines = proposal.line_ids
        self.assertEqual((lines._sum_shown(True), lines._sum_shown(False)), (150.0, 120.0))
        self.assertEqual((lines._sum_borne(True), lines._sum_borne(False)), (0.0, -108.0))
        # The lines of others are covered, without their prices.
        agreed = lines.content["agreed"]
        self.assertEqual(len([facts for facts in agreed if "digest" in facts]), 3)

    def test_share_of_the_customer(self):
        """R1.6: who bears a part of what the manufacturer pays sees that part only."""
        order = self._new_order(pay_type="goodwill")
        order.job_ids.share_ids = [Command.create({"pay_type": "customer", "percent": 37})]
        self.assertEqual(order.job_ids.share_ids.payer_id, self.customer)
        order.action_check_in()
        order.action_quote()
        seen = self._render(order)
        for amount in ("71.13", "106.7", "47.57", "194.27", "213.7", "37 %", "37.0"):
            self.assertNotIn(amount, seen)
        self.assertIn("Your share of Brake pads", seen)
        mine = self._estimate(order, self.customer)
        self.assertEqual(order.proposal_ids.amount_total, mine.amount_total)

    def test_deductible(self):
        """R1.6: the customer pays exactly the deductible, taxes included, whatever the taxes."""
        self.labour.list_price = 333.33
        for amount, include, wanted in (
            (13.0, "tax_excluded", 500.0),
            (13.0, "tax_included", 500.0),
            (19.0, "tax_excluded", 150.01),
            (7.7, "tax_excluded", 99.99),
            (0.0, "tax_excluded", 10.0),
        ):
            tax = self.tax.copy(
                {"name": f"{amount} {include}", "amount": amount, "price_include_override": include}
            )
            for product in (self.labour, self.pads, self.fluid):
                product.taxes_id = tax
            plain = self._quoted(pay_type="insurance").amount_total
            order = self._quoted(pay_type="insurance", deductible=wanted)
            mine = self._estimate(order, self.customer)
            self.assertAlmostEqual(mine.amount_total, wanted, 2)
            # To the cent, but for the taxes, which Odoo rounds for each document.
            left = self._estimate(order, self.insurer).amount_total
            self.assertAlmostEqual(left, plain - wanted, delta=0.011)
            self.assertAlmostEqual(order.proposal_ids.amount_total, wanted, 2)
        seen = self._render(order)
        self.assertIn("except the deductible", seen)
        self.assertNotIn("Brake pads", seen.replace("front brake pads", ""))
        self.assertTrue(order.proposal_ids.line_ids._is_deductible_only())
        with self.assertRaisesRegex(UserError, "the insurer pays only"):
            self._quoted(pay_type="insurance", deductible=99999)
        dear = self.tax.copy({"name": "20 %", "amount": 20.0})
        for product in (self.labour, self.pads, self.fluid):
            product.taxes_id = dear
        self.company.tax_calculation_rounding_method = "round_per_line"
        with self.assertRaisesRegex(UserError, "a cent more or less"):
            self._quoted(pay_type="insurance", deductible=2.31)
        order.job_ids.deductible = 0
        order.action_quote()
        self.assertFalse(self._share_lines(order))


@tagged("post_install", "-at_install")
class TestSharesAreDelivered(PayersCommon):
    def _make_ready(self, order):
        """Bill what was done, whatever check an installed addon asks for before."""
        order._keep({"ready_at": self._now()})

    def _agree(self, order):
        """Line by line, shares are delivered and billed as what they are a share of."""
        self.env.flush_all()  # as at the end of each request
        for line in self._share_lines(order):
            shared = line.service_share_of_id
            for name in ("qty_delivered", "qty_to_invoice", "qty_invoiced"):
                self.assertEqual(line[name], shared[name], f"{name} of {line.name}")

    def _reverse(self, invoice):
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": invoice.journal_id.id})
        action = wizard.reverse_moves()
        self.env["account.move"].browse(action["res_id"]).action_post()

    def _return(self, order, product, quantity):
        picking = order.picking_ids.filtered(lambda p: p.state == "done")[:1]
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        for line in wizard.product_return_moves:
            line.quantity = quantity if line.product_id == product else 0
        back = wizard._create_return()
        back.move_ids.picked = True
        back.button_validate()

    def test_from_the_shelf_to_the_credit_note(self):
        """R2.6: partial issue, return, invoice and credit note: shares follow line by line."""
        order = self._quoted([(self.manufacturer, 40), (self.importer, 33.33)])
        order.action_approve()
        self._agree(order)
        picking = order.sudo().picking_ids.with_user(self.storekeeper)
        fluid = picking.move_ids.filtered(lambda move: move.product_id == self.fluid)
        picking.move_ids.picked = True
        fluid.quantity = 1
        picking.with_context(skip_backorder=True).button_validate()
        shares = self._share_lines(order)
        borne = shares.filtered(lambda line: line.service_share_of_id.product_id == self.fluid)
        self._agree(order)
        self.assertEqual(borne.mapped("qty_delivered"), [1.0] * 4)
        self._work(order)
        self._agree(order)
        labour = shares.filtered(lambda line: line.service_share_of_id.product_id == self.labour)
        self.assertEqual(labour.mapped("qty_delivered"), [1.5] * 4)
        order.picking_ids.filtered(lambda p: p.state not in ("done", "cancel")).action_cancel()
        self._make_ready(order)
        self.assertFalse(order.is_settled)
        self._invoice(order)
        self._agree(order)
        self.assertTrue(order.is_settled)
        invoices = order.sudo().invoice_ids
        self.assertEqual(invoices.partner_id, self.customer | self.manufacturer | self.importer)
        self.assertAlmostEqual(sum(invoices.mapped("amount_untaxed")), 250.0, 2)
        self._return(order, self.pads, 1)
        self._agree(order)
        pads = shares.filtered(lambda line: line.service_share_of_id.product_id == self.pads)
        self.assertEqual(pads.mapped("qty_to_invoice"), [-1.0] * 4)
        self.assertFalse(order.is_settled)
        order.with_user(self.accountant).action_create_invoices()
        order.sudo().invoice_ids.filtered(lambda bill: bill.state == "draft").action_post()
        self._agree(order)
        self.assertTrue(order.is_settled)
        totals = {
            payer: sum(moves.mapped("amount_untaxed_signed"))
            for payer, moves in order.sudo().invoice_ids.grouped("partner_id").items()
        }
        self.assertAlmostEqual(totals[self.manufacturer], 68.0)
        self.assertAlmostEqual(totals[self.importer], 56.66)
        self.assertAlmostEqual(totals[self.customer], 170 - 68 - 56.66)
        for invoice in invoices:
            self._reverse(invoice)
        self._agree(order)

    def test_deductible_is_billed(self):
        """R2.6: the deductible is delivered with the work, and both invoices are right to the
        cent."""
        order = self._quoted(pay_type="insurance", deductible=100.0)
        order.action_approve()
        self._issue_parts(order)
        lines = self._share_lines(order)
        self.assertEqual(lines.mapped("qty_delivered"), [0.0, 0.0])
        self._work(order)
        self.assertEqual(lines.mapped("qty_delivered"), [1.0, 1.0])
        self._make_ready(order)
        self._invoice(order)
        bills = {bill.partner_id: bill.amount_total for bill in order.sudo().invoice_ids}
        self.assertEqual(bills, {self.customer: 100.0, self.insurer: 197.0})
        self.assertTrue(order.is_settled)

    def test_issued_before_it_was_shared(self):
        """R1.6: parts that were issued on an approval taken back are delivered for the shares made
        later as well."""
        order = self._authorised_order()
        self._issue_parts(order)
        order.job_ids.share_ids = [Command.create({"percent": 50})]
        self.assertEqual(order.job_ids.state, "proposed")
        order.action_quote()
        self._agree(order)
        order.action_approve()
        pads = self._share_lines(order).filtered(
            lambda line: line.service_share_of_id.product_id == self.pads
        )
        self.assertEqual(pads.mapped("qty_delivered"), [1.0, 1.0])
        self._agree(order)


@tagged("post_install", "-at_install")
class TestCustomerPages(HttpCase, PayersCommon):
    def test_pages(self):
        """R1.6: the pages of order and proposal say what the customer pays of each job, and no
        price of another payer."""
        order = self._new_order(jobs=4)
        warranty, mine, insured, goodwill = order.job_ids
        warranty.pay_type, insured.pay_type, goodwill.pay_type = (
            "warranty", "insurance", "goodwill"
        )
        mine.share_ids = [Command.create({"percent": 40})]
        insured.deductible = 123.45
        goodwill.share_ids = [Command.create({"pay_type": "customer", "percent": 37})]
        for job, price in ((warranty, 61.37), (insured, 62.41), (goodwill, 63.83)):
            job.line_ids.filtered(lambda line: line.product_id == self.pads).price_unit = price
        order.action_check_in()
        order.action_quote()
        secrets = ["61.37", "62.41", "63.83"]
        for job in (warranty, insured, goodwill):
            lines = job._get_own_lines()
            for name in ("price_subtotal", "price_total"):
                secrets.append(f"{sum(lines.mapped(name)):.2f}")
        secrets += [e.name for e in order.estimate_ids if e.partner_id != self.customer]
        mine_total, share = mine._get_customer_total(), goodwill._get_customer_total()
        self.assertAlmostEqual(mine_total, 178.2)
        proposal = order.proposal_ids.sudo()
        self.assertAlmostEqual(proposal.amount_total, 178.2 + 123.45 + share, 2)
        self.authenticate(None, None)
        for record in (order.sudo(), proposal):
            page = self.url_open(record.get_portal_url()).text
            for amount in ("178.20", "123.45", f"{share:.2f}"):
                self.assertIn(amount, page)
            for secret in secrets:
                self.assertNotIn(secret, page)
