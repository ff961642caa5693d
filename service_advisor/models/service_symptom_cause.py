from odoo import api, fields, models


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
    answer_count = fields.Integer(
        "Answers Pointing Here",
        compute="_compute_answer_count",
        help="How many of the customer's answers point to this cause.",
    )

    @api.depends("choice_ids")
    @api.depends_context("service_job_id")
    def _compute_answer_count(self):
        job = self._get_job()
        for cause in self:
            cause.answer_count = cause._count_answers(job)

    def _count_answers(self, job):
        return len(self.choice_ids & job.answer_ids.choice_id)

    def _get_job(self):
        """Return the job whose likely causes are looked at; the screens name it."""
        return self.env["service.job"].browse(self.env.context.get("service_job_id") or [])

    def action_propose(self):
        """Propose the operation of this cause on the job that is looked at.

        :raises UserError: naming the order whose work is over.
        """
        self._get_job()._propose_causes(self)
        return True
