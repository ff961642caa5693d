from datetime import timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .test_watch import HOUR, WatchCommon


@tagged("post_install", "-at_install")
class TestPromiseChange(WatchCommon):
    """R2.3: a promise moves with a reason, and every change is kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time(cls.nine)
        freezer.start()
        cls.addClassCleanup(freezer.stop)

    def _approved(self):
        return self._authorised_order()

    def _move(self, order, hours, kind="workshop", user=None, **kwargs):
        moment = order.promised_at + hours * HOUR
        order.with_user(user or self.advisor)._move_promise(moment, "Why", kind, **kwargs)

    def _quote_more(self, order):
        order.job_ids = [
            Command.create({"concern": "Worn tyres", "operation_id": self.operation.id})
        ]
        order.action_quote()
        return order.job_ids.filtered(lambda job: job.state == "quoted")

    # ---- moved by hand --------------------------------------------------------------------

    def test_moved(self):
        """R2.3: the first promise stays; old and new one, who and why are kept."""
        order = self._approved()
        first = order.promised_at
        self.assertFalse(order.promise_change_ids, "the first promise is no change")
        self._move(order, 1.1, "parts")
        change = order.promise_change_ids
        self.assertEqual(order.promised_at, first + 1.25 * HOUR, "customers are told quarters")
        self.assertEqual(order.first_promised_at, first)
        self.assertEqual(change.old_promised_at, first)
        self.assertEqual(change.new_promised_at, order.promised_at)
        self.assertEqual((change.kind, change.reason, change.user_id),
                         ("parts", "Why", self.advisor))
        self.assertFalse(change.told_at)
        self.assertTrue(order.has_untold_change)
        self._move(order, 0)
        self.assertEqual(order.promise_change_ids, change, "nothing moved")

    def test_wizard(self):
        """R2.3: the dialog proposes what is expected, asks for a reason and opens the message."""
        order = self._approved()
        self._watch(self.nine + HOUR)
        self.assertEqual(order.sudo().risk, "at_risk")
        with freeze_time(self.nine + HOUR):
            action = order.action_move_promise()
            with Form(
                self.env["service.promise.move.wizard"]
                .with_user(self.advisor)
                .with_context(**action["context"])
            ) as form:
                self.assertEqual(form.promised_at, self.nine + 3 * HOUR)
                self.assertEqual(form.kind, "workshop")
                form.reason = "Nobody was free"
            message = form.record.action_confirm()
        self.assertEqual(message["res_model"], "mail.compose.message")
        self.assertEqual(order.promised_at, self.nine + 3 * HOUR)
        self.assertEqual(order.sudo().risk, "none", "looked at again at once")
        self.assertFalse(self._reminders(order))

    def test_reason_is_required(self):
        """R2.3: no reason, no move; and what the customer approves is nobody's to choose."""
        order = self._approved()
        wizard = self.env["service.promise.move.wizard"].with_user(self.advisor)
        with self.assertRaisesRegex(UserError, "Say why"):
            wizard.create({"order_id": order.id, "reason": " "}).action_confirm()
        with self.assertRaisesRegex(ValueError, "extra_work"):
            wizard.create({"order_id": order.id, "reason": "x", "kind": "extra_work"})

    def test_refused(self):
        """R2.3: no promise in the past, none for a car that is ready, none before the first."""
        order = self._approved()
        with self.assertRaisesRegex(UserError, f"{order.name}.*lies ahead"):
            self._move(order, -5)
        order.sudo().ready_at = self.nine
        with self.assertRaisesRegex(UserError, "is Ready"):
            self._move(order, 1)
        fresh = self._new_order()
        with self.assertRaisesRegex(UserError, "Nothing is promised yet"):
            fresh.action_move_promise()

    def test_moved_meanwhile(self):
        """R2.3: who looks at an old promise is told who has moved it."""
        order = self._approved()
        seen = order.promised_at
        self._move(order, 1, user=self.manager)
        with self.assertRaisesRegex(UserError, f"{self.manager.name} has moved"):
            self._move(order, 3, seen=seen)
        self.assertEqual(len(order.promise_change_ids), 1)

    def test_who_may(self):
        """R2.3 R5.3: advisors move promises; nobody types them, or writes or deletes a change."""
        order = self._approved()
        self._move(order, 1)
        wizard = self.env["service.promise.move.wizard"]
        for user in (self.reception, self.technician, self.storekeeper):
            with self.assertRaises(AccessError):
                wizard.with_user(user).create({"order_id": order.id})
        change = order.promise_change_ids.with_user(self.manager)
        with self.assertRaises(AccessError):
            change.reason = "Another"
        with self.assertRaises(AccessError):
            change.unlink()
        for name in ("promised_at", "counted_promise_at", "projected_at"):
            with self.assertRaises(AccessError):
                order.with_user(self.manager)[name] = self.nine + 9 * HOUR
        with self.assertRaises(AccessError):
            order.with_user(self.manager).risk = "late"

    def test_other_company(self):
        """R5.3: promises and dangers of another company are not seen."""
        order = self._approved()
        self._move(order, 1)
        self._watch(self.nine + 5 * HOUR)
        other = self.env["res.company"].create({"name": "Other Motors"})
        stranger = new_test_user(
            self.env, "test_other", "service_advisor.group_manager",
            company_id=other.id, company_ids=[Command.set(other.ids)],
        )
        self.assertTrue(order.sudo().alert_ids)
        for record in (order.promise_change_ids, order.sudo().alert_ids):
            with self.assertRaises(AccessError):
                record.with_user(stranger).read(["company_id"])

    # ---- what counts ----------------------------------------------------------------------

    def test_only_extra_work_counts(self):
        """R2.3 K1: parts, workshop and wishes move the promise, not what is measured."""
        order = self._approved()
        first = order.promised_at
        for kind in ("parts", "workshop", "customer", "other"):
            self._move(order, 1, kind)
        self.assertEqual(order.promised_at, first + 4 * HOUR)
        self.assertEqual(order.counted_promise_at, first)
        self.assertNotIn(True, order.promise_change_ids.mapped("is_counted"))

    def test_extra_work(self):
        """R1.4 R2.3 K1: additional work moves the promise once the customer approves it, and what
        is measured by as much; a delay that was there before stays one."""
        order = self._approved()
        first = order.promised_at
        self._move(order, 1, "workshop")
        before = order.promised_at
        self._quote_more(order)
        self.assertEqual(order.promised_at, before, "an offer moves no promise")
        offered = order.offered_promise_at
        self.assertGreater(offered, before)
        self.assertEqual(order._get_current_proposal().promised_at, offered)
        estimates = order.estimate_ids.sorted("id")
        self.assertEqual([e._get_ready_by() for e in estimates], [before, offered])
        order.action_approve()
        self.assertEqual(order.promised_at, offered)
        self.assertFalse(order.offered_promise_at)
        change = order._get_last_change()
        self.assertEqual((change.kind, change.is_counted), ("extra_work", True))
        self.assertTrue(change.told_at, "the customer approved it")
        self.assertEqual(order.counted_promise_at, first + (offered - before))

    def test_extra_work_declined(self):
        """R2.3: work the customer declines moves nothing, and the offer is forgotten."""
        order = self._approved()
        promised = order.promised_at
        jobs = self._quote_more(order)
        order._record_answer(
            {"declined": jobs}, {"authorised_via": "phone", "authorised_name": "Li"},
            refusals={jobs: {"decline_reason": "Too dear"}},
        )
        self.assertEqual(order.promised_at, promised)
        self.assertFalse(order.offered_promise_at)
        self.assertFalse(order.promise_change_ids)

    def test_offer_before_approval(self):
        """R1.6 R2.3: what is quoted again before the first approval replaces the offer, and what
        the customer approves is what counts."""
        order = self._new_order()
        order.action_check_in()
        order.action_quote()
        first = order.promised_at
        self._quote_more(order)
        self.assertGreater(order.promised_at, first)
        self.assertEqual(order.promise_change_ids.kind, "quoted")
        self.assertEqual(order.first_promised_at, first)
        order.action_approve()
        self.assertEqual(order.counted_promise_at, order.promised_at)

    # ---- told -----------------------------------------------------------------------------

    def test_told(self):
        """R2.3: the prepared message speaks the customer's language, names the new time in the
        shop's zone and nothing of the house; that it was sent is kept."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.write({"lang": "fr_FR", "email": "li@customer.example"})
        order = self._approved()
        order.with_user(self.advisor)._move_promise(
            self.opens_at + 30 * HOUR, "Wang broke the old disc", "parts"
        )
        action = order.action_tell_customer()
        composer = self.env["mail.compose.message"].with_user(self.advisor)
        composer = composer.with_context(**action["context"]).create({})
        self.assertEqual(composer.lang, "fr_FR")
        self.assertIn("14:00", composer.body)
        self.assertIn("mardi", composer.body)
        self.assertNotIn("Wang", composer.body)
        composer._action_send_mail()
        self.assertEqual(order.promise_change_ids.told_at, self.nine)
        self.assertFalse(order.has_untold_change)
        self.assertIn(self.customer, order.message_ids[0].partner_ids)

    def test_expected_time_is_told(self):
        """R2.3: where the promise stands and will not be held, the message names what is
        expected."""
        order = self._approved()
        self.assertEqual(order._get_expected_at(), order.promised_at)
        self._watch(order.promised_at + HOUR)
        self.assertGreater(order._get_expected_at(), order.promised_at)
        self.assertIn("longer", order._get_polite_cause())

    def test_plain_life_is_cheap(self):
        """R2.3: the first promise writes no change, and a car in time is no case for anybody."""
        order = self._approved()
        self.assertFalse(order.promise_change_ids)
        self.env.flush_all()
        with self.assertQueryCount(0):
            order._end_watch()
        self.assertEqual(order.counted_promise_at - order.first_promised_at, timedelta())
