from odoo.addons.service_advisor.tests.test_tours import PATIENCE
from odoo.tests import HttpCase, tagged

from .kpi_common import HOUR, NOON, KpiCommon


@tagged("post_install", "-at_install")
class TestKpiTour(HttpCase, KpiCommon):
    def test_close_the_month(self):
        """K6: from the figure to its records, and the month is closed."""
        self._order(NOON, first_promised_at=NOON)
        self._order(NOON + HOUR, first_promised_at=NOON)
        card = self._card()
        self.start_tour(
            "/odoo/action-service_advisor_reports.service_kpi_scorecard_action",
            "service_advisor_reports_kpi",
            login=self.manager.login,
            timeout=PATIENCE,
        )
        self.env.invalidate_all()
        self.assertEqual((card.state, card.closed_by_id), ("closed", self.manager))
