from odoo import models
from odoo.tools import formatLang

REFUND = "service_advisor_quality.mail_activity_type_refund"


class ServiceComplaintRemedy(models.Model):
    """Refunds that were decided reach whoever makes the credit notes, once, and leave the list
    with the credit note."""

    _inherit = "service.complaint.remedy"

    def _hand_on_refunds(self):
        """Put those of these remedies that accounting has to credit now on its list, and take off
        it what is credited, or not to be credited any more.

        May be called after every step: what is on the list already stays as it is.
        """
        # Whoever decides on a refund need not be one who makes credit notes, nor may the
        # accountant read the complaint.
        remedies = self.sudo()
        refunds = remedies.filtered(lambda remedy: remedy.kind == "refund")
        listed = set(remedies.activity_search([REFUND]).mapped("res_id"))
        due = refunds.filtered(lambda remedy: remedy.is_to_credit and remedy.state == "open")
        ended = remedies.filtered(lambda remedy: remedy.id in listed) - due
        given = ended.filtered(lambda remedy: remedy.state == "done")
        for remedy in given:
            remedy.activity_feedback([REFUND], feedback=remedy.credit_names)
        (ended - given).activity_unlink([REFUND])
        for remedy in due.filtered(lambda remedy: remedy.id not in listed):
            remedy._hand_on_refund()

    def _hand_on_refund(self):
        user = self.company_id._get_refund_user()
        if not user:
            return  # the list of refunds shows it all the same
        words = self.with_context(lang=user.lang or self.env.lang)
        self.activity_schedule(
            REFUND, user_id=user.id, summary=words._get_refund_text()
        )

    def _get_refund_text(self):
        """Return in a line, in the language of the environment, what is to be credited."""
        return self.env._(
            "Credit %(amount)s to %(customer)s, for complaint %(complaint)s",
            amount=formatLang(self.env, self.amount, currency_obj=self.currency_id),
            customer=self.complaint_id._get_customer_name(),
            complaint=self.complaint_name,
        )
