from odoo import fields, models

# The questionnaire that comes with the product.
DELIVERED = "service_advisor_quality.survey_service"


class ResCompany(models.Model):
    """How customers are asked and called after their visit."""

    _inherit = "res.company"

    service_survey_send = fields.Boolean(
        "Ask After the Visit", default=True, help="Send the survey after the hand-over by e-mail."
    )
    service_survey_id = fields.Many2one(
        "survey.survey",
        "Questionnaire",
        help="Empty: the questionnaire that is delivered with the product. What each question "
        "counts for is its \"Service Topic\".",
    )
    service_survey_delay = fields.Integer(
        "Survey After (days)", default=1, help="Days after the hand-over."
    )
    service_survey_pause = fields.Integer(
        "Survey Again After (days)",
        default=90,
        help="A customer is asked at most once in so many days, however often the car comes.",
    )
    service_survey_validity = fields.Integer(
        "Survey Open For (days)", default=14, help="Days for which a survey can be answered."
    )
    service_survey_limit = fields.Integer(
        "Complaint From Score",
        default=2,
        help="Surveys and calls whose score all in all (1 to 5) is this or less open a complaint. "
        "0: never.",
    )
    service_followup_user_id = fields.Many2one(
        "res.users",
        "Caller",
        help="Who makes the follow-up calls. Empty: the service advisor of the visit.",
    )
    service_followup_days = fields.Integer(
        "Call After (days)",
        default=3,
        help="Days after the hand-over to call the customer and ask how it was. 0: never.",
    )
    service_followup_attempts = fields.Integer(
        "Attempts",
        default=3,
        help="After so many calls without an answer the follow-up is given up.",
    )
    service_declined_days = fields.Integer(
        "Declined Work After (days)",
        default=30,
        help="Days after the hand-over to call about work that was declined, where the customer "
        "named no day. 0: never.",
    )
    service_maintenance_call = fields.Boolean(
        "Maintenance Due", default=True, help="Call customers whose car is due for maintenance."
    )
    service_lost_months = fields.Integer(
        "Lost After (months)",
        default=12,
        help="Months without a visit after which a customer is called to be won back. 0: never.",
    )

    _service_survey_limit_range = models.Constraint(
        "CHECK(service_survey_limit BETWEEN 0 AND 5)",
        "Scores go from 1 to 5; 0 opens no complaint.",
    )
    _service_asking_positive = models.Constraint(
        "CHECK(service_survey_delay >= 0 AND service_survey_pause >= 0 "
        "AND service_survey_validity > 0 AND service_followup_attempts > 0)",
        "Days are not negative, a survey is open for a day at least, and a call is tried once.",
    )

    def _get_service_survey(self):
        """Return the questionnaire of this company; those who send it need no right to it."""
        delivered = self.env["ir.model.data"]._xmlid_to_res_id(DELIVERED)
        return self.service_survey_id or self.service_survey_id.browse(delivered)
