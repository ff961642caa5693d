from odoo import http
from odoo.tests import HttpCase, tagged

from .test_complaint_handling import ComplaintHandlingCommon


@tagged("post_install", "-at_install")
class TestPortalComplaintQuestion(HttpCase, ComplaintHandlingCommon):
    """The customer's answers by the link, without an account."""

    def setUp(self):
        super().setUp()
        self.complaint = self._analysed()
        self.remedy = self._add_remedy(self.complaint)
        self.question = self._propose(self.complaint).sudo()
        self.authenticate(None, None)

    def _get(self, question, token=None):
        url = question.get_portal_url()
        if token is not None:
            url = f"{url.split('?')[0]}?access_token={token}"
        return self.url_open(url)

    def _post(self, question, answer, words="", token=None):
        self._get(question)  # begins the session that the form belongs to
        answer = self.url_open(
            f"/my/complaint-questions/{question.id}/answer",
            data={
                "csrf_token": http.Request.csrf_token(self),
                "access_token": token if token is not None else question.access_token,
                "answer": answer,
                "words": words,
            },
        )
        self.env.invalidate_all()
        return answer

    def test_answers_by_link(self):
        """R4.2: accepts, confirms and reopens by links; each takes one answer."""
        page = self._get(self.question).text
        self.assertIn("The brakes squeal again", page)
        self.assertIn("Old clips were fitted again", page)
        self.assertIn("Thank you, we have", self._post(self.question, "yes", "Fine").text)
        self.assertTrue(self.complaint.accepted_at)
        self.assertEqual(self.question.answer_words, "Fine")
        self.assertFalse(self.question.taken_by_id)
        self._post(self.question, "no", "Changed my mind")
        self.assertEqual(self.question.answer, "yes")
        self.remedy.action_done()
        self.complaint.action_resolve()
        self.complaint.action_ask_confirmation()
        asked = self.complaint.open_question_id.sudo()
        self.assertEqual(asked.kind, "confirmation")
        self._post(asked, "yes")
        self.assertEqual(self.complaint.state, "confirmed")
        self.complaint.action_close()
        self.assertIn("in a few words", self._post(asked, "reopen").text)
        self._post(asked, "reopen", "It squeals again")
        self.assertEqual(self.complaint.reopen_count, 1)

    def test_withdrawn_and_refused_by_link(self):
        """R4.2: a refusal and a withdrawal need words, and are kept with them."""
        self.assertIn("in a few words", self._post(self.question, "no").text)
        self.assertEqual(self.question.state, "open")
        self._post(self.question, "withdraw", "It was the radio")
        self.assertEqual(self.complaint.state, "withdrawn")
        self.assertEqual(self.complaint.withdrawn_via, "portal")
        self.assertFalse(self.complaint.step_ids[-1:].user_id)
        self.assertIn("You have withdrawn", self._get(self.question).text)

    def test_foreign_links(self):
        """R4.2 R5.3: wrong and foreign tokens, drafts, and programs that follow links."""
        other = self._analysed(description="Another car")
        foreign = self._propose(other).sudo()._portal_ensure_token()
        for token in ("", "x", "é", foreign):
            answer = self._get(self.question, token)
            self.assertEqual(answer.status_code, 404)
            self.assertNotIn(self.complaint.name, answer.text)
            answer = self._post(self.question, "yes", token=token)
            self.assertEqual(answer.status_code, 404)
        self.url_open(f"/my/complaint-questions/{self.question.id}/answer")
        self._get(self.question)
        self.assertEqual(self.question.state, "open")
        draft = self.env["service.complaint.question"].create({"complaint_id": other.id})
        self.assertEqual(self._get(draft).status_code, 404)
