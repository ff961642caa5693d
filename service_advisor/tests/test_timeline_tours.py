from odoo.tests import tagged

from .test_timeline import TimelineCommon
from .test_tours import ToursCommon


@tagged("post_install", "-at_install")
class TestTimelineTours(ToursCommon, TimelineCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_history_on_a_phone(self):
        """R5.1: the technician opens a car, filters its history and opens a visit, on a phone."""
        self._visit(40, correction="Stabiliser link replaced")
        self._visit(30)
        self._visit(20, state="declined", finished_at=False)
        self._tour(
            "service_advisor_timeline",
            self.technician,
            f"/odoo/action-service_advisor.service_vehicle_action/{self.vehicle.id}",
        )
