from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from .common import ServiceAdvisorCommon


@tagged("post_install", "-at_install")
class TestDiscount(ServiceAdvisorCommon):
    """R1.4 R5.3: discounts above the limit need somebody who may allow them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.service_discount_limit = 10

    def _checked_in(self):
        order = self._new_order()
        order.action_check_in()
        return order, order.job_ids.line_ids.filtered(lambda line: line.product_id == self.pads)

    def test_within_the_limit(self):
        """R1.4: up to the limit the advisor decides; a package price is no discount at all."""
        order, line = self._checked_in()
        line.discount = 10
        self.assertEqual(line._get_discount_percent(), 10.0)
        order.action_quote()
        order.action_approve()
        self.assertEqual(order.state, "authorised")
        self.assertFalse(order.discount_ids)

    def test_refused_and_allowed(self):
        """R1.4: refused with line, percent, limit and who can allow it; allowed, it is kept."""
        order, line = self._checked_in()
        line.discount = 25
        self.assertTrue(order.has_discount_to_allow)
        with self.assertRaisesRegex(UserError, "of 10.0 %: Brake pads .*25.0 %.*Manager"):
            order.action_quote()
        action = order.action_open_discount()
        wizard = self.env[action["res_model"]].with_user(self.advisor)
        wizard = wizard.with_context(**action["context"]).create({"reason": "Waited two days"})
        self.assertIn("Brake pads", wizard.discounts)
        wizard.action_confirm()
        asked = order.activity_ids
        self.assertIn(self.manager, asked.user_id)
        self.assertNotIn(self.advisor, asked.user_id)
        with self.assertRaisesRegex(UserError, "You can not allow"):
            order.action_allow_discounts()
        order.with_user(self.manager).action_allow_discounts()
        self.assertFalse(order.activity_ids, "nobody is asked any more")
        kept = order.discount_ids
        self.assertEqual((kept.line_id, kept.percent, kept.amount), (line, 25.0, 60.0))
        self.assertEqual(kept.allowed_by_id, self.manager)
        order.action_quote()
        order.action_approve()
        self.assertEqual(order.state, "authorised")

    def test_lower_is_covered_higher_is_not(self):
        """R1.4: a lower discount needs no further word, a higher one does."""
        order, line = self._checked_in()
        line.price_unit = 60.0
        self.assertEqual(line._get_discount_percent(), 25.0)
        order.with_user(self.manager).action_allow_discounts()
        line.price_unit = 64.0
        order.action_quote()
        line.price_unit = 50.0
        self.assertEqual(order.job_ids.state, "proposed", "a changed price is asked again")
        with self.assertRaisesRegex(UserError, "37.5 %"):
            order.action_quote()

    def test_manager_prices(self):
        """R1.4: who may allow discounts does so by pricing, and it is kept as well."""
        order, line = self._checked_in()
        line.discount = 50
        order.with_user(self.manager).action_quote()
        self.assertEqual(order.discount_ids.allowed_by_id, self.manager)
        order.action_approve()
        self.assertEqual(order.state, "authorised")

    def test_not_around_it(self):
        """R5.3: prices typed over RPC, when the line is made or later, are seen; so are approvals
        that skip the quotation, and nobody types the evidence."""
        order = self._new_order(jobs=0)
        order.job_ids = [
            Command.create(
                {
                    "concern": "Brakes",
                    "line_ids": [
                        Command.create({"product_id": self.pads.id, "price_unit": 8.0}),
                        Command.create(
                            {
                                "product_id": self.fluid.id,
                                "price_unit": 1.0,
                                "technical_price_unit": 1.0,
                            }
                        ),
                    ],
                }
            )
        ]
        order.action_check_in()
        lines = order.job_ids.line_ids.filtered("product_id")
        self.assertEqual([line._get_discount_percent() for line in lines], [90.0, 95.0])
        with self.assertRaisesRegex(UserError, "above the limit"):
            order.action_quote()
        with self.assertRaisesRegex(UserError, "above the limit"):
            order.estimate_ids.with_user(self.advisor).action_confirm()
        with self.assertRaisesRegex(AccessError, "can not be typed in"):
            lines.write({"service_list_price": 1.0})
        with self.assertRaises(AccessError):
            self.env["service.discount"].with_user(self.manager).create(
                {"order_id": order.id, "name": "x", "percent": 99, "line_id": lines[0].id}
            )
        lines.with_context(sale_write_from_compute=True).write(
            {"price_unit": 5.0, "technical_price_unit": 5.0}
        )
        self.assertEqual(lines[0]._get_discount_percent(), 93.75)

    def test_warranty_of_the_customer(self):
        """R1.4: what a manufacturer pays is no discount; a job that the customer pays is one,
        whatever its pay type says."""
        order, _line = self._checked_in()
        for payer, percent in ((self.manufacturer, 0.0), (self.customer, 50.0)):
            order.job_ids.write({"pay_type": "warranty", "payer_id": payer.id})
            line = order.job_ids.line_ids.filtered(lambda line: line.product_id == self.pads)
            line.discount = 50
            self.assertEqual(line.order_id.partner_id, payer)
            self.assertEqual(line._get_discount_percent(), percent)
        with self.assertRaisesRegex(UserError, "above the limit"):
            order.action_quote()

    def test_list_price_is_not_emptied(self):
        """R5.3: without its price by the price list a line would have no discount."""
        order, line = self._checked_in()
        line.discount = 50
        for value in (0, False):
            with self.assertRaisesRegex(AccessError, "can not be typed in"):
                line.service_list_price = value
        with self.assertRaisesRegex(AccessError, "can not be typed in"):
            line.create(
                {
                    "product_id": self.pads.id,
                    "service_job_id": order.job_ids.id,
                    "service_list_price": 0,
                }
            )

    def test_work_is_no_deposit(self):
        """R5.3: a line of a job is work, also where somebody calls it a deposit."""
        order, line = self._checked_in()
        line.write({"is_downpayment": True, "price_unit": 20.0})
        self.assertEqual(line._get_discount_percent(), 75.0)
        with self.assertRaisesRegex(UserError, "above the limit"):
            order.action_quote()

    def test_another_product_is_asked_again(self):
        """R1.4: what was allowed on one product covers no other; the record of it stays."""
        order, line = self._checked_in()
        line.discount = 50
        order.with_user(self.manager).action_allow_discounts()
        kept = order.discount_ids
        line.product_id = line.product_id
        self.assertEqual(kept.line_id, line)
        line.product_id = self._new_part("Ceramic pads", 800.0)
        line.discount = 50
        self.assertEqual((kept.line_id, kept.name), (line.browse(), "Brake pads"))
        with self.assertRaisesRegex(UserError, "above the limit.*Ceramic"):
            order.action_quote()

    def test_price_list_is_no_discount(self):
        """R1.4: what the price list takes off needs nobody's word."""
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Fleet",
                "item_ids": [
                    Command.create(
                        {"compute_price": "percentage", "percent_price": 30, "applied_on":
                         "3_global"}
                    )
                ],
            }
        )
        self.customer.property_product_pricelist = pricelist
        order, line = self._checked_in()
        self.assertAlmostEqual(line.price_unit * (1 - line.discount / 100), 56.0)
        self.assertEqual(line._get_discount_percent(), 0.0)
        line.price_unit = line.price_unit
        self.assertEqual(line._get_discount_percent(), 0.0)
        order.action_quote()
        self.assertEqual(order.state, "quoted")

    def test_limit_of_the_company(self):
        """R5.3: 0 asks for every discount, 100 for none; other values make no sense."""
        company = self.company
        order, line = self._checked_in()
        line.discount = 1
        company.service_discount_limit = 0
        with self.assertRaisesRegex(UserError, "above the limit"):
            order.action_quote()
        company.service_discount_limit = 100
        line.discount = 100
        order.action_quote()
        for value in (-1, 101):
            with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
                company.service_discount_limit = value
                company.flush_recordset()

    def test_companies_are_apart(self):
        """R5.3: what was allowed in one company is not seen in another."""
        order, line = self._checked_in()
        line.discount = 50
        order.with_user(self.manager).action_allow_discounts()
        other = self.env["res.company"].create({"name": "Other Dealer"})
        stranger = self.manager.copy({"company_id": other.id, "company_ids": [(6, 0, other.ids)]})
        self.assertFalse(self.env["service.discount"].with_user(stranger).search([]) &
                         order.discount_ids)
        self.assertNotIn(stranger, order._get_users_with("service_advisor.group_discount"))
