from odoo import SUPERUSER_ID, http
from odoo.addons.service_advisor.exceptions import BusyError
from odoo.addons.service_advisor.tools.text import clean_text
from odoo.exceptions import UserError
from odoo.http import request, route
from odoo.tools import consteq

ANSWERS = ("yes", "no", "withdraw", "reopen")


class ServiceComplaintQuestionPortal(http.Controller):
    """The customer answers what we asked about a complaint, by its link and without an account.

    Looking at the page changes nothing: programs that check the links of an e-mail follow them
    too. An answer is one POST, and a question takes one.
    """

    def _find_question(self, question_id, access_token):
        """Return the question (with all rights) that the link leads to, else an empty set: a
        wrong or foreign token tells nothing. Drafts are nobody's to see."""
        Question = request.env["service.complaint.question"].with_user(SUPERUSER_ID)
        question = Question.browse(question_id).exists()
        token = question.access_token
        given = clean_text(str(access_token or "")).encode()  # only bytes compare in any script
        if not token or not question.sent_at or not consteq(token.encode(), given):
            return Question
        return question.with_context(lang=question._get_lang()).with_company(question.company_id)

    def _speak_to(self, question):
        """Go on in the customer's language."""
        lang = request.env["res.lang"]._get_data(code=question._get_lang())
        if lang:
            request.lang = lang
            request.update_context(lang=lang.code)

    def _not_found(self):
        return request.render(
            "service_advisor_quality.portal_complaint_not_found",
            {"no_breadcrumbs": True},
            status=404,
        )

    def _show(self, question, error=None):
        complaint = question.complaint_id
        ended = complaint.state in ("confirmed", "closed", "withdrawn")
        values = {
            "question": question,
            "complaint": complaint,
            "can_answer": question.state == "open" and not ended,
            "can_reopen": ended and not complaint.discarded_at,
            "error": error,
            "no_breadcrumbs": True,
            "page_name": "service_complaint_question",
        }
        return request.render("service_advisor_quality.portal_complaint_question", values)

    @route("/my/complaint-questions/<int:question_id>", type="http", auth="public", website=True)
    def portal_complaint_question(self, question_id, access_token=None, **kwargs):
        """Show a question about a complaint to whoever holds its link."""
        question = self._find_question(question_id, access_token)
        if not question:
            return self._not_found()
        self._speak_to(question)
        return self._show(question)

    @route(
        "/my/complaint-questions/<int:question_id>/answer",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def portal_complaint_answer(
        self, question_id, access_token=None, answer=None, words=None, **kwargs
    ):
        """Take the customer's answer: one of ``ANSWERS``, with words."""
        question = self._find_question(question_id, access_token)
        if not question:
            return self._not_found()
        self._speak_to(question)
        words = clean_text(str(words or "")).strip()[:2000]
        try:
            with request.env.cr.savepoint():
                self._take(question, answer, words)
        except BusyError:
            raise  # Odoo repeats the request
        except UserError as error:
            return self._show(question, str(error))
        return request.redirect(question.get_portal_url())

    def _take(self, question, answer, words):
        """Take the step that ``answer`` is.

        :raises UserError: where it can not be taken, in words for the customer.
        """
        complaint = question.complaint_id
        env = complaint.env
        complaint._lock()
        ended = complaint.state in ("confirmed", "closed", "withdrawn")
        if answer not in ANSWERS or ended != (answer == "reopen"):
            raise UserError(env._("This was answered already. Please reload the page."))
        if answer != "yes" and not words:
            raise UserError(env._("Please tell us why, in a few words."))
        if answer == "reopen":
            complaint._reopen_for(words, "portal")
            return
        if question.state != "open":
            raise UserError(
                env._("This can not be answered any more. Please use our latest message.")
            )
        if answer == "withdraw":
            complaint._withdraw("portal", words)
        elif question.kind == "offer":
            complaint._answer_offer(answer, "portal", words)
        elif answer == "yes":
            complaint._confirm("portal", words)
        else:
            question._answer("no", "portal", words)
            complaint._reopen_for(words, "portal")
