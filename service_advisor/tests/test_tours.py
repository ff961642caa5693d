from datetime import timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.tests import HttpCase, tagged

from .common import ServiceAdvisorCommon

# The first page of a run builds the assets.
PATIENCE = 180
RECEPTION = "/odoo/action-service_advisor.service_order_action_reception"


class ToursCommon(HttpCase, ServiceAdvisorCommon):
    """Clicks through an order; the addon above that holds finished jobs for its check adds its
    part between these steps, and has the test of them all."""

    def _tour(self, name, user, url="/odoo"):
        self.start_tour(url, name, login=user and user.login, timeout=PATIENCE)
        self.env.invalidate_all()

    def _get_order(self, vehicle):
        """Return the only order of ``vehicle``, made by a tour."""
        order = self.env["service.order"].search([("vehicle_id", "=", vehicle.id)])
        self.assertEqual(len(order), 1)
        return order

    def _click_until_checked(self):
        """Click an order from reception to issued parts, each role at its own screen."""
        self._tour("service_advisor_reception", self.advisor)
        order = self._get_order(self.vehicle)
        self.assertEqual(order.state, "authorised")
        self.assertEqual(order.advisor_id, self.advisor)
        self.assertEqual(order.checked_in_at, order.arrived_at)
        self.assertEqual(order.first_promised_at, order.promised_at)
        self.assertEqual(order.job_ids.authorised_via, "counter")
        self.assertEqual(order.estimate_ids.state, "sale")
        self.assertEqual(order.picking_ids.state, "assigned")
        self._tour("service_advisor_workshop", self.technician)
        self.assertEqual(order.job_ids.technician_id, self.employee)
        self.assertTrue(order.job_ids.clocking_ids.stop_at)
        self.assertTrue(order.job_ids.finished_at)
        self._tour("service_advisor_warehouse", self.storekeeper)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(order.state, "quality_check")
        return order

    def _click_until_closed(self, order):
        """Click a checked order through ready, invoice and hand-over."""
        self._tour("service_advisor_ready", self.advisor)
        self.assertTrue(order.ready_at)
        self._tour("service_advisor_invoice", self.accountant)
        self.assertEqual(order.invoice_ids.state, "posted")
        self.assertEqual(order.invoice_ids.amount_total, 297.0)
        self.assertTrue(order.is_settled)
        self._tour("service_advisor_hand_over", self.advisor)
        self.assertEqual(order.state, "closed")
        self.assertEqual(order.handover_name, "Li Customer")
        self.assertTrue(order.handover_signature)
        self.assertEqual(self.vehicle.odometer, 50003)


@tagged("post_install", "-at_install")
class TestTours(ToursCommon):
    def test_new_car_and_owner(self):
        """R1.1: a car and an owner nobody knew are created without leaving the order."""
        self._tour("service_advisor_new_car", self.advisor)
        car = self.env["service.vehicle"].search([("vin", "=", "LFV6A24G2D3041348")])
        self.assertEqual(car.plate, "苏E·K12345")
        self.assertEqual(car.owner_id.name, "Zhao Newcomer")
        order = self._get_order(car)
        self.assertEqual((order.state, order.partner_id), ("checked_in", car.owner_id))
        self.assertEqual(car.odometer, 50000)


    def test_walkin_of_a_known_car(self):
        """R1.1 R1.2: from the reception screen to a checked-in order in six clicks."""
        self._tour("service_advisor_walkin_known", self.reception, RECEPTION)
        order = self._get_order(self.vehicle)
        self.assertEqual((order.state, order.odometer_in), ("checked_in", 51000))
        self.assertEqual(
            order.job_ids.mapped("concern"), ["Squeals when braking", self.operation.name]
        )

    def test_walkin_of_an_unknown_car(self):
        """R1.1: car and customer are made in the form of the arrival; nothing typed is lost."""
        self._tour("service_advisor_walkin_new", self.reception, RECEPTION)
        car = self.env["service.vehicle"].search([("vin", "=", "LFV6A24G2D3041348")])
        self.assertEqual((car.plate, car.owner_id.name), ("苏E·D12345", "Zhao Newcomer"))
        order = self._get_order(car)
        self.assertEqual(order.state, "booked")
        self.assertTrue(order.arrived_at)

    def test_waiting_list(self):
        """R1.1: who waits longest stands first and red; arrivals noted by others appear."""
        with freeze_time(self._now() - timedelta(minutes=45)):
            self._new_order(user=self.reception).action_arrive()
        newcomer = self.env["service.vehicle"].create(
            {"plate": "沪B99887", "owner_id": self.manufacturer.id}
        )
        order = self.env["service.order"].create(
            {"vehicle_id": newcomer.id, "appointment_at": self._now()}
        )
        self._tour("service_advisor_waiting_list", self.reception, RECEPTION)
        self.assertTrue(order.arrived_at)


    def _make_ready(self, order):
        """Put the order where it can be invoiced, whatever gates other addons add."""
        self._work(order)
        self._issue_parts(order)
        order.sudo()._keep({"ready_at": self._now()})

    def test_day_of_the_accountant(self):
        """R2.6 R5.3: from the list to invoice one payer, post, register the payment and print
        the settlement list, with an accountant's rights only."""
        order = self._new_order(jobs=2)
        order.job_ids[1].write({"pay_type": "warranty", "payer_id": self.manufacturer.id})
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        self._make_ready(order)
        self._tour("service_advisor_accountant", self.accountant)
        self.assertEqual(order.invoice_ids.partner_id, self.customer)
        self.assertIn(order.invoice_ids.payment_state, ("paid", "in_payment"))
        self.assertTrue(order.is_settled)
        self.assertTrue(order.settlement_no)
        self.assertTrue(order.has_to_invoice, "the manufacturer's share is left")

    def test_accountant_releases(self):
        """R2.6 R5.3: an accountant lets a car leave unpaid, in the browser."""
        order = self._authorised_order()
        self._make_ready(order)
        self._tour("service_advisor_release", self.accountant)
        self.assertEqual(order.released_by_id, self.accountant)
        self.assertEqual((order.is_released, order.is_settled), (True, False))


@tagged("post_install", "-at_install")
class TestPhoneTours(ToursCommon):
    browser_size = "375x667"
    touch_enabled = True

    def test_check_in_on_a_phone(self):
        """R1.2: odometer, fuel, lamps, damage with photo and signature with a thumb; then the
        check-in is locked."""
        order = self._new_order(user=self.reception)
        order.odometer_in = 0
        order.action_arrive()
        self._tour("service_advisor_check_in_phone", self.reception, RECEPTION)
        self.assertEqual((order.state, order.odometer_in), ("checked_in", 51000))
        self.assertEqual(order.energy_level, 50)
        self.assertEqual(order.belongings, "Child seat")
        self.assertEqual(
            order.warning_lamp_ids, self.env.ref("service_advisor.warning_lamp_oil")
        )
        self.assertEqual(order.damage_ids.mapped("kind"), ["dent"])
        self.assertEqual(order.damage_ids.place, "roof")
        self.assertEqual(order.damage_ids.note, "10 cm")
        self.assertTrue(order.damage_ids.photo)
        self.assertTrue(order.checkin_signature)

    def test_technician_on_a_phone(self):
        """R2.3: start, pause for a part, go on, and finish with cause and correction, with a
        thumb."""
        order = self._authorised_order()
        self._tour(
            "service_advisor_workshop_phone",
            self.technician,
            "/odoo/action-service_advisor.service_job_action_workshop",
        )
        job = order.job_ids
        self.assertTrue(job.finished_at)
        self.assertEqual((job.cause, job.correction), ("Pads worn to 2 mm", "Pads replaced"))
        self.assertEqual(job.clocking_ids.employee_id, self.employee)
        self.assertEqual(job.clocking_ids.mapped("pause_reason"), [False, "parts"])
        self.assertEqual(job.hold_ids.note, "Axle nut")
        self.assertTrue(job.hold_ids.stop_at)

    def test_customer_answers_on_a_phone(self):
        """C1 R1.6: by the link of the proposal, job by job, with a signature."""
        order = self._new_order(jobs=1, user=self.advisor)
        order.job_ids = [Command.create({"concern": "Knocking noise when turning"})]
        order.job_ids[1].line_ids = [
            Command.create({"product_id": self.labour.id, "product_uom_qty": 2.7})
        ]
        order.action_check_in()
        order.action_quote()
        proposal = order.proposal_ids.sudo()
        self._tour("service_advisor_proposal_phone", None, proposal.get_portal_url())
        declined, approved = order.job_ids
        self.assertEqual((approved.state, declined.state), ("approved", "declined"))
        self.assertEqual(approved.authorised_via, "portal")
        self.assertEqual(declined.decline_reason, "Next month")
        self.assertTrue(proposal.signature)

    def test_customer_on_a_phone(self):
        """R1.6: the page of the order by its link, without login."""
        order = self._authorised_order()
        self._tour("service_advisor_portal_phone", None, order.sudo().get_portal_url())
