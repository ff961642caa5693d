"""R4.1: complaints, who may do what with them, and their first contact."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import ServiceAdvisorQualityCommon

START = datetime(2026, 3, 6, 17, 0)  # a Friday: nights and Sundays count


@tagged("post_install", "-at_install")
class ComplaintCommon(ServiceAdvisorQualityCommon):
    def _complain(self, user=None, at=START, **vals):
        """Return a complaint, recorded by ``user`` (the receptionist) at ``at``."""
        Complaint = self.env["service.complaint"].with_user(user or self.reception)
        with freeze_time(at):
            return Complaint.create({"description": "It squeals again", "channel": "phone"} | vals)

    def _log(self, complaint, moment, user=None, **vals):
        Contact = self.env["service.complaint.contact"].with_user(user or self.reception)
        with freeze_time(moment):
            contact = Contact.create(
                {"complaint_id": complaint.id, "words": "Is sorry", "channel": "call"} | vals
            )
            self.env.flush_all()
        return contact

    def _is_breached(self, complaint, at):
        """Return whether the first contact was missed, looked at and searched at ``at``."""
        with freeze_time(at):
            complaint.invalidate_recordset(["is_contact_breached"])
            seen = complaint.is_contact_breached
            mine = Domain("id", "in", complaint.ids)
            found = complaint.search(mine & Domain("is_contact_breached", "=", True))
            others = complaint.search(mine & Domain("is_contact_breached", "=", False))
        self.assertEqual(bool(found), seen)
        self.assertEqual(bool(others), not seen)
        return seen


class TestComplaint(ComplaintCommon):
    def test_order_fills_the_rest(self):
        """R4.1: an order fills car, customer and advisor; a car fills its last order."""
        order = self._new_order()
        complaint = self._complain(order_id=order.id)
        self.assertEqual(complaint.vehicle_id, self.vehicle)
        self.assertEqual(complaint.partner_id, self.customer)
        self.assertEqual(complaint.advisor_id, self.advisor)
        self.assertRegex(complaint.name, r"^CP\d{6}$")
        new = self.env["service.complaint"].new({"vehicle_id": self.vehicle.id})
        new._onchange_vehicle_id()
        self.assertEqual(new.order_id._origin, order)

    def test_clock_is_wall_clock(self):
        """R4.1, K2: 24 hours from Friday evening end on Saturday evening, whatever the hours of
        the workshop."""
        complaint = self._complain()
        self.assertEqual(complaint.contact_due_at, START + timedelta(hours=24))
        self.assertFalse(self._is_breached(complaint, START + timedelta(hours=24)))
        self.assertTrue(self._is_breached(complaint, START + timedelta(hours=24, seconds=1)))

    def test_only_an_outbound_contact_stops_it(self):
        """R4.1: neither what comes in nor a note nor what is sent by itself stops the clock."""
        complaint = self._complain(partner_id=self.customer.id)
        self._log(complaint, START + timedelta(hours=1), direction="in")
        complaint.message_post(body="Called nobody", subtype_xmlid="mail.mt_note")
        self.env["service.complaint.contact"].create(
            {"complaint_id": complaint.id, "direction": "out", "is_automatic": True}
        )
        self.assertFalse(complaint.contacted_at)
        self.assertEqual(complaint.state, "new")
        self._log(complaint, START + timedelta(hours=2))
        self.assertEqual(complaint.contacted_at, START + timedelta(hours=2))
        self.assertEqual(complaint.state, "contacted")
        self.assertFalse(self._is_breached(complaint, START + timedelta(days=9)))

    def test_late_contact_stays_late(self):
        """K2: a contact after the deadline does not undo the breach."""
        complaint = self._complain()
        self._log(complaint, START + timedelta(hours=25))
        self.assertTrue(complaint.is_contacted_late)
        self.assertTrue(self._is_breached(complaint, START + timedelta(days=9)))

    def test_nobody_dates_back(self):
        """R4.1: when it was received and when somebody called is not typed in."""
        complaint = self._complain()
        with self.assertRaises(AccessError):
            self._log(complaint, START + timedelta(hours=25), at=START)
        contact = self._log(complaint, START + timedelta(hours=1))
        for record, vals in (
            (contact, {"words": "Nothing"}),
            (contact, {"direction": "in"}),
            (complaint, {"closed_at": START}),
        ):
            with self.assertRaises(AccessError):
                record.with_user(self.manager).write(vals)
        with self.assertRaises(AccessError):
            contact.with_user(self.manager).unlink()
        with self.assertRaises(UserError):
            complaint.with_user(self.manager).received_at = START + timedelta(hours=9)
        with self.assertRaises(UserError):
            self._complain(received_at=START + timedelta(hours=1))
        self.assertEqual(
            self._complain(received_at=START - timedelta(hours=3)).contact_due_at,
            START + timedelta(hours=21),
        )

    def test_mail_logs_itself(self):
        """R4.1: an e-mail counts once it is sent; nobody logs one by hand."""
        complaint = self._complain()
        with self.assertRaises(UserError):
            self._log(complaint, START, channel="mail")
        with self.assertRaises(UserError):
            self._log(complaint, START, words=" ")

    def test_complaints_are_kept(self):
        """R4.1: nobody deletes a complaint."""
        with self.assertRaises(AccessError):
            self._complain().with_user(self.manager).unlink()
        with self.assertRaises(UserError):
            self._complain().sudo().unlink()

    # ---- policies -------------------------------------------------------------------------

    def test_policies(self):
        """R4.1: deadlines follow severity and company; a change counts from the next complaint
        on."""
        before = self._complain()
        policy = self.env["service.sla.policy"].create(
            {"company_id": self.company.id, "severity": "minor", "contact_hours": 2}
        )
        self.assertEqual(self._complain().contact_due_at, START + timedelta(hours=2))
        self.assertEqual(before.contact_due_at, START + timedelta(hours=24))
        major = self._complain(severity="major")
        self.assertEqual(major.contact_due_at, START + timedelta(hours=24))
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            policy.contact_hours = 0
            policy.flush_recordset()

    def test_severity_is_lowered_by_managers(self):
        """R4.1: whoever would gain time by it does not call a complaint minor."""
        complaint = self._complain(severity="major")
        with self.assertRaises(UserError):
            complaint.with_user(self.advisor).severity = "minor"
        complaint.with_user(self.manager).severity = "minor"

    # ---- waiting --------------------------------------------------------------------------

    def test_waiting_moves_later_deadlines_only(self):
        """R4.1: waiting for the customer counts neither for proposal nor resolution; the answer
        ends it."""
        complaint = self._complain(order_id=self._new_order().id)
        Pause = self.env["service.complaint.pause"].with_user(self.advisor)
        with self.assertRaisesRegex(UserError, "Contact the customer first"):
            Pause.create({"complaint_id": complaint.id, "reason": "Photos"})
        self._log(complaint, START + timedelta(hours=1))
        due = complaint.proposal_due_at
        self.assertEqual(due, START + timedelta(hours=72))
        with freeze_time(START + timedelta(hours=10)):
            Pause.create({"complaint_id": complaint.id, "reason": "Photos"})
            self.env.flush_all()
        self.assertTrue(complaint.waiting_since)
        self.assertFalse(complaint.proposal_due_at)
        with freeze_time(START + timedelta(days=30)):
            complaint.invalidate_recordset()
            self.assertFalse(complaint.is_overdue)
        self._log(complaint, START + timedelta(hours=20), direction="in")
        self.assertFalse(complaint.waiting_since)
        self.assertEqual(complaint.pause_ids.stop_at, START + timedelta(hours=20))
        self.assertEqual(complaint.proposal_due_at, due + timedelta(hours=10))
        self.assertEqual(complaint.unanswered_at, START + timedelta(hours=20))
        self._log(complaint, START + timedelta(hours=21))
        self.assertFalse(complaint.unanswered_at)

    def test_reopened(self):
        """R4.1: a complaint taken up again is counted and has new deadlines for a remedy."""
        complaint = self._complain()
        self._log(complaint, START + timedelta(hours=1))
        complaint._keep({"resolved_at": START, "closed_at": START})
        self.assertEqual(complaint.state, "closed")
        with freeze_time(START + timedelta(days=20)):
            complaint._reopen("It squeals still")
        self.assertEqual((complaint.state, complaint.reopen_count), ("contacted", 1))
        self.assertEqual(complaint.proposal_due_at, START + timedelta(days=23))

    # ---- roles ----------------------------------------------------------------------------

    def test_roles(self):
        """R4.1: technicians read what is about their jobs, inspectors all of it, other companies
        nothing."""
        order = self._authorised_order()
        complaint, other = self._complain(order_id=order.id), self._complain()
        both = complaint | other
        Complaint = self.env["service.complaint"]
        mine = Domain("id", "in", both.ids)
        self.assertFalse(Complaint.with_user(self.technician).search(mine))
        order.job_ids.technician_id = self.employee
        self.assertEqual(Complaint.with_user(self.technician).search(mine), complaint)
        with self.assertRaises(AccessError):
            complaint.with_user(self.technician).demand = "Nothing"
        with self.assertRaises(AccessError):
            self._log(complaint, START, user=self.technician)
        for user in (self.inspector, self.advisor, self.manager, self.reception):
            self.assertEqual(Complaint.with_user(user).search(mine), both)
        complaint.with_user(self.inspector).demand = "New pads"
        self._log(complaint, START, user=self.inspector)
        for user in (self.storekeeper, self.accountant, self.salesperson):
            with self.assertRaises(AccessError):
                Complaint.with_user(user).search(mine)
        company = self.env["res.company"].create({"name": "Other Branch"})
        stranger = self.env["res.users"].with_context(no_reset_password=True).create(
            {
                "name": "Stranger",
                "login": "test_stranger",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [
                    Command.set(self.env.ref("service_advisor.group_manager").ids)
                ],
            }
        )
        self.assertFalse(Complaint.with_user(stranger).search(mine))
        with self.assertRaises(AccessError):
            self._log(complaint, START, user=stranger)

    def test_list_costs_the_same_for_many(self):
        """R4.1: a list reads its clocks and counts for all rows at once."""
        complaints = self.env["service.complaint"]
        for _index in range(12):
            complaints |= self._complain(order_id=self._new_order().id)
        names = ["name", "clock_text", "is_overdue", "is_contact_breached", "partner_id"]

        def cost(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.with_user(self.advisor).read(names)
            return self.env.cr.sql_log_count - before

        cost(complaints)
        self.assertEqual(cost(complaints[:2]), cost(complaints))

    def test_clock_in_words(self):
        """R4.1: the form says how much time is left, or since when it is too late."""
        complaint = self._complain()
        for at, text in (
            (timedelta(hours=20, minutes=48), "First contact due in 3 h 12 min"),
            (timedelta(hours=23, minutes=59), "First contact due in 1 min"),
            (timedelta(hours=26), "First contact overdue since 2 h 0 min"),
            (timedelta(days=3), "First contact overdue since 2 d 0 h"),
        ):
            with freeze_time(START + at):
                complaint.invalidate_recordset(["clock_text"])
                self.assertEqual(complaint.clock_text, text)
        self._log(complaint, START + timedelta(hours=26))
        self.assertEqual(complaint.clock_text, "Contacted after 1 d 2 h")

    def test_opened_from_another_record(self):
        """R4.1: an order, and later a survey or a call, opens a complaint with what it knows."""
        order = self._new_order()
        complaint = self.env["service.complaint"].with_user(self.advisor)._open_from(
            order, {"description": "Loud", "channel": "followup"}
        )
        self.assertEqual((complaint.order_id, complaint.partner_id), (order, self.customer))
        self.assertGreaterEqual(fields.Datetime.now(), complaint.received_at)
