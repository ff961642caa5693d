import shutil
from unittest import skipUnless

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .test_settlement import SettlementCommon


class SettlementListCommon(SettlementCommon):
    def _render(self, order, report="service_order_report_settlement", record=None, user=None):
        Report = self.env["ir.actions.report"].with_user(user or self.accountant)
        html, _kind = Report._render_qweb_html(f"service_advisor.{report}", (record or order).ids)
        return html.decode()


@tagged("post_install", "-at_install")
class TestSettlementList(SettlementListCommon):
    def test_number(self):
        """R2.6: given once, when first printed, in the company's own row of numbers."""
        order = self._authorised_order()
        with self.assertRaisesRegex(UserError, "print the settlement list"):
            order.action_print_settlement()
        self._work(order)
        self._issue_parts(order)
        self._ready(order)
        self.assertFalse(order.settlement_no)
        order.with_user(self.accountant).action_print_settlement()
        number = order.settlement_no
        self.assertRegex(number, r"^ST\d{6}$")
        order.action_print_settlement()
        self.assertEqual(order.settlement_no, number)
        second = self._ready_order()
        second.action_print_settlement()
        self.assertNotEqual(second.settlement_no, number)
        with self.assertRaisesRegex(AccessError, "can not be entered by hand"):
            order.write({"settlement_no": "ST1"})
        other = self.env["res.company"].create({"name": "Other Dealer"})
        sequence = self.env["ir.sequence"].search(
            [("code", "=", "service.settlement"), ("company_id", "=", other.id)]
        )
        self.assertEqual(len(sequence), 1)
        self.assertEqual(
            self.env["ir.sequence"].with_company(other).next_by_code("service.settlement"),
            "ST000001",
        )
        other._create_number_sequences()
        self.assertEqual(sequence, sequence.search(
            [("code", "=", "service.settlement"), ("company_id", "=", other.id)]
        ))

    def test_what_is_billed(self):
        """R2.6: labour and parts apart, with origin, discounts, deposit, paid and to pay."""
        self.pads.write({"default_code": "BP-1", "service_part_origin": "original"})
        order = self._new_order()
        order.action_check_in()
        line = order.job_ids.line_ids.filtered(lambda line: line.product_id == self.pads)
        line.discount = 10
        order.action_quote()
        order.action_approve()
        deposit = self._deposit(order)
        self._pay(deposit)
        self._work(order)
        self._issue_parts(order)
        self._return(order, self.fluid, 1)
        self._ready(order)

        def shown():
            [found] = order._get_settlements(order._get_settlement_estimates())
            return found

        before = shown()
        order.with_user(self.accountant).action_create_invoices()
        self._post(order)
        self.env.invalidate_all()
        after = shown()
        names = ("labour_amount", "parts_amount", "discount", "untaxed", "tax", "total",
                 "deposit", "paid", "to_pay")
        for name in names:
            self.assertAlmostEqual(before[name], after[name], msg=name)
        # 150 labour, pads 80 - 10 %, one of two fluids at 20, plus 10 %
        self.assertAlmostEqual(after["labour_amount"], 150.0)
        self.assertAlmostEqual(after["parts_amount"], 92.0)
        self.assertAlmostEqual(after["total"], 266.2)
        self.assertAlmostEqual(after["deposit"], 110.0)
        self.assertAlmostEqual(after["paid"], 110.0)
        self.assertAlmostEqual(after["to_pay"], 156.2)
        self.assertAlmostEqual(after["discount"], 8.0)
        self.assertEqual([part["quantity"] for part in after["parts"]], [1, 1])
        self._pay(order.sudo().invoice_ids)
        self.assertAlmostEqual(shown()["to_pay"], 0)
        order.action_print_settlement()
        html = self._render(order)
        for words in (order.settlement_no, "BP-1", "Original", order.plate, "LSVAL41Z882104202",
                      "266.20", self.operation.name):
            self.assertIn(words, html)

    def test_each_payer_its_own(self):
        """R2.6 R5.3: the prices of other payers are not on the customer's list."""
        order = self._new_order(jobs=2)
        recall = order.job_ids[1]
        recall.write({
            "pay_type": "warranty", "payer_id": self.manufacturer.id,
            "concern": "Airbag", "operation_id": False,
        })
        recall.line_ids = [(0, 0, {"product_id": self.pads.id, "price_unit": 61.37})]
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        self._work(order)
        self._issue_parts(order)
        self._ready(order)
        warranty = order.estimate_ids.filtered(lambda e: e.partner_id == self.manufacturer)
        action = warranty.with_user(self.accountant).action_service_settlement()
        self.assertEqual(action["report_name"], "service_advisor.report_service_settlement_payer")
        html = self._render(order)
        self.assertNotIn("61.37", html)
        self.assertNotIn("Carmaker", html)
        self.assertRegex(html, r"Done at no cost to you:\s*Airbag")
        html = self._render(order, "service_estimate_report_settlement", warranty)
        self.assertIn("61.37", html)
        self.assertNotIn("Li Customer", html)

    def test_shares_and_deductible(self):
        """R2.6: labour and parts stand at full amounts; what others bear stands apart, under its
        own name and without hours, and all of it makes the total."""
        insurer = self.env["res.partner"].create({"name": "Insurer", "is_company": True})
        order = self._new_order(jobs=2)
        order.job_ids[0].share_ids = [
            Command.create({"payer_id": self.manufacturer.id, "percent": 40})
        ]
        order.job_ids[1].write(
            {"pay_type": "insurance", "payer_id": insurer.id, "deductible": 110.0}
        )
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        self._work(order)
        self._issue_parts(order)
        self._ready(order)
        [shown] = order._get_settlements(order._get_settlement_estimates())
        names = ("labour_amount", "parts_amount", "taken_over_amount", "borne_amount", "untaxed")
        for name, amount in zip(names, (150.0, 120.0, 100.0, -108.0, 262.0), strict=True):
            self.assertAlmostEqual(shown[name], amount, msg=name)
        self.assertEqual([item["quantity"] for item in shown["labour"]], [1.5])
        html = self._render(order)
        for words in ("Borne by Others", "Deductible and Shares", "borne by Carmaker",
                      "Deductible of your insurance"):
            self.assertIn(words, html)
        estimate = order.estimate_ids.filtered(lambda e: e.partner_id == insurer)
        [shown] = order._get_settlements(order._get_settlement_estimates(estimate))
        self.assertAlmostEqual(shown["borne_amount"], -100.0)
        self.assertAlmostEqual(shown["untaxed"], 170.0)

    def test_answer_on_what_the_customer_pays(self):
        """R1.6: who takes the answer down tells the customer what the customer pays."""
        order = self._new_order(jobs=3)
        order.job_ids[0].share_ids = [
            Command.create({"payer_id": self.manufacturer.id, "percent": 40})
        ]
        order.job_ids[1].write({"pay_type": "warranty", "payer_id": self.manufacturer.id})
        order.action_check_in()
        order.action_quote()
        wizard = self.env["service.approval.wizard"].with_user(self.advisor)
        lines = wizard.create({"order_id": order.id}).line_ids
        self.assertEqual(lines.job_id, order.job_ids)
        for line, amount in zip(lines, (178.2, 0.0, 297.0), strict=True):
            self.assertAlmostEqual(line.amount_customer, amount)

    def test_language_of_the_payer(self):
        """R2.6: printed in the language of who pays, whoever prints it."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.operation.with_context(lang="zh_CN").name = "更换前刹车片"
        self.customer.lang = "zh_CN"
        order = self._ready_order()
        self.assertIn("更换前刹车片", self._render(order, user=self.advisor))


@tagged("post_install", "-at_install")
class TestSettlementPortal(HttpCase, SettlementListCommon):
    @skipUnless(shutil.which("wkhtmltopdf"), "wkhtmltopdf prints the PDF")
    def test_download_once_settled(self):
        """R2.6: the customer downloads the list once everything is paid, not before."""
        order = self._authorised_order()
        self._work(order)
        self._issue_parts(order)
        self._ready(order)
        token = order.sudo()._portal_ensure_token()
        page = f"/my/service-orders/{order.id}?access_token={token}"
        pdf = page + "&report_type=pdf&settlement=1"
        self.assertNotIn("Download the settlement list", self.url_open(page).text)
        self.assertNotEqual(self.url_open(pdf).headers["Content-Type"], "application/pdf")
        self._invoice(order)
        self.assertIn("Download the settlement list", self.url_open(page).text)
        answer = self.url_open(pdf)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.env.invalidate_all()
        self.assertTrue(order.settlement_no)
        self.assertNotEqual(
            self.url_open(pdf.replace(token, "x")).headers["Content-Type"], "application/pdf"
        )
