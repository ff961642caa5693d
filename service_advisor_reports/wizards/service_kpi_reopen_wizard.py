from odoo import fields, models


class ServiceKpiReopenWizard(models.TransientModel):
    """Why a closed period is reopened."""

    _name = "service.kpi.reopen.wizard"
    _description = "Reopen Scorecards"

    scorecard_ids = fields.Many2many("service.kpi.scorecard", string="Scorecards", required=True)
    reason = fields.Char(required=True)

    def action_reopen(self):
        """Reopen the scorecards."""
        self.scorecard_ids._reopen(self.reason)
        return {"type": "ir.actions.act_window_close"}
