from odoo import api, fields, models
from odoo.fields import Domain


class ServiceProposal(models.Model):
    """What happens to a proposal by itself: reminder, call to the advisor, filed document."""

    _name = "service.proposal"
    _inherit = ["service.proposal", "service.queue.mixin"]

    @api.model
    def _cron_ask_again(self):
        """Remind customers who did not answer, and tell their advisors to call."""
        self._work_through("remind_at", lambda proposal: proposal._remind())
        self._work_through("escalate_at", lambda proposal: proposal._escalate())

    @api.model
    def _cron_file_documents(self):
        """Attach the PDF of answered proposals to their orders."""
        domain = Domain("state", "=", "answered") & Domain("document_id", "=", False)
        self._work_off(domain, lambda proposal: proposal._file_document())

    def _work_through(self, deadline, step):
        domain = Domain("state", "=", "open") & Domain(deadline, "<=", fields.Datetime.now())
        self._work_off(domain, step)

    def _remind(self):
        """Ask the customer once more by e-mail, if the proposal was sent by e-mail."""
        self.remind_at = False
        if self.sent_at and self.partner_id.email and not self.is_expired:
            template = self.env.ref("service_advisor.mail_template_proposal_reminder")
            self.order_id.message_post_with_source(
                template,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=self.partner_id.ids,
            )

    def _escalate(self):
        """Tell the advisor to call the customer."""
        self.escalate_at = False
        order = self.order_id
        order = order.with_context(lang=order.advisor_id.lang or self.env.lang)
        order.activity_schedule(
            "mail.mail_activity_data_call",
            user_id=order.advisor_id.id,
            summary=order.env._("No answer on the proposal: call the customer"),
            note=order.env._(
                "%(customer)s was asked %(asked)s and has not answered on %(jobs)s.",
                customer=self.partner_id.name,
                asked=order._format_shop_time(self.proposed_at),
                jobs=", ".join(self.line_ids.mapped("name")),
            ),
        )

    def _file_document(self):
        """Print what was answered and show it in the order's history. A printer that fails loses
        no answer: the next run tries again."""
        self.document_id = self._attach_document(
            "service_advisor.service_proposal_report", self, self._get_report_base_filename()
        )
        self.order_id._message_log(
            body=self.env._("Answered proposal, version %s", self.version),
            attachment_ids=self.document_id.ids,
        )
