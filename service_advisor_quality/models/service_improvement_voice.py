from odoo import fields, models


class ServiceImprovement(models.Model):
    """What is learnt from the words of customers: complaints and answers to surveys."""

    _inherit = "service.improvement"

    source = fields.Selection(
        selection_add=[("complaint", "Complaint"), ("survey", "Survey Answer"), ("manual",)],
        ondelete={"complaint": "set manual", "survey": "set manual"},
    )
    complaint_id = fields.Many2one(
        "service.complaint", readonly=True, index="btree_not_null", copy=False,
        check_company=True,
    )
    answer_id = fields.Many2one(
        "survey.user_input", "Survey Answer", readonly=True, index="btree_not_null", copy=False
    )

    _complaint_uniq = models.UniqueIndex(
        "(complaint_id) WHERE complaint_id IS NOT NULL AND state != 'cancelled'",
        "Somebody has just begun an improvement of this complaint. Reload it and open that one.",
    )
    _answer_uniq = models.UniqueIndex(
        "(answer_id) WHERE answer_id IS NOT NULL AND state != 'cancelled'",
        "Somebody has just begun an improvement of this answer. Reload it and open that one.",
    )

    def _get_source_fields(self):
        return super()._get_source_fields() | {
            "service.complaint": "complaint_id",
            "service.survey.result": "answer_id",
        }

    def _prepare_from_service_complaint(self, complaint):
        if complaint.discarded_at:
            complaint._refuse(self.env._("It was discarded and is no complaint."))
        return {
            **self._prepare_common_vals(complaint.order_id.job_ids),
            "company_id": complaint.company_id.id,
            "order_id": complaint.order_id.id,
            "source": "complaint",
            "complaint_id": complaint.id,
            "severity": complaint.severity,
            "problem": self.env._(
                "Complaint: %s", complaint.category_id.name or complaint.name
            ),
            "details": complaint.description,
            "root_cause": complaint.root_cause,
        }

    def _prepare_from_service_survey_result(self, answer):
        words = answer.words or answer.display_name
        return {
            **self._prepare_common_vals(answer.order_id.job_ids),
            "company_id": answer.company_id.id,
            "order_id": answer.order_id.id,
            "source": "survey",
            "answer_id": answer.id,
            "problem": self.env._("Survey: %s", words.splitlines()[0][:80]),
            "details": answer.words,
        }
