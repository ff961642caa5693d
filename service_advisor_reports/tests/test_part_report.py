from odoo import Command
from odoo.addons.service_advisor_quality.tests.common import ServiceAdvisorQualityCommon
from odoo.exceptions import AccessError
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestPartReport(ServiceAdvisorQualityCommon):
    def _rows(self, orders, user=None):
        report = self.env["service.part.report"].with_user(user or self.manager)
        return report.search([("order_id", "in", orders.ids)], order="id")

    def _rate(self, orders):
        report = self.env["service.part.report"].with_user(self.manager)
        [row] = report._read_group(
            [("order_id", "in", orders.ids)],
            [],
            ["line_count:sum", "served_count:sum", "lost_count:sum", "fill_rate:avg"],
        )
        return row

    def test_fill_rate(self):
        """R2.2 R5.2: lines served at once by lines requested; a lost sale was requested too."""
        rare = self._new_part("Rare part", 10.0)
        self.operation.part_ids = [Command.create({"product_id": rare.id, "quantity": 1})]
        order = self._authorised_order()
        self.assertEqual(self._rate(order), (3, 2, 0, 2 / 3))
        request = self.env["service.part.request"].with_user(self.technician).create(
            {"job_id": order.job_ids.id, "description": "Something nobody knows"}
        )
        request.with_user(self.storekeeper).action_lost_demand()
        self.assertEqual(self._rate(order), (4, 2, 1, 0.5))
        lost = self._rows(order).filtered("lost_count")
        self.assertEqual((lost.name, lost.categ_id.id), ("Something nobody knows", False))
        self.assertEqual(lost.warehouse_id, self.warehouse)
        self.assertEqual(lost.action_open_order()["res_id"], order.id)
        served = self._rows(order).filtered("served_count")
        self.assertEqual(served.product_id, self.pads | self.fluid)
        self.assertEqual(served.categ_id, (self.pads | self.fluid).categ_id)

    def test_nothing_requested_is_no_data(self):
        """R5.2: before anything is approved there is no rate, which is not 0 %."""
        order = self._new_order()
        count, served, _lost, rate = self._rate(order)
        self.assertFalse(count or served)
        self.assertIn(rate, (None, False))
        self.assertIsNot(rate, 0.0)

    def test_lost_and_bought_after_all_counts_once(self):
        """R5.2: where the customer waits after all, the approved line is the demand."""
        order = self._new_order()
        line = order.job_ids.line_ids.filtered(lambda line: line.product_id == self.pads)
        line.action_lost_demand()
        self.assertEqual(self._rate(order)[:3], (1, 0, 1))
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        self.assertEqual(self._rate(order)[:3], (2, 2, 0))

    def test_declined_and_lost(self):
        """R5.2: a part of declined work that was not to be had is demand that was lost."""
        order = self._new_order()
        order.action_check_in()
        order.action_quote()
        order._record_answer({"declined": order.job_ids}, {"authorised_via": "counter"})
        self.assertFalse(self._rows(order))
        line = order.job_ids.line_ids.filtered(lambda line: line.product_id == self.pads)
        line.action_lost_demand()
        self.assertEqual(self._rate(order)[:3], (1, 0, 1))

    def test_rights(self):
        """R5.3: managers of the company; advisors too, whose figures open it."""
        order = self._authorised_order()
        self.assertEqual(len(self._rows(order)), 2)
        self.assertEqual(len(self._rows(order, self.advisor)), 2)
        with self.assertRaises(AccessError):
            self._rows(order, self.technician)
        other = self.env["res.company"].create({"name": "Other Shop"})
        self.manager.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertFalse(self._rows(order))
