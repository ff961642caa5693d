from dateutil.relativedelta import relativedelta
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .analysis_common import DAY, AnalysisCommon


@tagged("post_install", "-at_install")
class TestLostReport(AnalysisCommon):
    """Who does not come any more."""

    def _last(self, car, months, approve=False):
        order = self._authorised_order() if approve else self._new_order()
        left = self._now() - relativedelta(months=months, hours=1)
        order.sudo().write({"vehicle_id": car.id})
        self._left(order, left - DAY, left)
        return order

    def _row(self, car):
        self.env.invalidate_all()
        return self._model("service.lost.report").search([("vehicle_id", "=", car.id)])

    def test_months(self):
        """R5.2: months since the last visit, whatever came before; a car that is here is not
        lost, and cancelled visits were none."""
        car = self.vehicle
        for months, band, lost in ((25, "m99", True), (13, "m18", True), (12, "m18", True),
                                   (11, "m12", False), (3, "m06", False), (2, "m03", False)):
            order = self._last(car, months)
            row = self._row(car)
            self.assertEqual((row.order_id, row.months), (order, months))
            self.assertEqual((row.since_band, row.is_lost), (band, lost))
        self.assertEqual(row.advisor_id, self.advisor)
        here = self._new_order()
        here.action_check_in()
        self.assertEqual((self._row(car).months, self._row(car).order_id), (0, here))
        here.action_cancel()
        self.assertEqual(self._row(car).order_id, order)
        car.active = False
        self.assertFalse(self._row(car))

    def test_value(self):
        """R5.2: what the customer brought in the twelve months up to the last visit."""
        self._last(self.vehicle, 30, approve=True)
        self._last(self.vehicle, 20, approve=True)
        self._last(self.vehicle, 14, approve=True)
        row = self._row(self.vehicle)
        self.assertEqual((row.year_visits, row.year_amount), (2, 540.0))
        found = self._sum(
            "service.lost.report", [("vehicle_id", "=", self.vehicle.id)],
            "car_count:sum", "lost_count:sum", "year_visits:sum", "year_amount:sum",
            groupby=["since_band"],
        )
        self.assertEqual(found, [("m18", 1, 1, 2, 540.0)])

    def test_call(self):
        """R4.2 R5.2: customers of lost cars are put on the call list once; who can not be called
        is not."""
        self.customer.phone = "+86 21 5555 0101"
        other = self.vehicle.sudo().copy({"plate": "沪B67890", "vin": False})
        other.owner_id = self.manufacturer
        order = self._last(self.vehicle, 14)
        self._last(other, 14)
        rows = self._row(self.vehicle) | self._row(other)
        action = rows.action_call()
        followup = self.env["service.followup"].browse(action["res_id"])
        self.assertEqual((followup.kind, followup.partner_id), ("lost", self.customer))
        self.assertEqual((followup.order_id, followup.state), (order, "open"))
        self.assertIn("Last visit on", followup.reason)
        self.assertTrue(self._row(self.vehicle).is_listed)
        with self.assertRaisesRegex(UserError, "on the list already"):
            rows.action_call()
        with self.assertRaises(AccessError):
            rows.with_user(self.inspector).action_call()
        self.assertEqual(self._row(other).action_open_vehicle()["res_id"], other.id)
