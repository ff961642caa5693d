from odoo import api, fields, models


class ServiceReviewWizard(models.TransientModel):
    """Somebody asks a technical lead whether work can be done as it is planned."""

    _name = "service.review.wizard"
    _description = "Ask for a Technical Review"

    order_id = fields.Many2one("service.order", required=True, readonly=True, ondelete="cascade")
    job_ids = fields.Many2many(
        "service.job",
        string="Jobs",
        domain="[('order_id', '=', order_id), ('state', 'not in', ('declined', 'cancelled'))]",
    )
    question = fields.Text(help="What has to be known before the work is proposed, or goes on.")
    lead_ids = fields.Many2many("res.users", compute="_compute_lead_ids")
    reviewer_id = fields.Many2one(
        "res.users", "Asked To", domain="[('id', 'in', lead_ids)]"
    )

    @api.depends("order_id")
    def _compute_lead_ids(self):
        for wizard in self:
            wizard.lead_ids = wizard.order_id.company_id._get_technical_leads()

    def action_confirm(self):
        """Ask, and give the technical lead something to do."""
        self.ensure_one()
        self.order_id._ask_review(self.job_ids, self.question, self.reviewer_id)
        return {"type": "ir.actions.act_window_close"}
