from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.service_order_discount import APPROVERS


class ServiceDiscountWizard(models.TransientModel):
    """The advisor asks for a discount above the limit."""

    _name = "service.discount.wizard"
    _description = "Ask for the Discount"

    order_id = fields.Many2one("service.order", required=True, readonly=True, ondelete="cascade")
    discounts = fields.Text(compute="_compute_discounts")
    reason = fields.Text(help="Read by the people who may allow the discount.")

    @api.depends("order_id")
    def _compute_discounts(self):
        for wizard in self:
            wizard.discounts = wizard.order_id._get_lines_to_allow()._describe_discounts()

    def action_confirm(self):
        """Give everybody who may allow the discount an activity on the order."""
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why the customer should get the discount."))
        order = self.order_id
        for user in order._get_users_with(APPROVERS):
            order.activity_schedule(
                "service_advisor.mail_activity_type_discount",
                user_id=user.id,
                summary=self.discounts,
                note=self.reason,
            )
        return {"type": "ir.actions.act_window_close"}
