from odoo import fields, models

from .survey_question import SCORED


class SurveyUserInput(models.Model):
    """A low score is a complaint."""

    _inherit = "survey.user_input"

    service_complaint_id = fields.Many2one(
        "service.complaint", "Complaint", readonly=True, copy=False, index="btree_not_null"
    )

    def _after_service_answer(self):
        result = super()._after_service_answer()
        for answer in self:
            if answer._is_complaint():
                answer._open_complaint()
        return result

    def _is_complaint(self):
        """Hook: tell whether this answer, which opened none yet, is a complaint."""
        self.ensure_one()
        limit = self.service_company_id.service_survey_limit
        return 0 < self.service_score_overall <= limit and not self.service_complaint_id

    def _open_complaint(self):
        # The customer has no rights; the answer came by the link, and opens one complaint.
        complaints = self.env["service.complaint"].sudo()
        complaint = complaints._open_from(self, self._prepare_complaint_vals())
        self._keep({"service_complaint_id": complaint.id})

    def _prepare_complaint_vals(self):
        """Hook: return the values of the complaint this answer opens."""
        self.ensure_one()
        said = self.user_input_line_ids.filtered(
            lambda line: line.question_id.service_topic == "words" and not line.skipped
        )
        texts = [line.value_text_box or line.value_char_box for line in said]
        lang = self.service_advisor_id.lang or self.env.lang
        return {
            "channel": "survey",
            "order_id": self.service_order_id.id,
            "company_id": self.service_company_id.id,
            "partner_id": self.partner_id.id,
            "description": "\n".join([*texts, self.with_context(lang=lang)._describe_scores()]),
        }

    def _describe_scores(self):
        """Return the scores that were given, in words."""
        labels = self.env["survey.question"]._fields["service_topic"]._description_selection(
            self.env
        )
        labels = dict(labels)
        given = [(labels[topic], self[f"service_score_{topic}"]) for topic in SCORED]
        scores = ", ".join(f"{label} {score}/5" for label, score in given if score)
        return self.env._("Survey: %s", scores)
