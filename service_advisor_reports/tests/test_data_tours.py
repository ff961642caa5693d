from odoo.addons.service_advisor.tests.test_tours import PATIENCE
from odoo.tests import HttpCase, tagged

from .data_common import DataCommon


@tagged("post_install", "-at_install")
class TestDataTour(HttpCase, DataCommon):
    def test_fix_from_the_work_list(self):
        """R5.1: a phone in the line, an address in the dialog, and a plate that is right."""
        self.customer.write({"phone": "12", "street": False})
        self.vehicle.plate = "沪A·O553"
        self._new_order()
        self._score()
        self.start_tour(
            "/odoo/action-service_advisor_reports.service_data_issue_action",
            "service_advisor_reports_data",
            login=self.advisor.login,
            timeout=PATIENCE,
        )
        self.env.invalidate_all()
        self.assertEqual(self.customer.phone, "+86 21 5550 1009")
        self.assertEqual(self.customer.street, "2 Nanjing Road")
        self.assertEqual(self.customer.service_data_score, 100)
        plate = self._issue(self.vehicle, "plate_odd")
        self.assertEqual((plate.state, plate.dismiss_reason), ("dismissed", "A veteran car"))
        self.assertEqual(self.vehicle.data_score, 100)
