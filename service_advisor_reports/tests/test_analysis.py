from lxml import etree
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .analysis_common import DAY, MONDAY, AnalysisCommon

FOR_MANAGERS = ("service.job.report", "service.hours.report", "service.lost.report")
FOR_INSPECTORS = (
    "service.complaint.report", "service.inspection.report", "service.fault.report",
)
MODELS_WITH_RATIOS = (
    "service.order.report", "service.job.report", "service.hours.report",
    "service.complaint.report", "service.inspection.report", "service.survey.result",
)
NO_SHARES = ("hours_per_order", "nps")
# Of the survey answers, as they are read at the desk: they count answers only.
ANSWER_VIEWS = ("service.survey.result.pivot", "service.survey.result.graph")
FACTS = {
    "service.order.report": ("season", "advisor_id", "customer_kind", "model_id"),
    "service.job.report": ("operation_id", "pay_type", "age_band", "state"),
    "service.hours.report": ("kind", "employee_id", "advisor_id", "job_id"),
    "service.inspection.report": ("kind", "technician_id", "result", "attempt"),
    "service.lost.report": ("since_band", "advisor_id", "brand_id", "odometer_band"),
}


@tagged("post_install", "-at_install")
class TestAnalysis(AnalysisCommon):
    """What all analyses have in common."""

    def _visits(self):
        """Make visits of many fates, and return them."""
        other = self.vehicle.sudo().copy(
            {"plate": "沪B67890", "vin": False, "owner_id": self.manufacturer.id,
             "first_registration_date": "2024-01-15"}
        )
        good = self._finished_order(jobs=2)
        self._pass(good)
        self._left(good)
        redone = self._finished_order()
        self._fail(redone)
        redone.job_ids.with_user(self.technician).action_start()
        self._finish_job(redone.job_ids.with_user(self.technician))
        self._pass(redone)
        self._clock(redone.job_ids, 2.5)
        self._clock(redone.job_ids, 0.5, MONDAY + DAY)
        back = self._new_order()
        back.sudo().write({"vehicle_id": other.id, "checked_in_at": MONDAY + 9 * DAY})
        back.job_ids.sudo().write({"comeback_of_id": good.job_ids[0].id})
        split = self._new_order(jobs=2)
        split.action_check_in()
        split.action_quote()
        split._record_answer(
            {"approved": split.job_ids[0], "declined": split.job_ids[1]},
            {"authorised_via": "counter"},
            refusals={split.job_ids[1]: {"decline_reason": "Too expensive"}},
        )
        return good | redone | back | split

    def test_groups_equal_rows(self):
        """R5.2: what pivot tables add up is the sum of the rows that lists show, in every
        group and in total."""
        visits = self._visits()
        for name, groups in FACTS.items():
            model = self._model(name)
            domain = [("order_id", "in", visits.ids)]
            if name == "service.lost.report":
                domain = [("vehicle_id", "in", visits.vehicle_id.ids)]
            rows = model.search(domain)
            self.assertTrue(rows, name)
            parts = self._get_measures(model)
            self._compare(rows, model, domain, (), parts)
            for group in groups:
                self._compare(rows, model, domain, (group,), parts)
            sets = model._read_grouping_sets(
                domain, [(), groups[:1]], [f"{part}:sum" for part in parts]
            )
            self.assertEqual(sets[0], model._read_group(
                domain, (), [f"{part}:sum" for part in parts]))
            self.assertEqual(len(sets[1]), len({row[groups[0]] for row in rows}))

    def _compare(self, rows, model, domain, groupby, parts):
        found = model._read_group(
            domain, groupby, ["__count", *(f"{part}:sum" for part in parts)]
        )
        values = {row[: len(groupby)]: row[len(groupby):] for row in found}
        for key, figures in values.items():
            same = rows.filtered(
                lambda row, key=key: all(
                    row[name] == value for name, value in zip(groupby, key, strict=True)
                )
            )
            self.assertEqual(figures[0], len(same), (model._name, groupby, key))
            for part, figure in zip(parts, figures[1:], strict=True):
                self.assertAlmostEqual(
                    float(figure or 0), sum(same.mapped(part)), 6, (model._name, part, key)
                )
        self.assertEqual(sum(figures[0] for figures in values.values()), len(rows))

    def test_parts_stay_inside(self):
        """R5.2: who sends a context changes no figure, and groups know nothing of parts."""
        order = self._authorised_order()
        domain = [("order_id", "=", order.id)]
        model = self._model("service.order.report").with_context(service_part=["jobs"])
        self.assertEqual(len(model.search(domain)), 1)
        [[advisor, jobs]] = model._read_group(domain, ["advisor_id"], ["job_count:sum"])
        self.assertEqual((advisor, jobs), (self.advisor, 1))
        self.assertEqual(advisor.env.context.get("service_part"), ["jobs"])
        self._clock(order.job_ids, 1.0, MONDAY)
        model = self._model("service.hours.report")
        [[advisor, hours]] = model._read_group(domain, ["advisor_id"], ["clocked_hours:sum"])
        self.assertEqual((advisor, hours), (self.advisor, 1.0))
        self.assertNotIn("service_part", advisor.env.context)

    def test_conditions_on_sums(self):
        """R5.2: a filter on what hangs on a record, or a group by it, looks at each record."""
        one, two = self._authorised_order(), self._authorised_order(jobs=2)
        domain = [("order_id", "in", (one | two).ids), ("job_count", ">", 1)]
        self.assertEqual(
            self._figures("service.order.report", domain, "job_count:sum", "__count"), (2, 1)
        )
        self.assertEqual(
            self._sum(
                "service.order.report", domain[:1], "__count", groupby=["advisor_id"],
            ),
            [(self.advisor, 2)],
        )
        self.assertEqual(
            self._model("service.order.report")._read_group(
                domain[:1], ["order_id"], ["job_count:sum"], having=[("job_count:sum", ">", 1)],
            ),
            [(two, 2)],
        )

    def test_order_of_groups(self):
        """R5.2: groups are put in order, and cut, also by what hangs on the records."""
        orders = [self._authorised_order(jobs=jobs) for jobs in (2, 3, 1)]
        domain = [("order_id", "in", [order.id for order in orders])]

        def ask(order, limit=None, offset=0):
            rows = self._model("service.order.report")._read_group(
                domain, ["order_id"], ["job_count:sum"], order=order, limit=limit, offset=offset
            )
            return [row[1] for row in rows]

        self.assertEqual(ask("job_count:sum desc"), [3, 2, 1])
        self.assertEqual(ask("job_count:sum", limit=2), [1, 2])
        self.assertEqual(ask("job_count:sum desc, order_id", limit=1, offset=1), [2])
        self.assertEqual(ask("order_id", limit=2), [1, 3], "orders go from new to old")
        self.assertEqual(ask("efficiency:avg desc, job_count:sum"), [1, 2, 3], "no data")

    def test_names_in_order(self):
        """R5.2: a pivot table has its rows in the order of their names, as PostgreSQL would have
        put them."""
        orders = self._authorised_order() | self._authorised_order(jobs=2)
        orders[1].sudo().advisor_id = self.manager
        self.manager.partner_id.sudo().name = "Abe First"
        self.advisor.partner_id.sudo().name = "Zoe Last"
        for job in orders.job_ids:
            self._clock(job, 1.0, MONDAY)
        domain = [("order_id", "in", orders.ids)]
        for name in ("service.job.report", "service.hours.report"):
            model, asked = self._model(name), ["__count", "clocked_hours:sum"]
            for order in ("advisor_id", "advisor_id desc", "advisor_id desc, job_id"):
                specs = [term.split()[0] for term in order.split(", ")]
                rows, total = model._read_grouping_sets(domain, [specs, []], asked, order=order)
                self.assertEqual(total, [(3, 3.0)], name)
                # Of so many and no more the database is asked in order.
                self.assertEqual(
                    rows, model._read_group(domain, specs, asked, order=order, limit=9), name
                )

    def test_season(self):
        """R5.2: months are those of the user's time zone, as in every view."""
        order = self._authorised_order()
        order.sudo().checked_in_at = "2026-03-31 20:00:00"
        domain = [("order_id", "=", order.id)]
        for zone, month in (("UTC", "03"), ("Asia/Shanghai", "04"), ("Nowhere", "03")):
            model = self._model("service.order.report").with_context(tz=zone)
            self.assertEqual(model._read_group(domain, ["season"], ["__count"]), [(month, 1)])

    def test_bands(self):
        """R5.2: odometer and age are those of the day of the visit."""
        order = self._authorised_order()
        for odometer, band in ((0, False), (20000, "km020"), (20001, "km060"), (100001, "km150"),
                               (150001, "km999")):
            order.sudo().odometer_in = odometer
            self.assertEqual(self._row(order).odometer_band, band)
        order.sudo().checked_in_at = MONDAY
        for day, band in ((False, False), ("2025-03-03", "y01"), ("2025-03-02", "y03"),
                          ("2021-03-03", "y05"), ("2010-01-01", "y99")):
            self.vehicle.first_registration_date = day
            self.assertEqual(self._row(order).age_band, band, day)
        self.assertEqual(self._row(order).customer_kind, "person")
        self.customer.is_company = True
        self.assertEqual(self._row(order).customer_kind, "company")

    def _row(self, order):
        self.env.invalidate_all()
        return self._model("service.order.report").search([("order_id", "=", order.id)])

    def test_access(self):
        """R5.3 R5.2: managers see the figures of their company; inspectors those of quality."""
        order = self._finished_order()
        self._pass(order)
        for name in (*FOR_MANAGERS, *FOR_INSPECTORS):
            for user in (self.advisor, self.technician, self.accountant, self.reception):
                with self.assertRaises(AccessError):
                    self._model(name, user).search([])
            if name in FOR_INSPECTORS:
                self._model(name, self.inspector)._read_group([], ["company_id"], ["__count"])
            else:
                with self.assertRaises(AccessError):
                    self._model(name, self.inspector).search([])
        other = self.env["res.company"].create({"name": "Other Dealer"})
        stranger = self.manager.copy(
            {"company_id": other.id, "company_ids": [Command.set(other.ids)]}
        )
        for name in (*FOR_MANAGERS, *FOR_INSPECTORS, *FACTS):
            self.assertFalse(self._model(name, stranger).search([]), name)
            self.assertFalse(self._model(name, stranger)._read_group([], (), ["__count"])[0][0])

    def test_queries(self):
        """R5.2: a pivot table costs one query, groups and subtotals together, and one for each
        kind of record that hangs on those it counts."""
        self._visits()
        for name, groups in FACTS.items():
            model = self._model(name)
            specs = [
                *(f"{part}:sum" for part in self._get_measures(model)),
                *(f"{ratio}:avg" for ratio in model._get_ratios()),
            ]
            # There are no hours but those of their kinds.
            records = name != "service.hours.report"
            self._count(
                records + len(model._get_parts()), model, [(), groups[:1], groups[:2]], specs
            )
        self._count(
            2, self._model("service.fault.report"),
            [(), ("model_id",), ("model_id", "operation_id")], ["cars_in_100:avg"],
        )

    def _get_measures(self, model):
        return [name for part in model._get_parts().values() for name in part.measures]

    def _count(self, queries, model, grouping_sets, specs):
        model._read_grouping_sets([], grouping_sets, specs)  # rights are remembered
        self.env.flush_all()
        with self.assertQueryCount(queries):
            model._read_grouping_sets([], grouping_sets, specs)

    def test_shares_read_as_shares(self):
        """R5.2: what is a share reads as one in every table and chart where it can be chosen, and
        hours read as hours; the net promoter score is no share."""
        for name in MODELS_WITH_RATIOS:
            model = self.env[name]
            shares = {
                field for field in model._get_ratios()
                if model._fields[field].type == "float" and field not in NO_SHARES
            }
            self.assertTrue(shares, name)
            for kind, widget in (("pivot", "service_share"), ("graph", "percentage")):
                for view in self.env["ir.ui.view"].search(
                    [("model", "=", name), ("type", "=", kind),
                     ("name", "not in", ANSWER_VIEWS)]
                ):
                    arch = etree.fromstring(view.arch)
                    read = {
                        node.get("name") for node in arch.iter("field")
                        if node.get("widget") == widget
                    }
                    self.assertLessEqual(shares, read, view.name)
