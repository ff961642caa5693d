from odoo import fields, models

from ..tools.promise import round_up


class ServiceOrder(models.Model):
    """Telling the customer a new time, and why, before the customer asks."""

    _inherit = "service.order"

    def action_tell_customer(self):
        """Open the prepared e-mail that tells the customer the new time.

        :raises UserError: naming the order that has nothing to tell.
        """
        self.ensure_one()
        self._check_can_tell()
        return self._open_composer(
            self.env._("Tell the Customer"),
            "service_advisor.mail_template_promise",
            service_mark_promise_told=True,
        )

    def _open_composer(self, name, template, **context):
        """Return the action of the dialog with an e-mail to the customer, ready to be sent.

        :param name: title of the dialog.
        :param template: XML id of the mail.template.
        :param context: what ``message_post`` has to know of it.
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": self.env.ref(template).id,
                "default_composition_mode": "comment",
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "force_email": True,
                **context,
            },
        }

    def _check_can_tell(self):
        """Hook: raise a UserError where there is no time to tell the customer."""
        if not self.promised_at:
            self._refuse(
                self.env._("Nothing is promised yet. Press \"Price and Promise\" first.")
            )

    def message_post(self, **kwargs):
        """Keep that the customer was told."""
        message = super().message_post(**kwargs)
        if self.env.context.get("service_mark_promise_told"):
            self._mark_told()
        return message

    def _mark_told(self):
        """Keep that the customers of these orders know the present promise."""
        # Nobody may write what happened; that the customer was told is a fact of this step.
        changes = self.sudo().promise_change_ids.filtered(lambda change: not change.told_at)
        changes.told_at = fields.Datetime.now()

    def _get_expected_at(self):
        """Return when the customer is told that the car will be ready: as promised, or where that
        will not be held, when it is expected."""
        self.ensure_one()
        # Text for the customer, whoever looks at it: a time, not what it was reckoned from.
        order = self.sudo()
        if order.risk != "none" and order.projected_at and order.projected_at > order.promised_at:
            return round_up(order.projected_at)
        return order.promised_at

    def _get_polite_cause(self):
        """Return in a sentence for the customer why the time has changed, in the language of the
        environment; nothing of what is only for the house."""
        self.ensure_one()
        # See above: of what the house knows, only the kind of the cause is told.
        order = self.sudo()
        kind = order.risk_kind if order.risk != "none" else order._get_last_change().kind
        return {
            "parts": self.env._("A part that your car needs has not arrived yet."),
            "customer": self.env._("We wait for your answer, and go on as soon as we have it."),
            "warranty": self.env._("We wait for the manufacturer to approve the repair."),
            "sublet": self.env._("A specialist workshop has not finished its share of the work."),
            "extra_work": self.env._("The additional work that you approved takes its time."),
        }.get(kind, self.env._("The work on your car takes longer than we had planned."))
