"""A month is closed by two managers at once."""

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from .meetings import MEETINGS, MeetingsCommon


@tagged("post_install", "-at_install")
class TestScorecardWorkers(MeetingsCommon):
    """K6: a period is closed once, whoever meets."""

    @classmethod
    def _make_shop(cls, env):
        cls.users = [
            cls._make_user(env, name, "service_advisor.group_manager") for name in ("one", "two")
        ]
        cls.advisor = cls._make_user(env, "counted", "service_advisor.group_advisor")

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def _delete(self, card):
        with self.registry.cursor() as cr:
            found = self._env(cr)["service.kpi.scorecard"].browse(card)
            found.write({"state": "open"})
            found.unlink()

    def test_two_managers(self):
        """K6: of two managers who close a month at once, one is told that it is closed."""
        for meeting in MEETINGS:
            with self.subTest(meeting):
                with self.registry.cursor() as cr:
                    env = self._env(cr)
                    kpi = env.ref("service_advisor_reports.service_kpi_csat")
                    card = env["service.kpi.scorecard"].create(
                        {
                            "user_id": self.advisor,
                            "date_from": "2024-03-01",
                            "date_to": "2024-03-31",
                            "figure_ids": [(0, 0, {"kpi_id": kpi.id})],
                        }
                    ).id
                close = self._press("service.kpi.scorecard", card, "action_close")
                answers = self._meet(meeting, *((user, close) for user in self.users))
                self._assert_one_refused(meeting, answers, "closed it on")
                with self.registry.cursor() as cr:
                    found = self._env(cr)["service.kpi.scorecard"].browse(card)
                    self.assertEqual(found.state, "closed")
                    self.assertEqual(found.figure_ids.formula_version, 1)
                self._delete(card)
