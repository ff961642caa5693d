import json

from odoo.addons.bus.tests.common import WebsocketCase
from odoo.tests import tagged

from .test_board import MONDAY, BoardCommon


@tagged("post_install", "-at_install")
class TestBoardLive(WebsocketCase, BoardCommon):
    """What an open board hears over the websocket; what it does then is clicked in a tour."""

    def _listen(self, user):
        """Return a websocket of ``user`` that asks for the board of the company."""
        session = self.authenticate(user.login, user.login)
        listener = self.websocket_connect(cookie=f"session_id={session.sid};")
        self.subscribe(
            listener,
            [f"service_advisor.board_{self.company.id}"],
            self.env["bus.bus"]._bus_last_id(),
        )
        return listener

    def _plan_by_somebody(self):
        job = self._jobs_to_plan()
        self._board(self.manager).plan(job.id, self.wang.id, f"{MONDAY} 08:00:00")
        return job

    def test_another_session_hears(self):
        """R2.1: what one controller plans arrives in the session of another one by itself, as
        the jobs to read again."""
        listener = self._listen(self.technician)
        job = self._plan_by_somebody()
        self.trigger_notification_dispatching([(self.company, "service_board")])
        told = [
            each["message"]["payload"]
            for each in json.loads(listener.recv())
            if each["message"]["type"] == "service_advisor.board"
        ]
        self.assertIn({"company_id": self.company.id, "job_ids": job.ids}, told)
        shown = self._board(self.technician).get_jobs(told[0]["job_ids"])
        self.assertIn(job.id, [bar["job_id"] for bar in shown["bookings"]])

    def test_strangers_hear_nothing(self):
        """R2.1 R5.3: a session that may not see the board hears nothing, though it asks."""
        stranger = self._listen(self.salesperson)
        self._plan_by_somebody()
        # Something that everybody hears shows that nothing came before it.
        partner = self.salesperson.partner_id
        self.env["bus.bus"]._sendone(partner, "the_end", {})
        self.trigger_notification_dispatching([(self.company, "service_board"), partner])
        types = [each["message"]["type"] for each in json.loads(stranger.recv())]
        self.assertEqual(types, ["the_end"])
