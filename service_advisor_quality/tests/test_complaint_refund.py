"""R4.2: refunds reach accounting."""

from odoo.tests import tagged

from ..models.service_complaint_remedy_refund import REFUND
from .test_complaint_handling import ComplaintHandlingCommon


@tagged("at_install", "-post_install")
class TestRefundActivity(ComplaintHandlingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.service_refund_user_id = cls.accountant

    def _offer_refund(self, amount=90.0, order=None):
        """Return a refund that was proposed to the customer."""
        complaint = self._analysed(order=order)
        remedy = self._add_remedy(complaint, kind="refund", amount=amount)
        if not remedy._is_allowed():
            self._step(complaint, "approve", user=self.manager)
        self._propose(complaint)
        return remedy

    def _accept(self, remedy):
        self._record(remedy.complaint_id, kind="offer", answer="yes")

    def _get_listed(self, remedy):
        """Return what stands on the lists of activities, done or not taken."""
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", remedy._name),
                ("res_id", "in", remedy.ids),
                ("activity_type_id", "=", self.env.ref(REFUND).id),
            ]
        )

    def _credit(self, remedy):
        """Let the accountant make the credit note and return it as a draft."""
        action = remedy.with_user(self.accountant).action_refund()
        invoice = self.env["account.move"].browse(action["context"]["active_id"])
        reversal = (
            self.env["account.move.reversal"]
            .with_user(self.accountant)
            .with_context(**action["context"])
            .create({"journal_id": invoice.journal_id.id})
        )
        reversal.refund_moves()
        return remedy.sudo().credit_note_ids.sorted("id")[-1:].with_user(self.accountant)

    def test_once_and_until_posted(self):
        """R4.2: what a customer accepts is on the accountant's list once, until it is credited."""
        self.company.service_compensation_limit = 100000
        remedy = self._offer_refund(order=self._invoiced_order())
        self.assertFalse(self._get_listed(remedy), "the customer has not accepted it yet")
        self._accept(remedy)
        activity = self._get_listed(remedy)
        self.assertEqual(activity.user_id, self.accountant)
        self.assertIn("Li Customer", activity.summary)
        self.assertIn(remedy.complaint_id.name, activity.summary)
        remedy._hand_on_refunds()
        self.assertEqual(self._get_listed(remedy), activity)
        mine = self.env["service.complaint.remedy"].with_user(self.accountant)
        self.assertIn(remedy, mine.search([("activity_user_id", "=", self.accountant.id)]))
        note = self._credit(remedy)
        self.assertEqual(self._get_listed(remedy), activity, "a draft credits nobody")
        note.action_post()
        self.assertFalse(self._get_listed(remedy))
        self.assertFalse(activity.exists().active, "it is done, not forgotten")
        note.button_draft()
        again = self._get_listed(remedy)
        self.assertEqual(len(again), 1, "what is credited no longer is to be credited again")
        note.action_post()
        self.assertFalse(self._get_listed(remedy))

    def test_approved_first(self):
        """R4.2: above the limit of the desk, accounting hears of it once a manager approves."""
        remedy = self._offer_refund()
        self._accept(remedy)
        self.assertTrue(self._get_listed(remedy))
        remedy.amount = 5000
        self.assertFalse(self._get_listed(remedy), "it waits for an approval now")
        self._step(remedy.complaint_id, "approve", user=self.manager)
        self.assertEqual(len(self._get_listed(remedy)), 1)

    def test_taken_back(self):
        """R4.2: what is dropped, turned into a gift, proposed anew or withdrawn is no longer on
        the list."""
        ends = {
            "dropped": lambda remedy: remedy.action_drop(),
            "a gift": lambda remedy: remedy.write({"kind": "gift"}),
            "proposed anew": lambda remedy: self._propose(remedy.complaint_id),
            "withdrawn": lambda remedy: self._step(remedy.complaint_id, "withdraw"),
        }
        for why, end in ends.items():
            with self.subTest(why=why):
                remedy = self._offer_refund()
                self._accept(remedy)
                self.assertEqual(len(self._get_listed(remedy)), 1)
                end(remedy)
                self.assertFalse(self._get_listed(remedy))
                to_credit = self.env["service.complaint.remedy"].search(
                    [("is_to_credit", "=", True)]
                )
                self.assertNotIn(remedy, to_credit)
                self.assertFalse(remedy.is_to_credit)

    def test_refused_is_nobodys(self):
        """R4.2: a refund that the customer refuses is not credited."""
        remedy = self._offer_refund()
        self._record(remedy.complaint_id, kind="offer", answer="no", words="Too little")
        self.assertFalse(self._get_listed(remedy))

    def test_without_settings(self):
        """R4.2: where nobody is chosen, somebody of the company who may invoice is told."""
        self.company.service_refund_user_id = False
        user = self.company._get_refund_user()
        self.assertTrue(user.has_group("account.group_account_invoice"))
        self.assertIn(self.company, user.company_ids)
