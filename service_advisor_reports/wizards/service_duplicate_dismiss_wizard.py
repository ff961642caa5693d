from odoo import fields, models
from odoo.exceptions import UserError


class ServiceDuplicateDismissWizard(models.TransientModel):
    """Why two records that look alike are not the same."""

    _name = "service.duplicate.dismiss.wizard"
    _description = "Not the Same"

    duplicate_ids = fields.Many2many("service.duplicate", string="Pairs", readonly=True)
    reason = fields.Char(help="Read by whoever meets the same two records again.")

    def action_confirm(self):
        """Take the pairs off the list. They come back only if something else agrees later."""
        self.ensure_one()
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the two are not the same."))
        self.duplicate_ids._dismiss(reason)
        return {"type": "ir.actions.act_window_close"}
