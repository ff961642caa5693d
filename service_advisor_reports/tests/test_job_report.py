from odoo import Command
from odoo.tests import tagged

from .analysis_common import DAY, HOUR, MONDAY, AnalysisCommon


@tagged("post_install", "-at_install")
class TestJobReport(AnalysisCommon):
    """Jobs: hours, money and whether the work held."""

    def _of(self, jobs, *specs):
        return self._figures("service.job.report", [("job_id", "in", jobs.ids)], *specs)

    def test_hours_and_money(self):
        """R5.2: sold, allowed and clocked hours, labour and parts of a job, once each."""
        order = self._authorised_order()
        job = order.job_ids
        self._clock(job, 2)
        self._clock(job, 1, MONDAY + DAY)
        self.assertEqual(
            self._of(
                job, "allowed_hours:sum", "sold_hours:sum", "clocked_hours:sum",
                "labour_amount:sum", "parts_amount:sum", "efficiency:avg", "labour_rate:avg",
            ),
            (1.5, 1.5, 3.0, 150.0, 120.0, 0.5, 100.0),
        )
        self.assertEqual(job._get_sold_hours(), 1.5, "as the papers of the order say")
        row = self._model("service.job.report").search([("job_id", "=", job.id)])
        self.assertEqual((row.efficiency, row.labour_rate), (0.5, 100.0))
        self.assertEqual((row.operation_id, row.model_id), (self.operation, self.model))
        action = row.action_open_job()
        self.assertEqual((action["res_model"], action["res_id"]), ("service.job", job.id))

    def test_ratios_add_up(self):
        """R5.2 K6: a rate of a group is sum over sum, not the average of averages; without
        anything to divide by it is no data."""
        quick, slow, idle = (self._authorised_order().job_ids for _index in range(3))
        self._clock(quick, 0.5)
        self._clock(slow, 5.5)
        self.assertEqual(self._of(quick, "efficiency:avg"), (3.0,))
        self.assertEqual(self._of(quick | slow, "efficiency:avg"), (0.5,), "3.0 h ÷ 6.0 h")
        self.assertEqual(self._of(idle, "efficiency:avg"), (False,))
        both = self._model("service.job.report")._read_grouping_sets(
            [("job_id", "in", (quick | slow).ids)], [("job_id",), ()], ["efficiency:avg"]
        )
        self.assertEqual(sorted(share for _job, share in both[0]), [1.5 / 5.5, 3.0])
        self.assertEqual(both[1], [(0.5,)])

    def test_hours_in_their_unit(self):
        """R5.2: labour sold by the day has eight hours, a fee by the piece has none."""
        job = self._authorised_order().job_ids
        labour = job.sudo().line_ids.filtered(lambda line: line.product_id.type == "service")
        day, piece = self.env.ref("uom.product_uom_day"), self.env.ref("uom.product_uom_unit")
        for unit, hours, amount in ((day, 12.0, 150.0), (piece, False, False)):
            self.env.flush_all()
            # What was approved is not changed by a step.
            self.env.cr.execute(
                "UPDATE sale_order_line SET product_uom_id = %s WHERE id IN %s",
                [unit.id, tuple(labour.ids)],
            )
            self.env.invalidate_all()
            self.assertEqual(
                self._of(job, "sold_hours:sum", "labour_amount:sum"), (hours, amount), unit.name
            )

    def test_shares_count_once(self):
        """R5.2: lines that move money between payers are neither hours nor sales."""
        order = self._new_order()
        order.job_ids.sudo().write(
            {"share_ids": [Command.create({"pay_type": "goodwill", "percent": 30,
                                           "payer_id": self.manufacturer.id})]}
        )
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        self.assertTrue(order.sudo().estimate_ids.order_line.filtered("service_share_kind"))
        self.assertEqual(
            self._of(order.job_ids, "sold_hours:sum", "labour_amount:sum", "parts_amount:sum"),
            (1.5, 150.0, 120.0),
        )

    def test_declined(self):
        """R5.2: declined work at the price of the offer; its hours are not sold."""
        order = self._new_order(jobs=2)
        order.action_check_in()
        order.action_quote()
        yes, no = order.job_ids
        order._record_answer(
            {"approved": yes, "declined": no}, {"authorised_via": "counter"},
            refusals={no: {"decline_reason": "Too expensive"}},
        )
        asked = self._new_order().job_ids
        specs = ("declined_count:sum", "answered_count:sum", "declined_share:avg",
                 "declined_amount:sum", "sold_hours:sum", "allowed_hours:sum")
        self.assertEqual(self._of(yes | no | asked, *specs), (1, 2, 0.5, 270.0, 1.5, 3.0))
        self.assertEqual(self._of(asked, "declined_share:avg"), (False,))
        whole = self._figures(
            "service.order.report", [("order_id", "=", order.id)], "declined_amount:sum"
        )
        self.assertEqual(whole, (270.0,))

    def test_first_pass_equals_score(self):
        """K5 R5.2: the first-pass rate is that of the quality assessment."""
        good = self._finished_order()
        self._pass(good)
        mixed = self._finished_order(jobs=2)
        self._fail(mixed, job=mixed.job_ids[0])
        mixed.job_ids[0].with_user(self.technician).action_start()
        self._finish_job(mixed.job_ids[0].with_user(self.technician))
        self._pass(mixed)
        open_jobs = self._finished_order().job_ids
        jobs = good.job_ids | mixed.job_ids
        self.assertEqual(
            self._of(jobs | open_jobs, "inspected_count:sum", "failed_count:sum", "first_pass:avg"),
            (3, 1, 2 / 3),
        )
        self.assertEqual(self._of(open_jobs, "first_pass:avg"), (False,))
        score = self._figures(
            "service.quality.score", [("job_id", "in", jobs.ids)], "passed_first:avg"
        )
        self.assertEqual(self._of(jobs, "first_pass:avg"), score)

    def test_fixed_first_time(self):
        """R3.2 R5.2: fixed first time waits for its 30 days; a return on the 30th counts, one
        after it does not, and two returns are one."""
        left = MONDAY - 60 * DAY
        soon, late, fresh = (self._authorised_order() for _index in range(3))
        for order in (soon, late):
            self._left(order, left - DAY, left)
        self._left(fresh, left, self._now() - 29 * DAY)
        for order in (soon, late, fresh):
            self._finish(order.job_ids, order.delivered_at)
        for order, came in (
            (soon, left + 30 * DAY), (soon, left + 5 * DAY), (late, left + 30 * DAY + HOUR / 3600),
            (fresh, self._now()),
        ):
            back = self._new_order()
            back.sudo().checked_in_at = came
            back.job_ids.sudo().comeback_of_id = order.job_ids
        specs = ("due_count:sum", "returned_count:sum", "fixed_first:avg")
        self.assertEqual(self._of((soon | late | fresh).job_ids, *specs), (2, 1, 0.5))
        self.assertEqual(self._of(fresh.job_ids, *specs), (0, 0, False))
        orders = [("order_id", "in", (soon | late | fresh).ids)]
        self.assertEqual(self._figures("service.order.report", orders, *specs), (2, 1, 0.5))
        comebacks = self._model("service.comeback").search(
            [("earlier_order_id", "in", (soon | late).ids), ("is_soon", "=", True)]
        )
        self.assertEqual(comebacks.earlier_order_id, soon, "as the list of comebacks says")

    def test_currencies(self):
        """R5.2: money counts in the company's currency; there is no rate of two currencies."""
        currency = self.env["res.currency"].create(
            {"name": "XTS", "symbol": "X", "rate_ids": [Command.create({"rate": 4.0})]}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": currency.id}
        )
        order = self._new_order()
        estimate = order.sudo().estimate_ids
        estimate.pricelist_id = pricelist
        estimate._recompute_prices()
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        amount, rate = self._of(order.job_ids, "labour_amount:sum", "labour_rate:avg")
        self.assertAlmostEqual(amount, 150.0)
        self.assertAlmostEqual(rate, 100.0)
        self.assertEqual(
            self._of(order.job_ids, "currency_id:array_agg_distinct"),
            ([self.company.currency_id.id],),
        )
