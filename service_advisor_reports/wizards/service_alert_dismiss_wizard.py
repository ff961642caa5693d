from odoo import fields, models


class ServiceAlertDismissWizard(models.TransientModel):
    """Why there is nothing to do about an alert."""

    _name = "service.alert.dismiss.wizard"
    _description = "Dismiss Alerts"

    alert_ids = fields.Many2many("service.alert", string="Alerts", required=True)
    reason = fields.Char(required=True)

    def action_dismiss(self):
        """Dismiss the alerts, with the reason."""
        self.alert_ids._dismiss(self.reason)
        return {"type": "ir.actions.act_window_close"}
