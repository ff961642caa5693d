from odoo import fields, models


class ServiceDataDismissWizard(models.TransientModel):
    """Why what was found is right as it is."""

    _name = "service.data.dismiss.wizard"
    _description = "Set Findings Aside"

    issue_ids = fields.Many2many("service.data.issue", string="Findings", required=True)
    reason = fields.Char(required=True)

    def action_dismiss(self):
        """Set the findings aside."""
        self.issue_ids._dismiss(self.reason)
        return {"type": "ir.actions.act_window_close"}
