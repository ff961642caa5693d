from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .kpi_common import DAY, HOUR, NOON, KpiCommon


@tagged("post_install", "-at_install")
class TestScorecard(KpiCommon):
    def test_made_for_whoever_counts(self):
        """K6: whoever something was counted of gets one, once; and again the month after."""
        self._order(NOON)
        cards = self._cards()
        self.assertEqual(cards.user_id, self.advisor)
        self.assertEqual(cards.warehouse_id, self.warehouse)
        self.assertEqual(self._cards(), cards)
        april = self._cards(date(2024, 4, 10))
        self.assertEqual(april.user_id, self.advisor)
        self.assertEqual(set(april.mapped("date_from")), {date(2024, 4, 1)})
        self.assertEqual(set(april.mapped("date_to")), {date(2024, 4, 30)})

    def test_cron(self):
        """K6: on the first, the scorecards of the month before and of the new one are there."""
        self._order(NOON)
        now = self.env.cr.now().replace(microsecond=0)
        self._order(now)
        with patch.object(self.env.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1):
            self.env["service.kpi.scorecard"]._cron_generate()
        mine = [("user_id", "=", self.advisor.id), ("company_id", "=", self.company.id)]
        cards = self.env["service.kpi.scorecard"].search(mine)
        self.assertEqual(sorted(cards.mapped("period")), ["month", "quarter", "year"])

    def test_shown(self):
        """K1: the figure, its target, its light and its trend; no data in words."""
        promise = NOON
        self._order(promise, first_promised_at=promise)
        self._order(promise + HOUR, first_promised_at=promise)
        card = self._card().with_user(self.manager)
        row = self._row(card, "on_time")
        self.assertEqual((row.value_text, row.numerator_text, row.denominator_text),
                         ("50.0 %", "1", "2"))
        self.assertEqual((row.target_text, row.light, row.trend), ("90.0 %", "red", False))
        self.assertEqual(card.on_time_light, "red")
        empty = self._row(card, "csat")
        self.assertEqual((empty.value_text, empty.light), ("No data", False))
        self.assertFalse(empty.has_data)
        april = self._card(day=date(2024, 4, 1))
        self._order(NOON + 30 * DAY, first_promised_at=NOON + 30 * DAY)
        self.env.invalidate_all()
        later = self._row(april, "on_time")
        self.assertEqual((later.value_text, later.trend), ("100.0 %", "up"))
        self.assertIn("50.0 %", later.trend_text)

    def test_targets(self):
        """K4: the target of the advisor counts before that of all; a quarter has the sum."""
        kpi = self.env.ref("service_advisor_reports.service_kpi_orders_completed")
        for user, value in ((False, 40), (self.advisor.id, 30)):
            self.env["service.kpi.target"].with_user(self.manager).create(
                {"kpi_id": kpi.id, "user_id": user, "value": value, "date_from": "2024-01-01"}
            )
        self._order(NOON)
        self._order(NOON, self.second_advisor)
        get = self.env["service.kpi.target"]._get_in_force
        month = get(self.company, "advisor", date(2024, 3, 1), date(2024, 3, 31))
        quarter = get(self.company, "advisor", date(2024, 1, 1), date(2024, 3, 31))
        self.assertEqual(month("orders_completed", self.advisor.id), 30)
        self.assertEqual(month("orders_completed", self.second_advisor.id), 40)
        self.assertEqual(quarter("orders_completed", self.advisor.id), 90)
        self.assertEqual(quarter("on_time", self.advisor.id), 90, "a share is no sum")
        before = get(self.company, "advisor", date(2023, 11, 1), date(2024, 1, 31))
        self.assertIsNone(before("orders_completed", self.advisor.id), "a month has none")
        self.assertEqual(self._row(self._card(), "orders_completed").light, "red")

    def test_records(self):
        """K6: each number opens exactly its records."""
        on_time = self._order(NOON, first_promised_at=NOON)
        late = self._order(NOON + HOUR, first_promised_at=NOON)
        self._order(NOON, self.second_advisor, first_promised_at=NOON)
        row = self._row(self._card(), "on_time").with_user(self.advisor)
        opened = [
            self.env[action["res_model"]].search(action["domain"])
            for action in (row.action_open_numerator(), row.action_open_denominator())
        ]
        self.assertEqual(opened, [on_time, late | on_time])

    def test_closed(self):
        """K6: what was closed stays; what changed since is shown and opens, new and gone."""
        gone = self._order(NOON, first_promised_at=NOON)
        changed = self._order(NOON + HOUR, first_promised_at=NOON)
        card = self._card().with_user(self.manager)
        card.action_close()
        row = self._row(card, "on_time")
        self.assertEqual((card.state, card.closed_by_id), ("closed", self.manager))
        self.assertEqual((row.value_text, row.is_changed, card.changed_count),
                         ("50.0 %", False, 0))
        gone.ready_at = NOON + 40 * DAY
        changed.first_promised_at = NOON + DAY
        new = self._order(NOON, first_promised_at=NOON)
        self.env.invalidate_all()
        self.assertEqual((row.value_text, row.numerator_text, row.denominator_text),
                         ("50.0 %", "1", "2"))
        self.assertEqual(
            (row.live_text, row.new_text, row.gone_text, row.changed_text),
            ("100.0 %", "1", "1", "1"),
        )
        for action, expected in (
            (row.action_open_new(), new),
            (row.action_open_gone(), gone),
            (row.action_open_changed(), changed),
            (row.action_open_denominator(), gone | changed),
        ):
            self.assertEqual(self.env["service.order"].search(action["domain"]), expected)
        self.assertGreater(card.changed_count, 0)

    def test_reopened(self):
        """K6: reopening needs a reason; it is kept, and so is what was different before."""
        self._order(NOON, first_promised_at=NOON)
        card = self._card().with_user(self.manager)
        card.action_close()
        with self._refused("closed it on"):
            card.action_close()
        with self._refused("Say why"):
            card._reopen(" ")
        wizard = self.env["service.kpi.reopen.wizard"].with_user(self.manager).create(
            {"scorecard_ids": card.ids, "reason": "Wrong advisor"}
        )
        wizard.action_reopen()
        self.assertEqual((card.state, card.closed_at), ("open", False))
        self._order(NOON + HOUR, first_promised_at=NOON)
        self.env.invalidate_all()
        self.assertEqual(self._row(card, "on_time").value_text, "50.0 %")
        card.action_close()
        audit = self.env["service.audit"].search([("subject", "=", "kpi")])
        states = audit.filtered(lambda row: row.field_name == "state")
        self.assertEqual(states.mapped("reason"), [False, "Wrong advisor", False])
        figures = audit - states
        self.assertIn("100.0 % (1 ÷ 1)", figures.mapped("before"))
        self.assertIn("50.0 % (1 ÷ 2)", figures.mapped("after"))

    def test_not_over(self):
        """K6: a month that goes on can not be closed, a closed one not deleted."""
        self._order(NOON)
        today = self.env.cr.now().date()
        self._order(self.env.cr.now().replace(microsecond=0))
        with self._refused("The period ends on"):
            self._card(day=today).with_user(self.manager).action_close()
        card = self._card().with_user(self.manager)
        card.action_close()
        with self._refused("are kept"):
            card.unlink()

    def test_rewards(self):
        """K6: award by the year's satisfaction, bonus by the quarter's quality, with reasons."""
        order = self._order(NOON)
        year, quarter = self._card(period="year"), self._card(period="quarter")
        self.assertEqual((year.award_state, quarter.bonus_state), ("none", "none"))
        self.assertIn("survey", year.award_reason)
        self._survey(order, overall=5)
        self.env.invalidate_all()
        self.assertEqual(year.award_state, "earned")
        self.assertIn("100.0 % is above 85.0 %", year.award_reason)
        self.assertFalse(year.bonus_state)
        good = self._finished_order()
        self._pass(good)
        self._set(good.inspection_ids, done_at=NOON)
        self.assertEqual(quarter.bonus_state, "earned")
        self._complaint(severity="major")
        self.env.invalidate_all()
        self.assertEqual(quarter.bonus_state, "missed")
        self.assertIn("1", quarter.bonus_reason)
        self.assertFalse(self._card().award_state, "a month earns nothing")

    def test_rights(self):
        """K6: advisors see their own scorecards, and nobody types figures in."""
        self._order(NOON)
        self._order(NOON, self.second_advisor)
        cards = self._cards()
        mine = self.env["service.kpi.scorecard"].with_user(self.advisor).search([])
        self.assertEqual(mine & cards, self._card())
        self.assertEqual(mine.user_id, self.advisor)
        self.assertFalse(self._row(mine[0], "csat").with_user(self.advisor).has_data)
        other = self._card(self.second_advisor)
        with self.assertRaises(AccessError):
            other.with_user(self.advisor).read(["state"])
        with self.assertRaises(AccessError):
            self._row(other, "csat").with_user(self.advisor).action_open_numerator()
        with self.assertRaises(AccessError):
            mine.action_close()
        with self.assertRaises(AccessError):
            cards.with_user(self.manager).write({"state": "closed"})
        with self.assertRaises(AccessError):
            cards[0].figure_ids.with_user(self.manager).write({"frozen": {"value": 100}})
        wizard = self.env["service.kpi.generate.wizard"]
        with self.assertRaises(AccessError):
            wizard.with_user(self.advisor).create({"day": "2024-03-01"})
        made = wizard.with_user(self.manager).create({"day": "2024-03-01"}).action_generate()
        self.assertEqual(self.env["service.kpi.scorecard"].search(made["domain"]), cards)

    def test_company(self):
        """K6: a manager of one company sees no scorecard of another."""
        other = self.env["res.company"].create({"name": "Other shop"})
        card = self.env["service.kpi.scorecard"].create(
            {"company_id": other.id, "user_id": self.advisor.id, "date_from": "2024-03-01",
             "date_to": "2024-03-31"}
        )
        found = card.with_user(self.manager).search([("id", "=", card.id)])
        self.assertFalse(found)

    def _count(self, cards):
        names = ["csat", "on_time_light", "state", "subject"]
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        cards.with_user(self.manager).read(names)
        listed = self.env.cr.sql_log_count - before
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        cards.with_user(self.manager).action_close()
        return listed, self.env.cr.sql_log_count - before

    def test_queries(self):
        """K6: a list of many scorecards, and closing them, cost what one does."""
        self._order(NOON)
        self._order(NOON, self.second_advisor)
        cards = self._cards().filtered("user_id")
        self._count(cards)
        cards.with_user(self.manager)._reopen("Counted once more")
        many = self._count(cards)
        cards.with_user(self.manager)._reopen("Counted once more")
        one = self._count(cards[:1])
        self.assertLessEqual(many[0], one[0] + 2)
        self.assertLessEqual(many[1], one[1] + 6)
