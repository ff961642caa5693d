from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ServiceInspectionLine(models.Model):
    _inherit = "service.inspection.line"

    failed_job_id = fields.Many2one(
        "service.job",
        "Job to Redo",
        index="btree_not_null",
        help="Empty: a red item sends every inspected job back to work.",
    )

    @api.constrains("failed_job_id")
    def _check_failed_job(self):
        for line in self:
            if line.failed_job_id - line.inspection_id.job_ids:
                raise ValidationError(
                    self.env._(
                        "Job \"%(job)s\" is not among those that %(inspection)s is about.",
                        job=line.failed_job_id.display_name,
                        inspection=line.inspection_id.display_name,
                    )
                )

    def _get_redo_text(self):
        """Return item and finding, for the technician."""
        self.ensure_one()
        return f"{self.name}: {self._get_finding()}"
