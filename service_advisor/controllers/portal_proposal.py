import binascii
from datetime import date

from odoo import SUPERUSER_ID, http
from odoo.exceptions import UserError, ValidationError
from odoo.http import request, route
from odoo.tools import consteq
from odoo.tools.image import base64_to_image

from ..exceptions import BusyError
from ..tools.text import clean_text

ANSWERS = ("approved", "declined", "open")


class ServiceProposalPortal(http.Controller):
    """The customer answers a proposal, job by job, by its link and without an account.

    Looking at the page changes nothing: programs that check the links of an e-mail follow
    them too. An answer is one POST, and a proposal takes one.
    """

    def _find(self, proposal_id, access_token):
        """Return the proposal (with all rights) that the link leads to, else an empty set: a
        wrong, foreign or old token tells nothing, not even that there is such a proposal."""
        proposal = request.env["service.proposal"].with_user(SUPERUSER_ID).browse(proposal_id)
        token = proposal.exists().access_token
        given = clean_text(str(access_token or "")).encode()  # only bytes compare in any script
        if not token or not consteq(token.encode(), given):
            return proposal.browse()
        lang = proposal.lang
        return proposal.with_context(lang=lang).with_company(proposal.company_id)

    def _speak_to(self, proposal):
        """Go on in the customer's language, also the scripts of the page, which ask for their
        words in the language of the cookie."""
        lang = request.env["res.lang"]._get_data(code=proposal.lang)
        if lang:
            request.lang = lang
            request.update_context(lang=lang.code)
            request.future_response.set_cookie("frontend_lang", lang.code)

    def _not_found(self):
        return request.render(
            "service_advisor.portal_proposal_not_found", {"no_breadcrumbs": True}, status=404
        )

    @route("/my/service-proposals/<int:proposal_id>", type="http", auth="public", website=True)
    def portal_service_proposal(
        self, proposal_id, access_token=None, report_type=None, download=False, **kwargs
    ):
        """Show one version of a proposal to whoever holds its link."""
        proposal = self._find(proposal_id, access_token)
        if not proposal:
            return self._not_found()
        if report_type == "pdf":
            return self._get_document(proposal)
        self._speak_to(proposal)
        values = {
            "proposal": proposal,
            "order": proposal.order_id,
            "newer": proposal._get_newer(),
            "lines": proposal.line_ids,
            "tz": proposal.order_id._get_shop_tz(),
            "today": date.today().isoformat(),
            "no_breadcrumbs": True,
            "page_name": "service_proposal",
        }
        return request.render("service_advisor.portal_service_proposal", values)

    def _get_document(self, proposal):
        """Return the filed PDF of an answered proposal, else one printed now."""
        pdf = proposal.document_id.raw
        if not pdf:
            report = request.env["ir.actions.report"].with_user(SUPERUSER_ID)
            pdf = report.with_company(proposal.company_id)._render_qweb_pdf(
                "service_advisor.service_proposal_report", proposal.ids
            )[0]
        name = f"{proposal._get_report_base_filename()}.pdf"
        return request.make_response(
            pdf,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Length", len(pdf)),
                ("Content-Disposition", http.content_disposition(name)),
            ],
        )

    @route(
        "/my/service-proposals/<int:proposal_id>/answer",
        type="jsonrpc",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def portal_answer(
        self, proposal_id, access_token=None, answers=None, name=None, signature=None, **kwargs
    ):
        """Take the answer of a customer.

        :param answers: ``{job id as text: {"answer": "approved", "declined" or "open",
            "reason", "followup_date": "YYYY-MM-DD"}}``.
        :return: ``{"force_refresh", "redirect_url"}``, or ``{"error": words for the customer}``.
        """
        access_token = access_token or request.httprequest.args.get("access_token")
        proposal = self._find(proposal_id, access_token)
        if not proposal:
            return {"error": request.env._("This link does not lead to a proposal.")}
        self._speak_to(proposal)
        try:
            given = self._read_answers(proposal, answers)
            self._check_person(name, signature)
            with request.env.cr.savepoint():
                proposal._answer_on_portal(given, clean_text(name).strip(), signature)
        except BusyError:
            raise  # Odoo repeats the request
        except (UserError, ValidationError) as error:
            return {"error": str(error)}
        return {"force_refresh": True, "redirect_url": proposal.get_portal_url()}

    def _check_person(self, name, signature):
        """Raise where nobody signed."""
        env = request.env
        if not isinstance(name, str) or not clean_text(name).strip():
            raise UserError(env._("Please write your name."))
        try:
            base64_to_image(signature)
        except (UserError, TypeError, ValueError, AttributeError, binascii.Error) as error:
            raise UserError(env._("Please sign.")) from error

    def _read_answers(self, proposal, answers):
        """Return ``{service.job: {"answer", "decline_reason", "followup_date"}}`` of what was
        posted.

        :raises UserError: where an answer is about another proposal or makes no sense.
        """
        env = request.env
        jobs = {str(line.job_id.id): line.job_id for line in proposal.line_ids}
        given = {}
        for key, answer in (answers if isinstance(answers, dict) else {}).items():
            if key not in jobs or not isinstance(answer, dict):
                raise UserError(env._("This answer does not belong to this proposal."))
            if answer.get("answer") not in ANSWERS:
                raise UserError(env._("Please answer yes, no or later for each job."))
            try:
                wanted = date.fromisoformat(answer.get("followup_date") or "")
            except (TypeError, ValueError):
                wanted = False
            given[jobs[key]] = {
                "answer": answer["answer"],
                "decline_reason": clean_text(str(answer.get("reason") or "")).strip()[:500],
                "followup_date": wanted,
            }
        return given
