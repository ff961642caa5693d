from odoo import models


class ServiceOrder(models.Model):
    _inherit = "service.order"

    def action_sms_proposal(self):
        """Open the text message with the customer's link to answer the proposal.

        :raises UserError: naming the order where nothing was proposed yet.
        """
        self.ensure_one()
        self._renew_proposal()
        return self._get_sms_action(
            self.env._("Send the Proposal by SMS"), "proposal", "service_mark_proposal_sent"
        )

    def action_sms_promise(self):
        """Open the text message that tells the customer the new time.

        :raises UserError: naming the order that has nothing to tell.
        """
        self.ensure_one()
        self._check_can_tell()
        return self._get_sms_action(
            self.env._("Tell the Customer by SMS"), "promise", "service_mark_promise_told"
        )

    def _get_sms_action(self, name, template, mark):
        """Return the action of the composer of a text message.

        :param template: the end of the template's name.
        :param mark: key of the context by which the order keeps that it was sent.
        """
        template = self.env.ref(f"service_advisor_sms.sms_template_{template}")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "sms.composer",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_composition_mode": "comment",
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_template_id": template.id,
                mark: True,
            },
        }
