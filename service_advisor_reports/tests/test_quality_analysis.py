from datetime import timedelta

from odoo.tests import tagged

from .analysis_common import DAY, HOUR, MONDAY, AnalysisCommon


@tagged("post_install", "-at_install")
class TestQualityAnalysis(AnalysisCommon):
    """Inspections, faults and complaints."""

    def test_inspections(self):
        """R3.1 R5.2: jobs looked at and failed, items of the sheet, and whose work it was; equal
        to the failed items that inspectors see."""
        order = self._finished_order(jobs=2)
        final = self._fail(order, job=order.job_ids[0])
        items = len(final.line_ids)
        domain = [("inspection_id", "=", final.id)]
        found = self._sum(
            "service.inspection.report", domain, "row_count:sum", "failed_count:sum",
            "red_count:sum", "item_count:sum", groupby=["job_id"],
        )
        bad, good = order.job_ids
        self.assertEqual(
            {job: figures for job, *figures in found},
            {bad: [1, 1, 1, items], good: [1, 0, 0, items]},
        )
        self.assertEqual(
            self._figures("service.inspection.report", domain, "pass_rate:avg", "fail_rate:avg"),
            (0.5, 1 / (2 * items)),
        )
        findings = self._figures("service.quality.finding", domain, "__count")
        self.assertEqual(
            self._figures("service.inspection.report", domain, "red_count:sum"), findings
        )
        row = self._model("service.inspection.report", self.inspector).search(domain, limit=1)
        self.assertEqual(row.action_open_inspection()["res_id"], final.id)
        self.assertEqual((row.kind, row.attempt, row.result), ("final", 1, "red"))

    def test_faults_in_cars(self):
        """R5.2: cars with a fault of 100 cars of the model that came; a car that comes back is
        one car, and routine work no fault."""
        cars = self.vehicle
        for number in range(3):
            cars |= self.vehicle.sudo().copy({"plate": f"沪C0000{number}", "vin": False})
        routine = self.operation.copy({"code": "OIL", "is_routine": True})
        orders = self.env["service.order"]
        for car, operation in zip(
            (cars[0], cars[0], cars[1], cars[2], cars[3]),
            (self.operation, self.operation, self.operation, routine, routine), strict=True,
        ):
            order = self._new_order(operation_id=operation.id)
            order.sudo().vehicle_id = car
            order.action_check_in()
            order.action_quote()
            order.action_approve()
            orders |= order
        domain = [("model_id", "=", self.model.id), ("kind", "=", "repair")]
        report = self._model("service.fault.report")
        specs = ["__count", "vehicle_id:count_distinct", "cars_in_100:avg"]
        self.assertEqual(
            report._read_group(domain, ["model_id", "operation_id"], specs),
            [(self.model, self.operation, 3, 2, 50.0)],
        )
        sets = report._read_grouping_sets(
            domain, [("operation_id",), ("model_id",), ()], specs[2:], "cars_in_100:avg desc"
        )
        self.assertEqual(
            sets, [[(self.operation, 50.0)], [(self.model, 50.0)], [(50.0,)]]
        )
        late = [*domain, ("checked_in_at", ">", self._now() + DAY)]
        self.assertEqual(report._read_group(late, [], specs[2:]), [(False,)], "no car came")
        inspector = self._model("service.fault.report", self.inspector)
        self.assertEqual(inspector._read_group(domain, [], specs[2:]), [(50.0,)])
        parts = report._read_group(
            [("model_id", "=", self.model.id), ("kind", "=", "part")], ["product_id"], specs
        )
        self.assertEqual(
            {part: figures for part, *figures in parts},
            {self.pads: [3, 2, 50.0], self.fluid: [3, 2, 50.0]},
        )
        for row in report.search([("order_id", "=", orders[0].id)]):
            self.assertEqual(row.action_open_job()["res_id"], orders[0].job_ids.id)

    def _complain(self, received, contacted=None, **vals):
        complaint = self.env["service.complaint"].create(
            {
                "vehicle_id": self.vehicle.id, "partner_id": self.customer.id,
                "advisor_id": self.advisor.id, "description": "Too late", "received_at": received,
            } | vals
        )
        if contacted:
            self.env["service.complaint.contact"].create(
                {"complaint_id": complaint.id, "direction": "out", "channel": "call",
                 "at": contacted}
            )
        return complaint

    def test_complaints(self):
        """K2 R4.1 R5.2: contacted to the second of the 24th hour is in time; who was not
        contacted counts, who still has time does not."""
        second = timedelta(seconds=1)
        complaints = self._complain(MONDAY, MONDAY + DAY)
        complaints |= self._complain(MONDAY, MONDAY + DAY + second, severity="major")
        complaints |= self._complain(MONDAY)
        complaints |= self._complain(self._now() - HOUR, self._now())
        dropped = self._complain(MONDAY)
        dropped.sudo()._keep({"discarded_at": MONDAY, "active": False})
        domain = [("complaint_id", "in", (complaints | dropped).ids)]
        self.assertEqual(
            self._figures(
                "service.complaint.report", domain, "__count", "due_count:sum",
                "contacted_count:sum", "first_contact:avg", "major_count:sum",
            ),
            (4, 3, 1, 1 / 3, 1),
        )
        fresh = [("complaint_id", "=", complaints[-1].id)]
        self.assertEqual(
            self._figures("service.complaint.report", fresh, "first_contact:avg"), (False,)
        )
        row = self._model("service.complaint.report").search(fresh)
        self.assertEqual(row.action_open_complaint()["res_id"], complaints[-1].id)
