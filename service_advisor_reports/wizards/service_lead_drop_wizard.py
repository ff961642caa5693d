from odoo import fields, models


class ServiceLeadDropWizard(models.TransientModel):
    """Why customers are not handed over to sales."""

    _name = "service.lead.drop.wizard"
    _description = "Drop Proposals to Sales"

    proposal_ids = fields.Many2many("service.lead.proposal", required=True, readonly=True)
    reason = fields.Char("Why", required=True)

    def action_confirm(self):
        """Drop the proposals."""
        self.ensure_one()
        self.proposal_ids._drop(self.reason)
        return {"type": "ir.actions.act_window_close"}
