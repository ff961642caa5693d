from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class ServiceSurveySummaryWizard(models.TransientModel):
    """Which surveys are summarised: period, branch, advisors."""

    _name = "service.survey.summary.wizard"
    _description = "Summarise Surveys"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: self._get_last_month(),
    )
    date_to = fields.Date(
        "To",
        required=True,
        default=lambda self: self._get_last_month() + relativedelta(months=1, days=-1),
    )
    warehouse_ids = fields.Many2many(
        "stock.warehouse", string="Branches", check_company=True, help="Empty: all of them."
    )
    advisor_ids = fields.Many2many(
        "res.users",
        string="Service Advisors",
        help="Empty: all of them.",
        domain=[("share", "=", False)],
    )

    @api.model
    def _get_last_month(self):
        """Return the first day of the month that is over."""
        return fields.Date.context_today(self).replace(day=1) - relativedelta(months=1)

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for wizard in self:
            if wizard.date_from > wizard.date_to:
                raise ValidationError(
                    self.env._("The period ends before it begins: change one of the two days.")
                )

    def action_print(self):
        """Print the summary as a PDF."""
        self.ensure_one()
        report = self.env.ref("service_advisor_quality.service_survey_summary_report")
        return report.report_action(self)

    def action_download(self):
        """Download the summary as a workbook, see :mod:`controllers.survey`."""
        self.ensure_one()
        url = f"/service/survey/summary/{self.id}"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    def _get_summary(self):
        """Return the figures, see :meth:`service.survey.summary._summarise`."""
        self.ensure_one()
        return self.env["service.survey.summary"]._summarise(
            self.company_id, self.date_from, self.date_to, self.warehouse_ids, self.advisor_ids
        )

    def _get_period_name(self):
        return (
            f"{format_date(self.env, self.date_from)} – {format_date(self.env, self.date_to)}"
        )

    def _get_file_name(self):
        """Return the name of the files, without an ending."""
        return self.env._(
            "Survey summary %(start)s to %(end)s",
            start=fields.Date.to_string(self.date_from),
            end=fields.Date.to_string(self.date_to),
        )
