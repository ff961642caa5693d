from odoo import api, models

from ..tools.pages import number_pages
from .service_report_kind import INSPECTOR, MANAGER

WIZARD = "service.survey.summary.wizard"
DOCUMENT = "service_advisor_quality.service_survey_summary_report"
RESULTS = "service_advisor_quality.group_survey_results"


class ServiceReportSatisfaction(models.AbstractModel):
    """The satisfaction summary: document and workbook are those of the surveys."""

    _name = "service.report.satisfaction"
    _inherit = "service.report.kind"
    _description = "Satisfaction Summary"

    _makers = _readers = (MANAGER, INSPECTOR, RESULTS, "service_advisor.group_advisor")

    @api.model
    def _prepare_wizard_vals(self, job):
        return {
            "date_from": job.date_from,
            "date_to": job.date_to,
            "company_id": job.company_id.id,
            "warehouse_ids": [(6, 0, job.warehouse_id.ids)],
        }

    @api.model
    def _make_document(self, job, facts):
        wizard = self.env[WIZARD].create(self._prepare_wizard_vals(job))
        content, _kind = self.env["ir.actions.report"]._render_qweb_pdf(DOCUMENT, wizard.ids)
        return number_pages(content)

    @api.model
    def _write_workbook(self, job, facts, target, on_rows=None, folder=None):
        wizard = self.env[WIZARD].new(self._prepare_wizard_vals(job))
        with open(target, "wb") as file:
            file.write(self.env["service.survey.sheet"]._make(wizard))
