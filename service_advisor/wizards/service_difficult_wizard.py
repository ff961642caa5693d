from odoo import fields, models


class ServiceDifficultWizard(models.TransientModel):
    """Why work is difficult, or is not."""

    _name = "service.difficult.wizard"
    _description = "Difficult Work"

    job_id = fields.Many2one("service.job", required=True, readonly=True, ondelete="cascade")
    is_difficult = fields.Boolean(related="job_id.is_difficult")
    reason = fields.Char(help="Kept with the job.")

    def action_confirm(self):
        """Mark the job as difficult, or as not difficult, whichever it is not."""
        self.ensure_one()
        self.job_id._mark_difficult(not self.job_id.is_difficult, self.reason)
        return {"type": "ir.actions.act_window_close"}
