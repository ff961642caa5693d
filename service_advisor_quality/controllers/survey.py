from odoo import http
from odoo.addons.survey.controllers.main import Survey
from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ServiceSurvey(Survey):
    """What customers can say about being asked, by the link in their e-mail."""

    def _find_service_answer(self, survey_token, answer_token):
        """Return the answer of the two tokens, without a survey where they name none of ours."""
        _survey, answer = self._fetch_from_access_token(survey_token, answer_token)
        return answer.filtered("service_order_id")

    @http.route(
        "/service/survey/stop/<string:survey_token>/<string:answer_token>",
        type="http", auth="public", website=True, methods=["GET"], sitemap=False,
    )
    def service_survey_stop(self, survey_token, answer_token):
        """Ask the customer whether to be asked no more: mail scanners follow links, too."""
        answer = self._find_service_answer(survey_token, answer_token)
        if not answer:
            raise request.not_found()
        return self._render_stop(answer)

    @http.route(
        "/service/survey/stop/<string:survey_token>/<string:answer_token>",
        type="http", auth="public", website=True, methods=["POST"], sitemap=False,
    )
    def service_survey_stopped(self, survey_token, answer_token, **_post):
        """Keep that the customer wants no more surveys."""
        answer = self._find_service_answer(survey_token, answer_token)
        if not answer:
            raise request.not_found()
        answer.partner_id._record_consent(
            "survey", "withdrawn", "survey", evidence=answer.survey_id.title
        )
        return self._render_stop(answer)

    def _render_stop(self, answer):
        lang = answer.lang_id.code or request.env.lang
        answer = answer.with_context(lang=lang)
        values = {
            "answer": answer,
            "survey": answer.survey_id,
            "company": answer.service_company_id,
            "is_stopped": answer.partner_id.service_no_survey,
        }
        return request.render("service_advisor_quality.survey_stop", values)

    @http.route(
        "/service/survey/summary/<int:wizard_id>", type="http", auth="user", methods=["GET"],
        readonly=True,
    )
    def service_survey_summary(self, wizard_id):
        """Send the summary that a user of the wizard asked for, as a workbook."""
        wizard = request.env["service.survey.summary.wizard"].browse(wizard_id).exists()
        # Whose dialog it was, its owner need not be able to read.
        if not wizard or wizard.sudo().create_uid != request.env.user:
            raise request.not_found()
        content = request.env["service.survey.sheet"]._make(wizard)
        name = content_disposition(f"{wizard._get_file_name()}.xlsx")
        headers = [("Content-Type", XLSX), ("Content-Disposition", name)]
        return request.make_response(content, headers)
