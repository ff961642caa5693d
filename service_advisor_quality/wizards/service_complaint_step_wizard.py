from odoo import fields, models

from ..models.service_complaint_step import VIAS


class ServiceComplaintStepWizard(models.TransientModel):
    """The words of a step that needs some: an approval, a withdrawal, a reopening, an end
    without the customer."""

    _name = "service.complaint.step.wizard"
    _description = "Words of a Step"

    complaint_id = fields.Many2one("service.complaint", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="complaint_id.currency_id")
    compensation_total = fields.Monetary(related="complaint_id.compensation_total")
    step = fields.Selection(
        [
            ("approve", "Approve Compensation"),
            ("withdraw", "Customer Withdraws"),
            ("close", "Close Without the Customer"),
            ("reopen", "Reopen"),
        ],
        required=True,
    )
    via = fields.Selection(VIAS, "Through", default="call")
    is_customer = fields.Boolean("The Customer Asked For It", default=True)
    words = fields.Text("In Words")

    def action_confirm(self):
        """Take the step, with its words.

        :raises UserError: where no words are given, or the step can not be taken.
        """
        self.ensure_one()
        complaint = self.complaint_id
        complaint.check_access("write")
        if self.step == "approve":
            complaint._approve_compensation(self.words)
        elif self.step == "withdraw":
            complaint._withdraw(self.via, self.words)
        elif self.step == "close":
            complaint._close_without(self.words)
        else:
            complaint._reopen_for(self.words, self.is_customer and self.via)
        return {"type": "ir.actions.act_window_close"}
