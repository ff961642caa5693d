from odoo import api, fields, models


class ServiceSymptomChoice(models.Model):
    """One possible answer to a question about a symptom."""

    _name = "service.symptom.choice"
    _description = "Answer to Choose"
    _order = "question_id, sequence, id"

    question_id = fields.Many2one(
        "service.symptom.question", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="question_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("Answer", required=True, translate=True)

    @api.depends("name", "question_id.name")
    @api.depends_context("lang", "show_question")
    def _compute_display_name(self):
        """Where answers of several questions are offered, the question stands before each."""
        for choice in self:
            choice.display_name = choice.name
            if self.env.context.get("show_question"):
                choice.display_name = f"{choice.question_id.name} {choice.name}"
