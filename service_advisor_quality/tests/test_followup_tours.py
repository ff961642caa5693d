from odoo.addons.service_advisor.tests.test_tours import PATIENCE
from odoo.tests import HttpCase, tagged

from .test_followup import FollowupCommon


@tagged("post_install", "-at_install")
class TestCallTour(HttpCase, FollowupCommon):
    def test_calls(self):
        """R4.4: nobody there, an unhappy customer, an appointment: one call after the other."""
        self.env["service.followup"].search([]).unlink()
        calls = []
        for index, (name, kind) in enumerate(
            (("Ann Away", "three_day"), ("Ben Bitter", "three_day"), ("Cem Coming", "maintenance"))
        ):
            car = self._new_car(index)
            car.owner_id.name = name
            calls.append(
                self._call(
                    kind, vehicle_id=car.id, partner_id=car.owner_id.id,
                    due_on=f"2026-01-0{index + 1}", reason="Maintenance B",
                )
            )
        self.start_tour(
            "/odoo/action-service_advisor_quality.service_followup_action",
            "service_advisor_quality_calls",
            login=self.advisor.login,
            timeout=PATIENCE,
        )
        self.env.invalidate_all()
        away, bitter, coming = calls
        self.assertEqual((away.state, away.attempt_ids.result), ("open", "no_answer"))
        self.assertEqual(bitter.opened_complaint_id.channel, "followup")
        self.assertIn("The brakes squeal again", bitter.opened_complaint_id.description)
        self.assertEqual(coming.closed_as, "booked")
        self.assertEqual(coming.resulting_order_id.job_ids.concern, "Maintenance B")
