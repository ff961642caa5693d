from odoo import fields, models


class ServiceStartWizard(models.TransientModel):
    """An advisor lets a job start although something is missing."""

    _name = "service.start.wizard"
    _description = "Allow the Start of a Job"

    job_id = fields.Many2one("service.job", required=True, readonly=True, ondelete="cascade")
    kit_missing = fields.Char(related="job_id.kit_missing")
    reason = fields.Char(help="Kept on the job and told in the history of the order.")

    def action_confirm(self):
        """Allow the start and keep who did so, and why."""
        self.ensure_one()
        self.job_id._allow_start(self.reason)
        return {"type": "ir.actions.act_window_close"}
