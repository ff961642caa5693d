from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.addons.service_advisor_quality.tests.common import ServiceAdvisorQualityCommon
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..models.service_alert_find import NOW_WEEKS, PAST_WEEKS
from ..tools.movement import Movement, Period

# Jobs per week, of which so many come back each week in the past, and now.
JOBS = 3


@tagged("post_install", "-at_install")
class TestAlert(ServiceAdvisorQualityCommon):
    """R5.2: unusual movement is found, shown with its evidence, and decided on once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Find = cls.env["service.alert.find"]
        cls.Alert = cls.env["service.alert"]
        cls.weeks = cls.Find._get_weeks(cls.company)
        cls.env["res.company"].search([]).service_alert_checked_on = fields.Date.today()
        cls.company.service_alert_checked_on = False

    def _visits(self, count, week, operation=None, **vals):
        """Insert so many visits with one done job each, ready and handed over in that week."""
        moment = fields.Datetime.to_datetime(self.weeks[week]) + timedelta(days=2, hours=4)
        orders = self.env["service.order"].create(
            [
                {
                    "vehicle_id": self.vehicle.id,
                    "advisor_id": self.advisor.id,
                    "checked_in_at": moment,
                    "ready_at": moment + timedelta(hours=2),
                    "delivered_at": moment + timedelta(hours=3),
                    "closed_at": moment + timedelta(hours=3),
                }
                for _index in range(count)
            ]
        )
        return self.env["service.job"].create(
            [
                {
                    "order_id": order.id,
                    "concern": f"Work {order.id}",
                    "operation_id": operation and operation.id,
                    "state": "done",
                    **vals,
                }
                for order in orders
            ]
        )

    def _history(self, now=1):
        """Let jobs of the operation come back: one in each fourth week, and ``now`` in each of
        the last ones; return the comebacks of the last weeks."""
        recent = self.env["service.job"]
        for week in range(PAST_WEEKS + NOW_WEEKS):
            jobs = self._visits(JOBS, week, self.operation)
            is_now = week >= PAST_WEEKS
            count = now if is_now else int(week % 4 == 0)
            back = self._visits(count, week)
            for index, job in enumerate(back):
                job.write({"comeback_of_id": jobs[index].id, "comeback_kind": "manual"})
            recent |= back if is_now else back.browse()
        self.env.flush_all()
        return recent

    def _run(self):
        committed = patch.object(
            self.env.registry["ir.cron"], "_commit_progress", lambda *_args, **_named: 60
        )
        with committed:
            self.Find._cron_find()
        self.env.invalidate_all()
        return self.Alert.search([("company_id", "=", self.company.id)])

    def _alert(self, **vals):
        return self.Alert.create(
            {
                "company_id": self.company.id,
                "kind": "operation",
                "operation_id": self.operation.id,
                "period_from": self.weeks[PAST_WEEKS],
                "period_to": self.weeks[-1] - timedelta(days=1),
                "before_from": self.weeks[0],
                "events": 8, "exposure": 12, "before_events": 6, "before_exposure": 72,
                "chance": 0.0001,
                **vals,
            }
        )

    def test_found_with_its_evidence(self):
        """R5.2: comebacks that have become more frequent are found, once, with exactly their
        records, and the manager is told."""
        recent = self._history(now=3)
        alert = self._run()
        self.assertEqual(alert.kind, "operation")
        self.assertEqual(alert.operation_id, self.operation)
        self.assertEqual((alert.events, alert.exposure), (12, JOBS * NOW_WEEKS))
        self.assertEqual((alert.before_events, alert.before_exposure), (6, JOBS * PAST_WEEKS))
        self.assertEqual(sum(alert.series["events"]), 18)
        self.assertEqual(len(alert.series["weeks"]), PAST_WEEKS + NOW_WEEKS)
        self.assertAlmostEqual(alert.series["expected"][-1], 6 / 24, places=2)
        self.assertIn("12 of 12 jobs", alert.evidence)
        action = alert.with_user(self.manager).action_view_events()
        shown = self.env[action["res_model"]].with_user(self.manager).search(action["domain"])
        self.assertEqual(shown.job_id, recent.sorted(lambda job: shown.ids.index(job.id)))
        action = alert.with_user(self.manager).action_view_before()
        self.assertEqual(self.env[action["res_model"]].search_count(action["domain"]), 6)
        self.assertEqual(alert.activity_ids.user_id, self.company._get_complaint_manager())
        self.company.service_alert_checked_on = False
        self.assertEqual(self._run(), alert, "nothing is raised twice")

    def test_constant_is_quiet(self):
        """R5.2: what has not changed raises nothing; nor does a company without alerts look."""
        self._history(now=0)
        self.assertFalse(self._run())
        self.assertEqual(self.company.service_alert_checked_on, fields.Date.today())
        self.company.write({"service_alert_checked_on": False, "service_alert_level": "off"})
        self._run()
        self.assertFalse(self.company.service_alert_checked_on)

    def test_parts_and_complaints(self):
        """R5.2: a part and a complaint's category are counted as well, each out of what there
        could have been."""
        jobs = self._visits(4, 0) | self._visits(2, PAST_WEEKS)
        estimate = self.env["sale.order"].create({"partner_id": self.customer.id, "state": "sale"})
        for job in jobs:
            self.env.cr.execute(
                "INSERT INTO sale_order_line (order_id, service_job_id, product_id, name, state,"
                " customer_lead, product_uom_qty, product_uom_id, price_unit)"
                " VALUES (%s, %s, %s, 'Part', 'sale', 0, 1, %s, 1)",
                [estimate.id, job.id, self.pads.id, self.pads.uom_id.id],
            )
        back = self._visits(1, PAST_WEEKS + 1)
        back.write({"comeback_of_id": jobs[-1].id, "comeback_kind": "manual"})
        with patch("odoo.addons.service_advisor_reports.models.service_alert_find.LEAST_EVENTS", 1):
            counts = self.Find._count_weeks(self.company, "part", self.weeks)[self.pads.id]
            self.assertEqual(counts[0], (0, 4))
            self.assertEqual(counts[PAST_WEEKS:PAST_WEEKS + 2], [(0, 2), (1, 0)])
            category = self.env["service.complaint.category"].search([], limit=1)
            self.env["service.complaint"].create(
                {
                    "description": "Dirty seats",
                    "category_id": category.id,
                    "received_at": fields.Datetime.to_datetime(self.weeks[1]) + timedelta(hours=30),
                }
            )
            counts = self.Find._count_weeks(self.company, "complaint", self.weeks)[category.id]
        self.assertEqual(counts[:2], [(0, 4), (1, 0)], "out of all orders that became ready")
        alert = self._alert(kind="part", operation_id=False, product_id=self.pads.id)
        model, domain = alert._get_events(alert.period_from)
        self.assertEqual(self.env[model].search(domain).job_id, back)

    def test_inspections(self):
        """R5.2: of an operation, the jobs that failed their first final inspection are counted."""
        order = self._finished_order()
        final = self._fail(order)
        moment = fields.Datetime.to_datetime(self.weeks[-2]) + timedelta(hours=12)
        # A done inspection stays as it is, so the past is written where nobody asks.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE service_inspection SET done_at = %s WHERE id = %s", [moment, final.id]
        )
        self.env.invalidate_all()
        with patch("odoo.addons.service_advisor_reports.models.service_alert_find.LEAST_EVENTS", 1):
            counts = self.Find._count_weeks(self.company, "inspection", self.weeks)
        self.assertEqual(counts[order.job_ids.operation_id.id][-1], (1, 1))
        alert = self._alert(kind="inspection", operation_id=order.job_ids.operation_id.id)
        model, domain = alert._get_events(alert.period_from)
        self.assertEqual(self.env[model].search(domain).job_id, order.job_ids)

    def test_queries(self):
        """R5.2: looking for alerts costs as much for many operations as for one."""
        self.Find._look_at(self.company)
        self.env.invalidate_all()
        self.env.flush_all()
        self.cr.execute("SELECT 1")
        with self.assertQueryCount(8):
            self.Find._look_at(self.company)

    def test_dismissed(self):
        """R5.2: whoever dismisses an alert says why, once; it can be looked at again."""
        alert = self._alert()
        alert._tell()
        with self._refused("Say why"):
            alert.with_user(self.manager)._dismiss(" ")
        action = alert.with_user(self.manager).action_dismiss()
        wizard = Form(
            self.env["service.alert.dismiss.wizard"]
            .with_user(self.manager).with_context(**action["context"])
        )
        wizard.reason = "One bad delivery"
        wizard.save().action_dismiss()
        self.assertEqual((alert.state, alert.dismiss_reason), ("dismissed", "One bad delivery"))
        self.assertEqual(alert.decided_by_id, self.manager)
        self.assertFalse(alert.activity_ids)
        with self._refused("decided already"):
            alert.with_user(self.manager)._dismiss("Again")
        with self._refused("dismissed"):
            alert.with_user(self.manager).action_improve()
        alert.with_user(self.manager).action_reopen()
        self.assertEqual(alert.state, "open")

    def test_improvement(self):
        """R5.2 R3.5: an improvement is begun from an alert, filled with what was found, once."""
        alert = self._alert().with_user(self.inspector)
        action = alert.action_improve()
        improvement = self.env["service.improvement"].browse(action["res_id"])
        self.assertEqual(improvement.source, "alert")
        self.assertEqual(improvement.operation_id, self.operation)
        self.assertEqual(improvement.details, alert.evidence)
        self.assertEqual(alert.state, "improving")
        self.assertEqual(alert.action_improve()["res_id"], improvement.id)

    def test_access(self):
        """R5.2: managers and inspectors decide on the alerts of their company; nobody writes what
        was found, and others see nothing."""
        alert = self._alert()
        for user in (self.advisor, self.technician, self.accountant):
            with self.assertRaises(AccessError):
                alert.with_user(user).read(["events"])
        with self.assertRaises(AccessError):
            alert.with_user(self.manager).write({"events": 1})
        with self.assertRaises(AccessError):
            alert.with_user(self.manager).unlink()
        other = self.env["res.company"].create({"name": "Other Dealer"})
        stranger = self.manager.copy(
            {"company_id": other.id, "company_ids": [Command.set(other.ids)]}
        )
        self.assertFalse(self.Alert.with_user(stranger).search([("id", "=", alert.id)]))

    def test_known(self):
        """R5.2: what is open, or was raised for some of these weeks, is not raised again."""
        alert = self._alert(period_from="2020-01-06", period_to="2020-02-02")
        key = ("operation", self.operation.id)
        self.assertIn(key, self.Find._get_known(self.company, self.weeks))
        alert.with_user(self.manager)._dismiss("Long ago")
        self.assertNotIn(key, self.Find._get_known(self.company, self.weeks))
        again = self._alert()
        again.with_user(self.manager)._dismiss("Just now")
        self.assertIn(key, self.Find._get_known(self.company, self.weeks))

    def test_levels(self):
        """R5.2: the setting says how sure it has to be."""
        series = {self.operation.id: [(0, 1)] * (PAST_WEEKS + NOW_WEEKS)}
        for level, rate in (("low", 0.01), ("normal", 0.05), ("high", 0.2)):
            self.company.service_alert_level = level
            with (
                patch.object(type(self.Find), "_count_weeks", lambda *_args: series),
                patch(
                    "odoo.addons.service_advisor_reports.models.service_alert_find.find_movements",
                    return_value={},
                ) as find,
            ):
                self.Find._look_at(self.company)
            self.assertAlmostEqual(4 * find.call_args.args[1], rate)
        movement = Movement(Period(4, 10), Period(2, 60), 0.01)
        self.assertEqual(
            self.Find._get_expected(movement, [(0, 30), (1, 0)]), [1.0, 0.0]
        )
