from datetime import timedelta

from odoo import fields
from odoo.addons.service_advisor.tests.test_tours import PATIENCE
from odoo.addons.service_advisor_quality.tests.common import ServiceAdvisorQualityCommon
from odoo.tests import HttpCase, tagged

PATH = "/odoo/action-service_advisor_reports.service_dashboard_action"


class DashboardTours(HttpCase, ServiceAdvisorQualityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        now = fields.Datetime.now()
        for late in (False, True):
            cls.env["service.order"].create(
                {
                    "vehicle_id": cls.vehicle.id,
                    "advisor_id": cls.advisor.id,
                    "checked_in_at": now - timedelta(hours=5),
                    "first_promised_at": now + timedelta(hours=-1 if late else 1),
                    "promised_at": now + timedelta(hours=-1 if late else 1),
                    "ready_at": now,
                }
            )


@tagged("post_install", "-at_install")
class TestDashboardTour(DashboardTours):
    def test_dashboard(self):
        """R5.2: read, filter, look behind a figure, and come back with the filters."""
        self.start_tour(
            PATH, "service_advisor_reports_dashboard", login=self.manager.login, timeout=PATIENCE
        )


@tagged("post_install", "-at_install")
class TestDashboardPhoneTour(DashboardTours):
    browser_size = "390x844"
    touch_enabled = True

    def test_phone(self):
        """R5.2: the same page on a telephone."""
        self.start_tour(
            PATH, "service_advisor_reports_dashboard_phone", login=self.manager.login,
            timeout=PATIENCE,
        )
