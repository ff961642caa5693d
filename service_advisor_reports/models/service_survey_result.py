from odoo import api, fields, models
from odoo.tools import SQL

from .service_ratio_mixin import Ratio


class ServiceSurveyResult(models.Model):
    """Satisfaction, recommendation and response rate in pivot tables and charts."""

    _name = "service.survey.result"
    _inherit = ["service.survey.result", "service.ratio.mixin"]

    sent_count = fields.Integer("Surveys Sent", readonly=True)
    valid_count = fields.Integer("Valid Answers", readonly=True)
    satisfied_count = fields.Integer("Satisfied Customers", readonly=True)
    rated_count = fields.Integer("Answers on Recommending", readonly=True)
    promoter_points = fields.Integer(
        readonly=True, help="100 for each promoter, -100 for each detractor."
    )
    csat = fields.Float(
        "Satisfaction", readonly=True, aggregator="avg", help="Scores of 4 or 5 ÷ valid answers."
    )
    response_rate = fields.Float(
        readonly=True, aggregator="avg", help="Surveys answered ÷ surveys sent."
    )
    nps = fields.Float(
        "Net Promoter Score",
        readonly=True,
        aggregator="avg",
        help="Share of 9 and 10 − share of 0 to 6, of those who said whether they recommend us: "
        "from -100 to 100.",
    )

    @api.model
    def _get_columns(self):
        columns = super()._get_columns()
        rated = SQL("answer.state = 'done' AND answer.service_recommend_kind IS NOT NULL")
        points = SQL(
            """CASE WHEN %s THEN CASE answer.service_recommend_kind
                WHEN 'promoter' THEN 100 WHEN 'detractor' THEN -100 ELSE 0 END ELSE 0 END""",
            rated,
        )
        return columns | {
            "sent_count": SQL("1"),
            "valid_count": SQL("(%s)::int", columns["is_valid"]),
            "satisfied_count": SQL("(%s)::int", columns["is_satisfied"]),
            "rated_count": SQL("(%s)::int", rated),
            "promoter_points": points,
        }

    @property
    def _table_query(self):
        return self._add_ratios(super()._table_query)

    @api.model
    def _get_ratios(self):
        return {
            "csat": Ratio("satisfied_count", "valid_count"),
            "response_rate": Ratio("answer_count", "sent_count"),
            "nps": Ratio("promoter_points", "rated_count"),
        }
