from odoo import api, fields, models

from ..tools.satisfaction import recommend_kind
from ..tools.words import scrub
from .survey_question import SCORED

RECOMMEND_KINDS = [
    ("promoter", "Promoter (9-10)"),
    ("passive", "Passive (7-8)"),
    ("detractor", "Detractor (0-6)"),
]


class SurveyUserInput(models.Model):
    """What a customer says about a visit: asked once, answered once, scored when it is finished."""

    _name = "survey.user_input"
    _inherit = ["service.kept.mixin", "survey.user_input"]
    _kept_fields = frozenset(
        {
            "service_order_id",
            "service_company_id",
            "service_warehouse_id",
            "service_advisor_id",
            "service_complaint_id",
            "service_score_recommend",
            "service_recommend_kind",
            "service_words",
            *(f"service_score_{topic}" for topic in SCORED),
        }
    )

    service_order_id = fields.Many2one(
        "service.order", readonly=True, copy=False, ondelete="cascade", index="btree_not_null"
    )
    # As they were when the customer was asked: an order may change its advisor afterwards.
    service_company_id = fields.Many2one(
        "res.company", readonly=True, copy=False, index="btree_not_null"
    )
    service_warehouse_id = fields.Many2one(
        "stock.warehouse", "Branch", readonly=True, copy=False, index="btree_not_null"
    )
    service_advisor_id = fields.Many2one(
        "res.users", readonly=True, copy=False, index="btree_not_null"
    )
    # 1 to 5; 0 is no answer.
    service_score_overall = fields.Integer("All in All", readonly=True, copy=False)
    service_score_advisor = fields.Integer("Score of the Advisor", readonly=True, copy=False)
    service_score_quality = fields.Integer("Quality of the Work", readonly=True, copy=False)
    service_score_price = fields.Integer("Price", readonly=True, copy=False)
    service_score_time = fields.Integer("Time Kept", readonly=True, copy=False)
    service_score_cleanliness = fields.Integer("Cleanliness", readonly=True, copy=False)
    # 0 to 10; whether it is an answer, the kind says.
    service_score_recommend = fields.Integer("Recommendation", readonly=True, copy=False)
    service_recommend_kind = fields.Selection(
        RECOMMEND_KINDS, "Would Recommend", readonly=True, copy=False
    )
    service_words = fields.Text(
        "Customer's Words",
        readonly=True,
        copy=False,
        help="Without telephone numbers, addresses and names.",
    )

    # Surveys are counted by the day they were sent.
    _service_sent_idx = models.Index(
        "(service_company_id, create_date) WHERE service_company_id IS NOT NULL"
    )
    _service_order_uniq = models.UniqueIndex(
        "(service_order_id) WHERE service_order_id IS NOT NULL",
        "The customer of this order was asked already.",
    )

    def _mark_done(self):
        asked = self.filtered(lambda answer: answer.service_order_id and answer.state != "done")
        for answer in asked:
            # Written together with the end of the survey, in one go.
            answer._keep(answer._prepare_score_vals())
        result = super()._mark_done()
        asked._after_service_answer()
        return result

    def _prepare_score_vals(self):
        """Hook: return the values to be kept of a finished answer."""
        self.ensure_one()
        vals = {}
        for line in self.user_input_line_ids:
            topic = line.question_id.service_topic
            if not topic or line.skipped:
                continue
            if topic == "words":
                said = line.value_text_box or line.value_char_box
                vals["service_words"] = scrub(said, self._get_names())
            elif topic == "recommend":
                score = self._get_score(line)
                vals["service_score_recommend"] = score
                vals["service_recommend_kind"] = recommend_kind(score)
            else:
                vals[f"service_score_{topic}"] = self._get_score(line)
        return vals

    @api.model
    def _get_score(self, line):
        """Return the number given on ``line``: a scale, or the number typed in."""
        if line.answer_type == "numerical_box":
            return int(line.value_numerical_box)
        return line.value_scale

    def _get_names(self):
        """Return what would tell who has answered: name, plate and VIN."""
        order = self.service_order_id
        names = {self.partner_id.name, order.plate, order.vehicle_id.vin}
        names.update(part for part in (self.partner_id.name or "").split() if len(part) > 1)
        return names

    def _get_service_sender(self):
        """Return the address that the survey comes from."""
        self.ensure_one()
        return self.service_company_id.email_formatted or self.service_order_id._get_sender()

    def _get_stop_url(self):
        """Return where the customer can say that this was the last survey."""
        self.ensure_one()
        return f"/service/survey/stop/{self.survey_id.access_token}/{self.access_token}"

    def _after_service_answer(self):
        """Hook: called once customers have answered about their visit."""
