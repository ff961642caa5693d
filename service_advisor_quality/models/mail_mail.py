from odoo import models

# Messages that a person wrote; what is sent by itself has other types.
WRITTEN = ("comment", "email_outgoing")


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Log what a person wrote to a customer about a complaint once it is really sent."""
        if success_pids or success_emails:
            written = self.mail_message_id.filtered(
                lambda message: message.model == "service.complaint"
                and message.message_type in WRITTEN
                and not message.is_internal
                and not message.subtype_id.internal
            )
            for message in written:
                complaint = self.env["service.complaint"].browse(message.res_id).exists()
                complaint._log_sent_mail(message, success_pids, success_emails)
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason, failure_type
        )
