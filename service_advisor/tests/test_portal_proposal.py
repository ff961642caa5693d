import shutil
from datetime import timedelta
from unittest import skipUnless
from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..exceptions import BusyError
from .common import SIGNATURE
from .test_proposal import ProposalCommon


@tagged("post_install", "-at_install")
class TestPortalProposal(HttpCase, ProposalCommon):
    """The customer's answer by the link, without an account."""

    def setUp(self):
        super().setUp()
        self.order = self._quoted_order(jobs=2)
        self.proposal = self.order.proposal_ids.sudo()
        self.url = self.proposal.get_portal_url()
        self.authenticate(None, None)

    def _answers(self, **vals):
        first, second = self.order.job_ids
        return {
            str(first.id): {"answer": "approved"},
            str(second.id): {"answer": "declined", "reason": "Later", **vals},
        }

    def _post(self, proposal=None, answers=None, name="Li", signature=SIGNATURE, token=None):
        url = (proposal or self.proposal).get_portal_url(suffix="/answer")
        if token is not None:
            url = f"{url.split('?')[0]}?access_token={token}"
        answers = self._answers() if answers is None else answers
        signature = signature.decode() if isinstance(signature, bytes) else signature
        result = self.make_jsonrpc_request(
            url, {"answers": answers, "name": name, "signature": signature}
        )
        self.env.invalidate_all()
        return result

    def test_answer_by_link(self):
        """R1.6: yes and no with a reason and a day, signed; the page then says so."""
        result = self._post(answers=self._answers(followup_date="2027-01-31"))
        self.assertTrue(result.get("force_refresh"), result)
        approved, declined = self.order.job_ids
        self.assertEqual((approved.state, declined.state), ("approved", "declined"))
        self.assertEqual(approved.authorised_name, "Li")
        self.assertEqual(approved.authorised_via, "portal")
        self.assertFalse(approved.authorised_by_id, "nobody took the answer down")
        self.assertEqual(str(declined.followup_date), "2027-01-31")
        self.assertTrue(self.proposal.signature)
        self.assertEqual(self.order.picking_ids.state, "assigned")
        self.assertEqual(self.order.activity_ids.user_id, self.advisor)
        page = self.url_open(self.url).text
        self.assertIn("we have your answer", page)
        self.assertNotIn("answer_form", page)

    def test_language_of_the_customer(self):
        """R1.7: the page and its scripts speak the language the customer was asked in, whatever
        the browser prefers."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.proposal.lang = "zh_CN"
        self.assertEqual(self.url_open(self.url).cookies.get("frontend_lang"), "zh_CN")
        modules = self.env["ir.http"]._get_translation_frontend_modules_name()
        self.assertIn("service_advisor", modules, "the words of the answer form come along")

    def test_single_use(self):
        """R1.6: a second answer changes nothing."""
        self._post()
        again = self._answers()
        again[str(self.order.job_ids[1].id)] = {"answer": "approved"}
        self.assertIn("can not be answered", self._post(answers=again)["error"])
        self.assertEqual(self.order.job_ids[1].state, "declined")

    def test_looking_changes_nothing(self):
        """R1.6: programs that follow the links of e-mails answer nothing."""
        for url in (self.url, self.proposal.get_portal_url(suffix="/answer")):
            self.url_open(url)
            self.url_open(url, method="HEAD")
        self.assertEqual(set(self.order.job_ids.mapped("state")), {"quoted"})
        self.assertEqual(self.proposal.state, "open")

    def test_foreign_token(self):
        """R1.6 R5.3: a wrong, foreign or missing token gets a polite 404 and no data."""
        other = self._quoted_order().proposal_ids.sudo()
        foreign = other._portal_ensure_token()
        path = self.url.split("?")[0]
        for query in ("", "?access_token=", f"?access_token={foreign}", "?access_token=x"):
            with self.subTest(query):
                answer = self.url_open(path + query)
                self.assertEqual(answer.status_code, 404)
                self.assertIn("does not lead to a proposal", answer.text)
                self.assertNotIn(self.order.name, answer.text)
                self.assertNotIn(self.order.plate, answer.text)
        gone = self.url_open(f"/my/service-proposals/999999999?access_token={foreign}")
        self.assertEqual(gone.status_code, 404)
        result = self._post(token=foreign)
        self.assertIn("does not lead", result["error"])
        self.assertEqual(self.proposal.state, "open")

    def test_jobs_of_others(self):
        """R1.6 R5.3: a job that is not of this proposal can not be answered with it."""
        stranger = self._quoted_order().job_ids
        answers = {**self._answers(), str(stranger.id): {"answer": "approved"}}
        self.assertIn("does not belong", self._post(answers=answers)["error"])
        self.assertEqual(stranger.state, "quoted")
        self.assertEqual(set(self.order.job_ids.mapped("state")), {"quoted"})

    def test_expired(self):
        """R1.6: an expired proposal says so and takes no answer."""
        self.proposal.valid_until = self._now() - timedelta(minutes=1)
        page = self.url_open(self.url).text
        self.assertIn("has expired", page)
        self.assertNotIn("answer_form", page)
        self.assertIn("can not be answered", self._post()["error"])

    def test_replaced(self):
        """R1.6: the link of an older version leads to the latest and takes no answer."""
        self._pads(self.order.job_ids[0]).price_unit = 1
        self.order.action_quote()
        newest = self.order.proposal_ids.sudo().sorted("version")[-1]
        page = self.url_open(self.url).text
        self.assertIn("was replaced", page)
        self.assertIn(f"/my/service-proposals/{newest.id}?access_token=", page)
        self.assertIn("can not be answered", self._post()["error"])
        self.assertTrue(self._post(newest).get("force_refresh"))

    def test_another_customer_by_now(self):
        """R5.3: the link of a former customer does not lead to the papers of the next."""
        self.order.partner_id = self.env["res.partner"].create({"name": "Next Customer"})
        self.order.action_quote()
        self.assertNotEqual(self.order.proposal_ids.sorted("version")[-1], self.proposal)
        page = self.url_open(self.url).text
        self.assertNotIn("Next Customer", page)
        self.assertNotIn("latest proposal", page)

    def test_bad_input(self):
        """R1.6: whatever is posted, the customer gets a word and no answer is half kept."""
        first, second = (str(job_id) for job_id in self.order.job_ids.ids)
        for answers in (
            {}, [], "x", 7, {first: "approved"}, {first: {}}, {first: {"answer": "yes"}},
            {first: {"answer": ["approved"]}}, {"x": {"answer": "approved"}},
            {first: {"answer": "open"}, second: {"answer": "open"}},
        ):
            with self.subTest(answers):
                self.assertIn("error", self._post(answers=answers))
        for name, signature in (
            ("", SIGNATURE), ("  ", SIGNATURE), (None, SIGNATURE), (["x"], SIGNATURE),
            ("Li", ""), ("Li", None), ("Li", "no picture"), ("Li", {"a": 1}), ("Li", "QUJD"),
        ):
            with self.subTest(name=name, signature=signature):
                self.assertIn("error", self._post(name=name, signature=signature))
        self.assertEqual(set(self.order.job_ids.mapped("state")), {"quoted"})
        odd = self._answers(followup_date="31.02.", reason="x" * 5000)
        self.assertTrue(self._post(answers=odd).get("force_refresh"))
        self.assertEqual(len(self.order.job_ids[1].decline_reason), 500)

    def test_rates_of_others(self):
        """R1.7: what the manufacturer pays stands there at no cost, without its prices."""
        self.order.job_ids[0].write(
            {"pay_type": "warranty", "payer_id": self.manufacturer.id}
        )
        self._pads(self.order.job_ids[0]).price_unit = 61.37
        self.order.action_quote()
        newest = self.order.proposal_ids.sudo().sorted("version")[-1]
        page = self.url_open(newest.get_portal_url()).text
        self.assertIn("At no cost to you", page)
        html = self.env["ir.actions.report"]._render_qweb_html(
            "service_advisor.service_proposal_report", newest.ids
        )[0].decode()
        for text in (page, html):
            self.assertNotIn("61.37", text)
            self.assertNotIn(self.manufacturer.name, text)

    @skipUnless(shutil.which("wkhtmltopdf"), "needs wkhtmltopdf")
    def test_pdf_by_link(self):
        """R1.7: the customer takes the proposal home as a PDF."""
        answer = self.url_open(self.proposal.get_portal_url(report_type="pdf"), timeout=60)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertIn("attachment", answer.headers["Content-Disposition"])

    def test_somebody_else_is_faster(self):
        """R1.6: an answer that meets an advisor at work on the job is repeated, not refused."""
        Job = type(self.order.job_ids)
        lock, tries = Job._lock, []

        def busy_at_first(jobs):
            tries.append(jobs)
            if len(tries) == 1:
                raise BusyError("Somebody else is changing it. Look again.")
            lock(jobs)

        with patch.object(Job, "_lock", busy_at_first), mute_logger("odoo.service.model"):
            result = self._post()
        self.assertTrue(result.get("force_refresh"), result)
        self.assertEqual(self.proposal.state, "answered")

    def test_odd_letters(self):
        """R1.6: a token in letters that no token has is a wrong one, and what no database keeps
        loses no answer."""
        path = self.url.split("?")[0]
        self.assertEqual(self.url_open(path + "?access_token=%C3%A9").status_code, 404)
        self.assertIn("does not lead", self._post(token="%C3%A9")["error"])
        result = self._post(answers=self._answers(reason="Too\0 much"), name="L\0i")
        self.assertTrue(result.get("force_refresh"), result)
        self.assertEqual(self.proposal.answered_by, "Li")
        self.assertEqual(self.order.job_ids[1].decline_reason, "Too much")
