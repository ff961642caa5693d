from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from ..tools.kpi import missing
from .kpi_common import HOUR, NOON, KpiCommon


@tagged("post_install", "-at_install")
class TestOwnScorecard(KpiCommon):
    """What advisors and technicians see of themselves, and nobody else of them."""

    def _technician_card(self, employee=None):
        employee = employee or self.employee
        return self._cards().filtered(lambda card: card.employee_id == employee)

    def _open_own(self, user):
        return self.env["service.kpi.scorecard"].with_user(user).action_open_own()

    def test_advisor_opens_own(self):
        """K6: an advisor's menu opens the last month of the own scorecards, not a list."""
        self._order(NOON)
        self._order(NOON, self.second_advisor)
        self._cards(date(2024, 2, 1))
        card = self._card()
        action = self._open_own(self.advisor)
        self.assertEqual((action["res_model"], action["res_id"]), (card._name, card.id))
        april = self._card(day=date(2024, 4, 1))
        self.assertEqual(self._open_own(self.advisor)["res_id"], april.id)
        periods = card.with_user(self.advisor).action_open_periods()
        self.assertEqual(card.search(periods["domain"]), card | april)

    def test_none_yet(self):
        """K6: who has none finds an empty list that says when there is one."""
        action = self._open_own(self.advisor)
        self.assertFalse(self.env["service.kpi.scorecard"].search(action["domain"]))
        self.assertIn("no scorecard yet", action["help"])

    def test_technician_sees_own(self):
        """K6: technicians see their efficiency, and the jobs it was counted from; neither what
        their hour is sold for nor the scorecard of anybody else."""
        job = self._job(self._order(NOON), hours=2, clocked=4)
        other = self.env["hr.employee"].create(
            {"name": "Other hands", "company_id": self.company.id}
        )
        self._clock(job, NOON + HOUR, 1, other)
        card = self._technician_card()
        self.env.invalidate_all()
        mine = self.env["service.kpi.scorecard"].with_user(self.technician).search([])
        self.assertEqual(mine, card)
        self.assertEqual(self._open_own(self.technician)["res_id"], card.id)
        rows = mine.figure_ids
        self.assertEqual(
            set(rows.mapped("kpi_id.code")), {"efficiency", "productivity", "qc_first_pass"}
        )
        row = self._row(mine, "efficiency")
        self.assertEqual(row.value_text, "40.0 %")
        self.assertEqual((mine.efficiency, mine.csat), ("40.0 %", False))
        view = self.env["ir.ui.view"].browse(mine.action_open_periods()["views"][0][0])
        self.assertIn("productivity", view.arch)
        action = row.action_open_numerator()
        found = self.env[action["res_model"]].with_user(self.technician).search(action["domain"])
        self.assertEqual(found, job)
        # What one reader may see of a list is no list for another one.
        self.env.invalidate_all()
        for record in (
            self._technician_card(other), self._card(), self._row(card, "labour_rate"),
            self._row(self._technician_card(other), "efficiency"),
        ):
            self.assertTrue(record)
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                record.with_user(self.technician).read(["company_id"])
        with self.assertRaises(AccessError):
            mine.action_close()

    def test_records_that_are_not_theirs(self):
        """K6: a figure whose records the reader may not see says so; where it is some of them,
        it says of how many the rest is."""
        kept = self._order(NOON, first_promised_at=NOON)
        self._order(NOON, first_promised_at=NOON)
        row = self._row(self._card(), "on_time").with_user(self.advisor)
        self.assertNotIn("of 2", row.action_open_numerator()["name"])
        rule = self.env["ir.rule"].create(
            {
                "name": "Some for advisors",
                "model_id": self.env["ir.model"]._get_id("service.order"),
                "domain_force": f"[('id', '=', {kept.id})]",
            }
        )
        action = row.action_open_numerator()
        orders = self.env["service.order"].with_user(self.advisor)
        self.assertEqual(orders.search(action["domain"]), kept)
        self.assertIn("1 of 2", action["name"])
        rule.domain_force = "[('id', '=', 0)]"
        with self._refused("you may read none of these 2"):
            row.action_open_numerator()

    def test_outlook(self):
        """K6: the month says what the bonus of its quarter and the award of its year still
        miss."""
        order = self._order(NOON)
        card = self._card().with_user(self.advisor)
        self.assertIn("finally inspected", card.bonus_outlook)
        self._survey(order, overall=3)
        self._survey(self._order(NOON), overall=5)
        self._complaint(severity="major")
        self.env.invalidate_all()
        # 1 of 2, and 5 more of 5: 6 of 7 are above 85 %.
        self.assertIn("reach it: 5.", card.award_outlook)
        self.assertIn("Major complaints in the quarter: 1", card.bonus_outlook)
        year = self._card(period="year")
        self.assertIn("reach it: 5.", year.award_reason)
        self._set(year, state="closed")
        self.assertNotIn("reach it", year.award_reason)
        self.assertFalse(year.award_outlook)

    def test_missing(self):
        """K6: so many more good ones, and not one more than needed, lift a share above its
        limit."""
        for part, whole in ((0, 0), (1, 2), (17, 20), (16, 20), (94, 100), (19, 20)):
            for limit in (85.0, 95.0):
                count = missing({"numerator": part, "denominator": whole}, limit)
                if whole + count:
                    self.assertGreater(100 * (part + count), limit * (whole + count))
                if count and whole + count > 1:
                    self.assertLessEqual(
                        100 * (part + count - 1), limit * (whole + count - 1)
                    )

    def test_other_company(self):
        """K6: no scorecards are made for a company somebody does not work in."""
        other = self.env["res.company"].create({"name": "Other shop"})
        wizard = self.env["service.kpi.generate.wizard"].with_user(self.manager).create(
            {"company_id": other.id, "day": "2024-03-01"}
        )
        with self._refused("do not work in Other shop"):
            wizard.action_generate()

    def test_one_target_from_a_day(self):
        """K4: of two targets of the same figure, person and first day, nobody knows which one
        counts."""
        vals = {
            "kpi_id": self.env.ref("service_advisor_reports.service_kpi_orders_completed").id,
            "user_id": self.advisor.id, "value": 30, "date_from": "2024-03-01",
        }
        targets = self.env["service.kpi.target"].with_user(self.manager)
        targets.create(vals)
        targets.create(vals | {"date_from": "2024-04-01"})
        targets.create(vals | {"user_id": self.second_advisor.id})
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            targets.create(vals)
