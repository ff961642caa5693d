from odoo import fields, models


class ServiceSymptomCause(models.Model):
    """What a symptom may come from, and the operation that finds or mends it."""

    _name = "service.symptom.cause"
    _description = "Likely Cause"
    _order = "symptom_id, sequence, id"
    _check_company_auto = True

    symptom_id = fields.Many2one("service.symptom", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="symptom_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("Cause", required=True, translate=True)
    operation_id = fields.Many2one("service.operation", required=True, check_company=True)
    choice_ids = fields.Many2many(
        "service.symptom.choice",
        string="Pointed To By",
        domain="[('question_id.symptom_id', '=', symptom_id)]",
        help="Answers that make this cause likelier. Each one moves it up.",
    )

    def _count_answers(self, job):
        """Return how many of the customer's answers on ``job`` point to this cause."""
        return len(self.choice_ids & job.answer_ids.choice_id)

    def action_propose(self):
        """Propose the operation of this cause on the job that the screen names.

        :raises UserError: naming the order whose work is over.
        """
        job = self.env["service.job"].browse(self.env.context["service_job_id"])
        job._propose_causes(self)
        return True
