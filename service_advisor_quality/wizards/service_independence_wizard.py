from odoo import fields, models


class ServiceIndependenceWizard(models.TransientModel):
    """Why somebody may inspect a job that he or she has worked on."""

    _name = "service.independence.wizard"
    _description = "Exception from Independence"

    inspection_id = fields.Many2one("service.inspection", required=True, readonly=True)
    reason = fields.Char(help="Stands on the inspection and on its sheet.")

    def action_confirm(self):
        """Sign the exception."""
        self.ensure_one()
        self.inspection_id._except(self.reason)
        return {"type": "ir.actions.act_window_close"}
