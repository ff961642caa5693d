from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.service_clocking import PAUSE_REASONS
from ..models.service_hold import HOLD_REASONS


class ServicePauseWizard(models.TransientModel):
    """Why the work on a job stops, or what it waits for."""

    _name = "service.pause.wizard"
    _description = "Pause or Hold"

    job_id = fields.Many2one("service.job", required=True, readonly=True, ondelete="cascade")
    is_mine_running = fields.Boolean(related="job_id.is_mine_running")
    pause_reason = fields.Selection(PAUSE_REASONS, "Why", default="break")
    hold_reason = fields.Selection(HOLD_REASONS, "Waiting For", default="parts")
    note = fields.Char()
    opens_hold = fields.Boolean(compute="_compute_opens_hold")

    @api.depends("pause_reason", "is_mine_running")
    def _compute_opens_hold(self):
        holds = dict(HOLD_REASONS)
        for wizard in self:
            wizard.opens_hold = not wizard.is_mine_running or wizard.pause_reason in holds

    def action_confirm(self):
        """Stop the own clock, or put the job on hold.

        :raises UserError: where the reason that only one's own words can tell is missing.
        """
        for wizard in self:
            reason = wizard.pause_reason if wizard.is_mine_running else wizard.hold_reason
            if reason == "other" and not (wizard.note or "").strip():
                raise UserError(self.env._("Write what the job waits for."))
            wizard.job_id._pause_for(reason, wizard.note)
        return {"type": "ir.actions.act_window_close"}
