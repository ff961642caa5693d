from odoo import api, fields, models
from odoo.fields import Command


class ServiceSymptomQuestion(models.Model):
    """What to ask a customer who reports a symptom."""

    _name = "service.symptom.question"
    _description = "Question about a Symptom"
    _order = "symptom_id, sequence, id"

    symptom_id = fields.Many2one("service.symptom", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="symptom_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("Question", required=True, translate=True)
    kind = fields.Selection(
        [("yes_no", "Yes or No"), ("choice", "One of the Answers"), ("text", "In Words")],
        "Answer Type",
        default="yes_no",
        required=True,
    )
    choice_ids = fields.One2many("service.symptom.choice", "question_id", "Answers", copy=True)

    @api.model_create_multi
    def create(self, vals_list):
        questions = super().create(vals_list)
        questions._add_yes_and_no()
        return questions

    def write(self, vals):
        result = super().write(vals)
        if "kind" in vals:
            self._add_yes_and_no()
        return result

    def _add_yes_and_no(self):
        """Give questions for yes or no their two answers, in every language that is used."""
        bare = self.filtered(lambda question: question.kind == "yes_no" and not question.choice_ids)
        if not bare:
            return
        bare.write({"choice_ids": [
            Command.create({"name": "Yes", "sequence": 1}),
            Command.create({"name": "No", "sequence": 2}),
        ]})
        for code, _name in self.env["res.lang"].get_installed():
            words = {
                "Yes": self.with_context(lang=code).env._("Yes"),
                "No": self.with_context(lang=code).env._("No"),
            }
            for source, choices in bare.choice_ids.grouped(
                lambda choice: "Yes" if choice.sequence == 1 else "No"
            ).items():
                choices.with_context(lang=code).name = words[source]

    def _prepare_answer_vals(self):
        """Return the copy of this question that a job keeps with its answer."""
        self.ensure_one()
        return {
            "question_id": self.id,
            "sequence": self.sequence,
            "name": self.name,
            "kind": "text" if self.kind == "text" else "choice",
        }
