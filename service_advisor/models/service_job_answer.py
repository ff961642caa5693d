from odoo import api, fields, models


class ServiceJobAnswer(models.Model):
    """What a customer answered to one question; the question is kept as it was asked."""

    _name = "service.job.answer"
    _description = "Customer's Answer to a Question"
    _order = "job_id, sequence, id"

    job_id = fields.Many2one("service.job", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(
        related="job_id.company_id", store=True, precompute=True, index=True
    )
    question_id = fields.Many2one(
        "service.symptom.question",
        "Asked From",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
    )
    sequence = fields.Integer(default=10, readonly=True)
    name = fields.Char("Question", required=True, readonly=True)
    kind = fields.Selection(
        [("choice", "One of the Answers"), ("text", "In Words")],
        default="text",
        required=True,
        readonly=True,
    )
    choice_id = fields.Many2one(
        "service.symptom.choice",
        "Answer",
        domain="[('question_id', '=', question_id)]",
        ondelete="set null",
    )
    text = fields.Char("In Words", help="The customer's own words.")
    answer = fields.Char("Answer in Full", compute="_compute_answer", store=True)

    # Not on the choice's name: what was answered stays as it was said.
    @api.depends("choice_id", "text")
    def _compute_answer(self):
        for answer in self:
            said = [answer.choice_id.name, answer.text]
            answer.answer = ": ".join(word for word in said if word) or False
