from odoo.tests import new_test_user, tagged

from .test_tours import ToursCommon

CARS = "/odoo/action-service_advisor.service_vehicle_sales_action"


@tagged("post_install", "-at_install")
class TestConsentTours(ToursCommon):
    def test_consent_opens_the_mask(self):
        """R5.3 R5.4: sales sees the phone once the desk has recorded that the customer agrees."""
        seat = new_test_user(
            self.env, login="seat", groups="service_advisor.group_sales_seat"
        )
        self.customer.phone = "+86 138 5550 7319"
        self._new_order()
        self.env.flush_all()
        self._tour("service_advisor_sales_seat_masked", seat, CARS)
        self._tour(
            "service_advisor_record_consent",
            self.advisor,
            f"/odoo/action-base.action_partner_form/{self.customer.id}",
        )
        consent = self.customer.service_consent_ids
        self.assertEqual((consent.purpose, consent.user_id), ("sales", self.advisor))
        self._tour("service_advisor_sales_seat", seat, CARS)
