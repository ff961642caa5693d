from odoo import SUPERUSER_ID, api, fields
from odoo.tests import tagged

from .meetings import MEETINGS, MeetingsCommon


@tagged("post_install", "-at_install")
class TestComplaintEnd(MeetingsCommon):
    """A customer confirms by the link while a colleague takes down a call-back."""

    @classmethod
    def _make_shop(cls, env):
        cls.advisor = cls._make_user(env, "advisor", "service_advisor.group_advisor")
        customer = cls._make(env, "res.partner", {"name": f"Customer {cls.mark}"})
        cls.vehicle = cls._make(
            env, "service.vehicle", {"plate": f"E {cls.mark}", "owner_id": customer.id}
        ).id

    def setUp(self):
        super().setUp()
        self.addCleanup(self._delete_complaints)

    def _make_resolved(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            now = fields.Datetime.now()
            complaint = env["service.complaint"].create(
                {"vehicle_id": self.vehicle, "description": "Squeals", "resolved_at": now}
            )
            env["service.complaint.question"].create(
                {"complaint_id": complaint.id, "kind": "confirmation", "sent_at": now}
            )
            return complaint.id

    def _delete_complaints(self):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM service_complaint WHERE vehicle_id = %s", [self.vehicle])

    def test_confirmed_twice_at_once(self):
        """R4.2: one of two last words is kept, whoever speaks second is told."""
        for meeting in MEETINGS:
            with self.subTest(meeting):
                complaint_id = self._make_resolved()

                def confirm(env, complaint_id=complaint_id):
                    env["service.complaint"].browse(complaint_id)._confirm("portal", "All well")

                def call_back(env, complaint_id=complaint_id):
                    env["service.complaint"].browse(complaint_id)._confirm("call", "All well")

                answers = self._meet(meeting, (SUPERUSER_ID, confirm), (self.advisor, call_back))
                self.assertEqual(sorted(map(bool, answers)), [False, True], answers)
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    complaint = env["service.complaint"].browse(complaint_id)
                    self.assertEqual(complaint.step_ids.mapped("kind"), ["confirmed"])
                    answered = complaint.question_ids.filtered("answered_at")
                    self.assertEqual(len(answered), 1)
