from odoo import fields, models
from odoo.exceptions import UserError


class ServiceKpiGenerateWizard(models.TransientModel):
    """For which period scorecards are made that are not there yet."""

    _name = "service.kpi.generate.wizard"
    _description = "Make Scorecards"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    period = fields.Selection(
        lambda self: self.env["service.kpi.scorecard"]._fields["period"]._description_selection(
            self.env
        ),
        "Every",
        required=True,
        default="month",
    )
    day = fields.Date(
        "Day in the Period", required=True, default=fields.Date.context_today,
    )

    def action_generate(self):
        """Make the scorecards of the period that are missing, and open all of it."""
        self.ensure_one()
        Scorecard = self.env["service.kpi.scorecard"]
        Scorecard.check_access("write")
        if self.company_id not in self.env.companies:
            raise UserError(
                self.env._(
                    "You do not work in %s at this moment. Choose it above, beside your name, "
                    "and try again.",
                    # Whoever asks has named it.
                    self.company_id.sudo().name,
                )
            )
        cards = Scorecard._generate(self.company_id, self.period, self.day)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor_reports.service_kpi_scorecard_action"
        )
        return dict(action, domain=[("id", "in", cards.ids)], context={})
