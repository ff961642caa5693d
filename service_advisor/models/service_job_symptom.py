from odoo import api, fields, models
from odoo.fields import Command


class ServiceJob(models.Model):
    """The symptom guide on a job: questions, answers and likely causes."""

    _inherit = "service.job"

    symptom_id = fields.Many2one(
        "service.symptom", check_company=True, help="Brings the questions to ask the customer."
    )
    answer_ids = fields.One2many(
        "service.job.answer",
        "job_id",
        "Questions",
        compute="_compute_answer_ids",
        store=True,
        readonly=False,
    )
    cause_ids = fields.Many2many(
        "service.symptom.cause", compute="_compute_cause_ids", string="Likely Causes"
    )
    likely_cause_ids = fields.Many2many(
        "service.symptom.cause",
        compute="_compute_cause_ids",
        string="Causes the Answers Point To",
    )
    proposed_cause_ids = fields.Many2many(
        "service.symptom.cause",
        compute="_compute_proposed_cause_ids",
        string="Causes Looked Into",
    )
    skill_id = fields.Many2one(related="operation_id.skill_id")

    @api.depends("symptom_id")
    def _compute_answer_ids(self):
        """Bring the questions of the symptom; answers given to another one stay."""
        for job in self:
            questions = job.symptom_id.question_ids
            stale = job.answer_ids.filtered(
                lambda answer, asked=questions: answer.question_id not in asked
                and not answer.answer
            )
            new = questions - job.answer_ids.question_id
            job.answer_ids = [Command.delete(answer.id) for answer in stale] + [
                Command.create(question._prepare_answer_vals()) for question in new
            ]

    @api.depends("symptom_id", "answer_ids.choice_id")
    def _compute_cause_ids(self):
        """Put those first that the most answers point to."""
        for job in self:
            causes = job.symptom_id.cause_ids
            points = {cause: cause._count_answers(job) for cause in causes}
            job.cause_ids = causes.sorted(lambda cause, points=points: -points[cause])
            job.likely_cause_ids = causes.filtered(lambda cause, points=points: points[cause])

    @api.depends("symptom_id", "operation_id", "order_id.job_ids.operation_id")
    def _compute_proposed_cause_ids(self):
        """Those whose operation is on the order already."""
        for job in self:
            job.proposed_cause_ids = job.symptom_id.cause_ids.filtered(
                lambda cause, order=job.order_id: order._find_open_job(cause.operation_id)
            )

    def _propose_causes(self, causes):
        """Make the operations of ``causes`` jobs of this job's order, each once: the first on
        this job where it has no operation yet.

        :raises UserError: naming the order whose work is over.
        """
        self.ensure_one()
        self.order_id._check_can_propose()
        missing = causes.operation_id.filtered(
            lambda operation: not self.order_id._find_open_job(operation)
        )
        if missing and not self.operation_id and self.state in ("proposed", "quoted"):
            self.operation_id, missing = missing[0], missing[1:]
        self.create(
            [
                {
                    "order_id": self.order_id.id,
                    "concern": self.concern,
                    "symptom_id": False,
                    "operation_id": operation.id,
                }
                for operation in missing
            ]
        )
