from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from .meetings import MEETINGS, MeetingsCommon


@tagged("post_install", "-at_install")
class TestPrivacyWorkers(MeetingsCommon):
    """Two managers erase one customer at the same time."""

    @classmethod
    def _make_shop(cls, env):
        cls.people = [
            cls._make_user(env, name, "service_advisor.group_manager") for name in ("one", "two")
        ]

    def _new_request(self):
        """Return the id of a checked request of a new customer."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            customer = self._make(env, "res.partner", {"name": f"Leaves {self.mark}"})
            request = env["service.privacy.request"].create(
                {"partner_id": customer.id, "kind": "erasure", "identity": "known"}
            )
            request.action_check_identity()
        self.addCleanup(self._delete_request, request.id, customer.id)
        return request.id

    def _delete_request(self, request_id, customer_id):
        # Proofs of answers: by their own means they are not to be deleted.
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM service_privacy_request WHERE id = %s", [request_id])
            cr.execute("DELETE FROM service_consent WHERE partner_id = %s", [customer_id])

    def test_erased_once(self):
        """R5.3: one erases and makes the certificate, the other is told that it is done."""
        for meeting in MEETINGS:
            with self.subTest(meeting):
                request_id = self._new_request()
                act = self._press("service.privacy.request", request_id, "action_erase")
                answers = self._meet(meeting, *((uid, act) for uid in self.people))
                self._assert_one_refused(meeting, answers)
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    request = env["service.privacy.request"].browse(request_id)
                    self.assertEqual(request.state, "done")
                    contact = request.line_ids.filtered(lambda line: line.subject == "contact")
                    self.assertEqual(len(contact), 1)
