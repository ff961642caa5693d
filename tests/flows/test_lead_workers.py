"""Customers are proposed to sales by two workers at once, and handed over by two people."""

from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields
from odoo.fields import Domain
from odoo.tests import tagged

from .meetings import MEETINGS, MeetingsCommon


@tagged("post_install", "-at_install")
class TestLeadWorkers(MeetingsCommon):
    """R5.4: one proposal per car and one lead per proposal, whoever meets."""

    @classmethod
    def _make_shop(cls, env):
        cls.users = [
            cls._make_user(env, name, "service_advisor.group_advisor") for name in ("one", "two")
        ]
        cls.team = cls._make(env, "crm.team", {"name": f"Showroom {cls.mark}"}).id
        customer = cls._make(env, "res.partner", {"name": f"Customer {cls.mark}"})
        cls.vehicle = cls._make(
            env,
            "service.vehicle",
            {
                "plate": f"L1 {cls.mark}",
                "owner_id": customer.id,
                "lease_end": fields.Date.today() + timedelta(days=30),
            },
        ).id

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            company = self._env(cr).company
            before = company.service_lead_team_id.id
            company.service_lead_team_id = self.team
        self.addCleanup(self._set_team, before)
        self.addCleanup(self._delete_proposals)

    def _set_team(self, team):
        with self.registry.cursor() as cr:
            self._env(cr).company.service_lead_team_id = team

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def _find(self, env):
        return env["service.lead.proposal"].search([("vehicle_id", "=", self.vehicle)])

    def _delete_proposals(self):
        with self.registry.cursor() as cr:
            proposals = self._find(self._env(cr))
            leads = proposals.lead_id
            proposals.write({"state": "proposed", "lead_id": False})
            proposals.unlink()
            leads.unlink()

    def _propose(self, env):
        cars = env["service.vehicle"].browse(self.vehicle)
        domain = Domain("lead_looked_on", "=", False)
        env["service.batch"]._run(cars, domain, env["service.lead.proposal"]._propose)

    def test_two_workers(self):
        """R5.4: two workers at once propose a car once."""
        for meeting in ("stale", "free"):
            with self.subTest(meeting):
                with self.registry.cursor() as cr:
                    self._env(cr)["service.vehicle"].browse(self.vehicle).lead_looked_on = False
                request = (SUPERUSER_ID, self._propose)
                self.assertEqual(self._meet(meeting, request, request), (None, None))
                with self.registry.cursor() as cr:
                    self.assertEqual(len(self._find(self._env(cr))), 1)
                self._delete_proposals()

    def test_two_people(self):
        """R5.4: where two people hand over at once, sales gets one lead."""
        for meeting in MEETINGS:
            with self.subTest(meeting):
                with self.registry.cursor() as cr:
                    proposal = self._env(cr)["service.lead.proposal"].create(
                        {"vehicle_id": self.vehicle, "words": "Wants a bigger car"}
                    ).id
                press = self._press("service.lead.proposal", proposal, "action_hand_over")
                answers = self._meet(meeting, *((user, press) for user in self.users))
                self._assert_one_refused(meeting, answers, "decided already")
                with self.registry.cursor() as cr:
                    leads = self._env(cr)["crm.lead"].search([("team_id", "=", self.team)])
                    self.assertEqual(len(leads), 1)
                self._delete_proposals()
