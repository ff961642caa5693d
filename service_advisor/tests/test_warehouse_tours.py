from datetime import timedelta

from freezegun import freeze_time
from odoo.tests import tagged

from .common import SIGNATURE
from .test_part_request import PartRequestCommon
from .test_tours import ToursCommon


@tagged("post_install", "-at_install")
class TestWarehouseTours(ToursCommon, PartRequestCommon):
    def test_day_of_the_warehouse(self):
        """R2.2 R2.4: issue, answer, lost sale and warranty tag, with the warehouse's own group."""
        order = self._authorised_order(pay_type="warranty", payer_id=self.manufacturer.id)
        job = order.job_ids
        with freeze_time(self._now() - timedelta(hours=1)):
            asked = self._ask(job, photo=SIGNATURE)
        lost = self._ask(job, description="Ash tray")
        self._tour("service_advisor_warehouse_day", self.storekeeper)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual((asked.state, lost.state), ("answered", "lost"))
        parts = asked.answer_job_id.line_ids.filtered("product_id")
        self.assertEqual(parts.product_id, self.sensor | self.fluid)
        self.assertEqual(asked.answer_job_id.state, "proposed")
        self.assertEqual(lost.lost_demand_ids.name, "Ash tray")
        tags = self.env["service.warranty.part"].search([("order_id", "=", order.id)])
        self.assertEqual(
            {tag.product_id: tag.place for tag in tags}, {self.pads: "W3-12", self.fluid: False}
        )


@tagged("post_install", "-at_install")
class TestAskPartOnAPhone(ToursCommon, PartRequestCommon):
    browser_size = "375x667"
    touch_enabled = True

    def test_technician_asks_with_a_photo(self):
        """R2.4: two taps and a photo, big enough for dirty hands."""
        job = self._authorised_order().job_ids
        job.with_user(self.technician).action_start()
        self._tour(
            "service_advisor_ask_part_phone",
            self.technician,
            "/odoo/action-service_advisor.service_job_action_workshop",
        )
        request = job.request_ids
        self.assertEqual((request.state, request.requested_by_id), ("requested", self.technician))
        self.assertTrue(request.photo)
