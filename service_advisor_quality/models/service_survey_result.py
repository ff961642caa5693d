from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime

from ..tools.satisfaction import SATISFIED
from .survey_user_input import RECOMMEND_KINDS

# The column of the scores is read as "no answer" where it holds 0.
SCORES = {
    "overall": "service_score_overall",
    "advisor_score": "service_score_advisor",
    "quality": "service_score_quality",
    "price": "service_score_price",
    "time_kept": "service_score_time",
    "cleanliness": "service_score_cleanliness",
}
INSIDERS = "service_advisor.group_reception,service_advisor.group_seat"


class ServiceSurveyResult(models.Model):
    """Every survey that was sent, with its scores; who the customer is only where the customer
    agrees. What marketing sees, and what the summary is reckoned from.

    CSAT: ``is_satisfied`` ÷ ``is_valid``; NPS by ``recommend_kind``; response rate: ``is_answered``
    ÷ all, each by the day the survey was sent.
    """

    _name = "service.survey.result"
    _description = "Survey of a Visit"
    _inherit = ["service.improvable.mixin"]
    _auto = False
    _order = "sent_at desc, id desc"
    _depends = {
        "survey.user_input": [
            "service_order_id", "service_company_id", "service_warehouse_id",
            "service_advisor_id", "service_recommend_kind", "service_score_recommend",
            "service_words", "service_complaint_id", "state", "end_datetime", "deadline",
            "test_entry", "create_date", *SCORES.values(),
        ],
        "service.order": ["vehicle_id", "partner_id"],
        "service.vehicle": ["model_id"],
        "res.partner": ["name", "phone", "email", "service_shares_results"],
    }

    sent_at = fields.Datetime("Sent On", readonly=True)
    answered_at = fields.Datetime("Answered On", readonly=True)
    open_until = fields.Datetime(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", "Branch", readonly=True)
    advisor_id = fields.Many2one("res.users", "Service Advisor", readonly=True)
    model_id = fields.Many2one("fleet.vehicle.model", readonly=True)
    order_id = fields.Many2one("service.order", readonly=True, groups=INSIDERS)
    complaint_id = fields.Many2one("service.complaint", readonly=True, groups=INSIDERS)
    is_answered = fields.Boolean("Answered", readonly=True)
    is_valid = fields.Boolean("Has a Score", readonly=True)
    is_satisfied = fields.Boolean("Satisfied", readonly=True, help="4 or 5, all in all.")
    is_low = fields.Boolean("Unhappy", readonly=True, help="1 or 2, all in all.")
    answer_count = fields.Integer("Answers", readonly=True)
    overall = fields.Integer("All in All", readonly=True, aggregator="avg")
    advisor_score = fields.Integer("Advisor's Score", readonly=True, aggregator="avg")
    quality = fields.Integer(readonly=True, aggregator="avg")
    price = fields.Integer(readonly=True, aggregator="avg")
    time_kept = fields.Integer(readonly=True, aggregator="avg")
    cleanliness = fields.Integer(readonly=True, aggregator="avg")
    recommend = fields.Integer("Recommendation", readonly=True, aggregator="avg")
    recommend_kind = fields.Selection(RECOMMEND_KINDS, "Would Recommend", readonly=True)
    words = fields.Text("Customer's Words", readonly=True)
    partner_name = fields.Char("Customer", readonly=True, help="Only where the customer agrees.")
    partner_phone = fields.Char("Phone", readonly=True)
    partner_email = fields.Char("E-mail", readonly=True)

    @api.depends("sent_at", "advisor_id")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for result in self:
            day = format_datetime(self.env, result.sent_at, dt_format="short")
            result.display_name = f"{result.advisor_id.name}, {day}"

    @property
    def _table_query(self):
        # A survey has a visit, a visit a car and a customer. Joined to the left, they are only
        # read where their columns are asked for: figures are counted of the answers alone.
        return SQL(
            """SELECT %(columns)s
                 FROM survey_user_input answer
                 LEFT JOIN service_order visit ON visit.id = answer.service_order_id
                 LEFT JOIN service_vehicle car ON car.id = visit.vehicle_id
                 LEFT JOIN res_partner customer ON customer.id = visit.partner_id
                WHERE answer.service_order_id IS NOT NULL AND answer.test_entry IS NOT TRUE""",
            columns=SQL(", ").join(
                SQL("%s AS %s", expression, SQL.identifier(name))
                for name, expression in self._get_columns().items()
            ),
        )

    @api.model
    def _get_columns(self):
        """Hook: return ``{field: SQL}``, by the tables ``answer``, ``visit``, ``car`` and
        ``customer``."""
        done = SQL("answer.state = 'done'")
        overall = SQL("COALESCE(answer.service_score_overall, 0)")
        columns = {
            "id": SQL("answer.id"),
            "sent_at": SQL("answer.create_date"),
            "answered_at": SQL("CASE WHEN %s THEN answer.end_datetime END", done),
            "open_until": SQL("answer.deadline"),
            "company_id": SQL("answer.service_company_id"),
            "warehouse_id": SQL("answer.service_warehouse_id"),
            "advisor_id": SQL("answer.service_advisor_id"),
            "model_id": SQL("car.model_id"),
            "order_id": SQL("visit.id"),
            "complaint_id": SQL("answer.service_complaint_id"),
            "is_answered": done,
            "is_valid": SQL("%s > 0", overall),
            "is_satisfied": SQL("%s >= %s", overall, SATISFIED),
            "is_low": SQL("%s BETWEEN 1 AND 2", overall),
            "answer_count": SQL("CASE WHEN %s THEN 1 ELSE 0 END", done),
            "recommend": SQL(
                "CASE WHEN answer.service_recommend_kind IS NOT NULL "
                "THEN answer.service_score_recommend END"
            ),
            "recommend_kind": SQL("answer.service_recommend_kind"),
            "words": SQL("NULLIF(answer.service_words, '')"),
        }
        for name, column in SCORES.items():
            columns[name] = SQL("NULLIF(%s, 0)", SQL.identifier("answer", column))
        for name in ("name", "phone", "email"):
            columns[f"partner_{name}"] = SQL(
                "CASE WHEN customer.service_shares_results THEN %s END",
                SQL.identifier("customer", name),
            )
        return columns

    # ---- for the people of the shop -------------------------------------------------------

    def action_view_order(self):
        """Open the visit this survey is about."""
        return self.order_id._get_records_action()

    @api.model
    def _get_satisfied_domain(self, company, start, end):
        """Return ``(numerator, denominator)`` of CSAT as domains: surveys of ``company`` that
        were sent from ``start`` until before ``end``, UTC."""
        valid = (
            Domain("company_id", "=", company.id)
            & Domain("sent_at", ">=", start)
            & Domain("sent_at", "<", end)
            & Domain("is_valid", "=", True)
        )
        return valid & Domain("is_satisfied", "=", True), valid
