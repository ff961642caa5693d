from odoo import models


class ServiceOrder(models.Model):
    _inherit = "service.order"

    def action_sms_proposal(self):
        """Open the text message with the customer's link to answer the proposal.

        :raises UserError: naming the order where nothing was proposed yet.
        """
        self.ensure_one()
        self._renew_proposal()
        template = self.env.ref("service_advisor_sms.sms_template_proposal")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send the Proposal by SMS"),
            "res_model": "sms.composer",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_composition_mode": "comment",
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_template_id": template.id,
                "service_mark_proposal_sent": True,
            },
        }
