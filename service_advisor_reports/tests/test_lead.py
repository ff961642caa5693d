from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import fields
from odoo.addons.service_advisor.tests.common import ServiceAdvisorCommon
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError


@tagged("post_install", "-at_install")
class TestLead(ServiceAdvisorCommon):
    """R5.4: customers who may want another car are proposed to sales, with the reason and no more
    data than the customer allows; what became of it comes back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls.env["crm.team"].create({"name": "Showroom", "company_id": cls.company.id})
        cls.company.write(
            {
                "service_lead_team_id": cls.team.id,
                "service_lead_age": 6,
                "service_lead_bill": 0,
                "service_lead_lease_months": 6,
                "service_lead_lost_months": 24,
                "service_lead_pause": 12,
            }
        )
        cls.seat = new_test_user(
            cls.env,
            login="seat",
            groups="sales_team.group_sale_salesman,service_advisor.group_sales_seat",
        )
        cls.Proposal = cls.env["service.lead.proposal"]
        cls.customer.write({"name": "Qian Planted", "phone": "+86 138 5550 7319"})
        cls.today = fields.Date.today()

    def _visit(self, car=None, days=30):
        """A visit that is over."""
        when = fields.Datetime.now() - timedelta(days=days)
        order = self.env["service.order"].create(
            {
                "vehicle_id": (car or self.vehicle).id,
                "advisor_id": self.advisor.id,
                "checked_in_at": when,
                "ready_at": when,
                "delivered_at": when,
                "closed_at": when,
            }
        )
        self.env.flush_all()
        return order

    def _propose(self, cars=None):
        self.env.flush_all()
        self.env.invalidate_all()
        cars = cars or self.vehicle
        self.Proposal._propose(cars)
        return self.Proposal.search([("vehicle_id", "in", cars.ids)])

    def _age(self, years, car=None):
        born = self.today - relativedelta(years=years)
        (car or self.vehicle).first_registration_date = born

    def _handed(self):
        self._age(8)
        self._visit()
        proposal = self._propose().with_user(self.advisor)
        proposal.action_hand_over()
        return proposal, proposal.sudo().lead_id

    # ---- who is proposed ------------------------------------------------------------------

    def test_reasons(self):
        """R5.4: old cars, leases that end, big bills and lost customers, each by the setting of
        the company, and nobody else."""
        self._visit()
        self._age(5)
        self.assertFalse(self._propose())
        self._age(6)
        proposal = self._propose()
        self.assertEqual((proposal.reason, proposal.advisor_id), ("age", self.advisor))
        self.assertIn("6 years old", proposal.words)
        proposal.unlink()
        self.env["res.lang"]._activate_lang("zh_CN")
        self.company.partner_id.lang = "zh_CN"
        proposal = self._propose()
        self.assertIn("车龄 6 年", proposal.words, "for those who read it")
        self.company.partner_id.lang = "en_US"
        proposal.unlink()
        # The weightiest reason leads, and the words name all.
        self.vehicle.lease_end = self.today + timedelta(days=60)
        proposal = self._propose()
        self.assertEqual(proposal.reason, "lease")
        self.assertIn("6 years old", proposal.words)
        proposal.unlink()
        self.vehicle.lease_end = self.today + timedelta(days=400)
        self.company.service_lead_age = 0
        self.assertFalse(self._propose())

    def test_lost(self):
        """R5.4: who has not come for long is lost; who never came is no customer yet."""
        self._age(9)
        self.assertFalse(self._propose(), "never here")
        self._visit(days=800)
        self.assertEqual(self._propose().reason, "lost")

    def test_big_bill(self):
        """R5.4: one proposal or the repairs of a year above the amount of the company."""
        self.company.service_lead_age = 0
        order = self._new_order()
        order.action_check_in()
        order.action_quote()
        self.env.flush_all()
        amount = order.sudo().estimate_ids.amount_total
        self.company.service_lead_bill = amount + 1
        self.assertFalse(self._propose())
        self.company.service_lead_bill = amount
        proposal = self._propose()
        self.assertEqual(proposal.reason, "bill")
        self.assertIn("are proposed", proposal.words)
        proposal.unlink()
        order.action_approve()
        self.assertFalse(self._propose(), "agreed, but not yet done")
        order.sudo().write({"delivered_at": fields.Datetime.now()})
        self.assertIn("in a year", self._propose().words)

    def test_who_is_left_alone(self):
        """R5.4: nobody is proposed who refused sales or offers, who complains, or the house."""
        self._age(8)
        self._visit()
        record = self.customer._record_consent
        record("sales", "refused", "phone")
        self.assertFalse(self._propose())
        record("sales", "given", "phone", evidence="Yes")
        self.customer.service_no_offer_call = True
        self.assertFalse(self._propose())
        self.customer.service_no_offer_call = False
        self.env["service.complaint"].create(
            {"partner_id": self.customer.id, "description": "Squeals again"}
        )
        self.assertFalse(self._propose())
        self.vehicle.owner_id = self.company.partner_id
        self.assertFalse(self._propose())
        self.vehicle.owner_id = self.manufacturer
        self.assertTrue(self._propose(), "anybody else")

    def test_once(self):
        """R5.4: never twice while one is open, nor soon after it was refused."""
        self._age(8)
        self._visit()
        proposal = self._propose()
        self.assertEqual(self._propose(), proposal)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.Proposal.create({"vehicle_id": self.vehicle.id, "words": "Again"})
        wizard = self.env["service.lead.drop.wizard"].with_user(self.advisor).create(
            {"proposal_ids": proposal.ids, "reason": "Has just bought one"}
        )
        wizard.action_confirm()
        self.assertEqual(
            (proposal.state, proposal.drop_reason, proposal.decided_by_id),
            ("dropped", "Has just bought one", self.advisor),
        )
        self.assertEqual(self._propose(), proposal, "the same reason rests")
        self.vehicle.lease_end = self.today + timedelta(days=60)
        self.assertEqual(len(self._propose()), 2, "another reason")
        proposal.decided_at = fields.Datetime.now() - timedelta(days=400)
        (self._propose() - proposal).unlink()
        self.assertEqual(len(self._propose()), 2, "it has rested long enough")

    def test_scheduled(self):
        """R5.4: each car is looked at once a week, for companies with a sales team."""
        self._age(8)
        self._visit()
        cron = self.env.ref("service_advisor_reports.ir_cron_propose_leads")
        domain = [("vehicle_id", "=", self.vehicle.id)]
        self.company.service_lead_team_id = False
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertFalse(self.Proposal.search(domain))
        self.company.service_lead_team_id = self.team
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self.Proposal.search(domain).state, "proposed")
        self.assertEqual(self.vehicle.lead_looked_on, self.today)
        self.assertNotIn(
            self.vehicle, self.vehicle.search(self.Proposal._get_look_domain())
        )

    def test_constant_queries(self):
        """R5.4: looking at many cars costs as many queries as looking at a few."""
        owners = self.env["res.partner"].create([{"name": f"Owner {i}"} for i in range(14)])
        cars = self.env["service.vehicle"].create(
            [
                {"plate": f"沪B0{i:04}", "owner_id": owner.id, "model_id": self.model.id,
                 "first_registration_date": self.today - relativedelta(years=9)}
                for i, owner in enumerate(owners)
            ]
        )
        for car in cars:
            self._visit(car)
        costs = []
        for some in (cars[:2], cars[2:4], cars[4:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.Proposal._propose(some)
            self.env.flush_all()
            costs.append(self.cr.sql_log_count - before)
        self.assertEqual(costs[1], costs[2])
        self.assertEqual(self.Proposal.search_count([("vehicle_id", "in", cars.ids)]), 14)

    # ---- what sales gets ------------------------------------------------------------------

    def test_no_more_than_consent(self):
        """R5.4: without consent sales gets the car, the reason and whom to ask, and nothing that
        tells the customer; with it, the customer; the proposal itself is not theirs."""
        proposal, lead = self._handed()
        self.assertEqual(proposal.state, "handed")
        self.assertEqual((lead.team_id, lead.company_id), (self.team, self.company))
        mine = lead.with_user(self.seat)
        text = str(mine.read()) + str(mine.service_car_id.read())
        for planted in ("Planted", "7319", "12345"):
            self.assertNotIn(planted, text)
        self.assertFalse(mine.partner_id)
        self.assertIn("8 years old", mine.description)
        self.assertIn(self.advisor.name, mine.description)
        self.assertEqual(mine.service_car_id.display_name, "Testmobil/Saloon (沪A***)")
        with self.assertRaises(AccessError):
            proposal.with_user(self.seat).read(["words"])
        # The advisor asked the customer.
        self.customer.with_user(self.advisor)._record_consent(
            "sales", "given", "counter", evidence="Yes, call me"
        )
        self.assertEqual(mine.partner_id, self.customer)
        self.assertIn("7319", mine.phone)
        # And the customer thought better of it.
        self.customer._record_consent("sales", "withdrawn", "phone")
        self.env.flush_all()
        self.env.invalidate_all()
        text = str(mine.read()) + str(mine.message_ids.mapped("body"))
        text += str(mine.sudo().message_ids.tracking_value_ids.read())
        for planted in ("Planted", "7319", "12345"):
            self.assertNotIn(planted, text)
        self.assertIn("7319", self.customer.phone, "the customer's own record is as it was")

    def test_with_consent(self):
        """R5.4: with consent the lead names the customer from the start."""
        self.customer._record_consent("sales", "given", "paper", evidence="Form")
        _proposal, lead = self._handed()
        self.assertEqual(lead.partner_id, self.customer)
        self.assertNotIn("not asked", lead.description)

    def test_refused_meanwhile(self):
        """R5.4: what is proposed is dropped as soon as the customer refuses."""
        self._age(8)
        self._visit()
        proposal = self._propose()
        self.customer._record_consent("sales", "refused", "phone")
        self.assertEqual(proposal.state, "dropped")

    def test_hand_over_is_checked(self):
        """R5.4: who refused, another owner, no team, decided already: each says why."""
        self._age(8)
        self._visit()
        proposal = self._propose().with_user(self.advisor)
        self.company.service_lead_team_id = False
        with self.assertRaisesRegex(UserError, "Choose one in the settings"):
            proposal.action_hand_over()
        self.company.service_lead_team_id = self.team
        self.vehicle.owner_id = self.manufacturer
        with self.assertRaisesRegex(UserError, "another owner"):
            proposal.action_hand_over()
        self.vehicle.owner_id = self.customer
        proposal.action_hand_over()
        with self.assertRaisesRegex(UserError, "decided already"):
            proposal.action_hand_over()
        with self.assertRaisesRegex(UserError, "decided already"):
            proposal.write({"words": "Something else"})
        with self.assertRaises(AccessError):
            proposal.write({"state": "proposed"})
        for user in (self.reception, self.technician, self.seat):
            with self.assertRaises(AccessError):
                proposal.with_user(user).action_hand_over()

    # ---- what comes back ------------------------------------------------------------------

    def test_feedback(self):
        """R5.4: won or lost, with the reason, stands on the proposal, the car and the customer,
        and the advisor is told; who may read customers reads no plate there."""
        proposal, lead = self._handed()
        reason = self.env["crm.lost.reason"].create({"name": "Bought elsewhere"})
        lead.with_user(self.seat).action_set_lost(lost_reason_id=reason.id)
        self.assertEqual((proposal.state, proposal.feedback), ("lost", "Bought elsewhere"))
        told = self.vehicle.message_ids[:1]
        self.assertIn("Bought elsewhere", told.body)
        self.assertIn(self.advisor.partner_id, told.notified_partner_ids)
        on_customer = self.customer.message_ids[:1]
        self.assertIn("Bought elsewhere", on_customer.body)
        self.assertNotIn("12345", on_customer.body)
        # Sales takes it up again and sells the car.
        lead.with_user(self.seat).action_restore()
        self.assertEqual((proposal.state, proposal.feedback), ("handed", False))
        lead.with_user(self.seat).action_set_won()
        self.assertEqual(proposal.state, "won")
        self.assertIn("Won", self.vehicle.message_ids[:1].body)

    def test_merged_and_deleted(self):
        """R5.4: of a lead that sales merges, the service department hears by what remains; of one
        that is deleted, too."""
        proposal, lead = self._handed()
        other = self.env["crm.lead"].create(
            {"name": "Walk-in", "type": lead.type, "probability": 90, "team_id": self.team.id}
        )
        remains = (lead | other).merge_opportunity()
        self.assertEqual(proposal.lead_id, remains)
        self.assertEqual(proposal.state, "handed")
        self.assertEqual(remains.service_reason, "age")
        remains.unlink()
        self.assertEqual((proposal.state, bool(proposal.feedback)), ("lost", True))

    def test_companies_are_apart(self):
        """R5.4: proposals are those of the own company, handed to its own team."""
        other = self.env["res.company"].create({"name": "Other Shop"})
        car = self.env["service.vehicle"].create(
            {"plate": "B-XY 12", "company_id": other.id, "owner_id": self.manufacturer.id}
        )
        proposal = self.Proposal.create({"vehicle_id": car.id, "words": "Wants a van"})
        self.assertEqual(proposal.company_id, other)
        with self.assertRaises(AccessError):
            proposal.with_user(self.advisor).read(["words"])
