from odoo import api, fields, models


class ServiceImprovementWhy(models.Model):
    """One why: its answer is what the next one asks about."""

    _name = "service.improvement.why"
    _description = "Why of an Improvement"
    _order = "improvement_id, sequence, id"
    _rec_name = "answer"

    improvement_id = fields.Many2one(
        "service.improvement", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="improvement_id.company_id", store=True, precompute=True, index=True
    )
    sequence = fields.Integer(default=10)
    question = fields.Char(compute="_compute_question")
    answer = fields.Char(required=True)

    @api.depends(
        "improvement_id.problem", "improvement_id.why_ids.answer",
        "improvement_id.why_ids.sequence",
    )
    def _compute_question(self):
        for improvement, whys in self.grouped("improvement_id").items():
            asked = improvement.problem
            for why in improvement.why_ids.sorted(lambda why: (why.sequence, why._origin.id)):
                if why in whys:
                    why.question = asked and self.env._("Why: %s?", asked.rstrip("?.!。？！"))
                asked = why.answer
            for why in whys - improvement.why_ids:  # not on its improvement yet
                why.question = asked and self.env._("Why: %s?", asked.rstrip("?.!。？！"))
