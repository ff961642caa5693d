from odoo import api, fields, models
from odoo.addons.crm.models.crm_lead import (
    PARTNER_ADDRESS_FIELDS_TO_SYNC,
    PARTNER_FIELDS_TO_SYNC,
)

from .service_lead_proposal import OPEN_STATES

# What a lead keeps of its customer, beside the link.
COPIED = (
    {"email_from", "contact_name", "partner_name", "lang_id"}
    | {*PARTNER_FIELDS_TO_SYNC, *PARTNER_ADDRESS_FIELDS_TO_SYNC}
) - {"lang"}


class ServiceLeadProposal(models.Model):
    """What became of a lead comes back; what the customer decides goes after it."""

    _inherit = "service.lead.proposal"

    # ---- from sales -----------------------------------------------------------------------

    def _receive(self, state, words):
        """Keep what became of the leads of these proposals, on the car and the customer, and
        tell the advisors.

        :param state: ``won``, ``lost``, or ``handed`` where sales takes the lead up again.
        :param words: why, as sales chose it.
        """
        if state == "handed":
            # A car is with sales once.
            self = self - self._get_overtaken()
        self.write(
            {"state": state, "feedback": words, "decided_at": fields.Datetime.now()}
        )
        for proposal in self:
            # loop: leads that one person of sales closes, rarely more than one
            proposal._tell_feedback()

    def _get_overtaken(self):
        """Return those of these proposals whose car is on the list again."""
        again = self.search(
            [("vehicle_id", "in", self.vehicle_id.ids), ("state", "in", OPEN_STATES)]
        )
        return self.filtered(lambda proposal: proposal.vehicle_id in (again - self).vehicle_id)

    def _tell_feedback(self):
        advisor = self.advisor_id
        env = self.with_context(lang=advisor.lang or self.env.lang).env
        labels = dict(self._fields["state"]._description_selection(env))
        result = labels[self.state]
        if self.feedback:
            result = f"{result}, {self.feedback}"
        body = env._(
            "Feedback from sales on \"%(why)s\": %(result)s", why=self.words, result=result
        )
        self.vehicle_id.message_post(
            body=body,
            subject=env._("Feedback from sales"),
            partner_ids=advisor.partner_id.ids,
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )
        if self.partner_id:
            # Everybody who may read customers reads this: it names no plate.
            self.partner_id._message_log(body=body)

    # ---- from the customer ----------------------------------------------------------------

    @api.model
    def _follow_consent(self, partners):
        """Let leads and proposals follow what these customers have just answered about sales:
        the customer comes onto the open leads, or is taken off them."""
        # Whoever records the answer may have no rights in sales.
        proposals = self.sudo().search(
            [("partner_id", "in", partners.ids), ("state", "in", ("proposed", "handed"))]
        )
        if not proposals:
            return
        handed = proposals.filtered("lead_id")
        consenting = partners._get_consenting("sales")
        agreed = handed.filtered(lambda proposal: proposal.partner_id in consenting)
        for partner, own in agreed.grouped("partner_id").items():
            # loop: once per customer who answers
            leads = own.lead_id.with_context(tracking_disable=True)
            leads.write({"partner_id": partner.id})
            # Now, so that nothing that follows is logged: it would outlive the consent.
            leads.flush_recordset()
        (handed - agreed)._forget_customer()
        refusing = partners._get_refusing("sales")
        dropped = (proposals - handed).filtered(lambda p: p.partner_id in refusing)
        if dropped:
            dropped._drop(self.env._("The customer does not want it"))

    def _forget_customer(self):
        """Take the customer off the open leads of these proposals."""
        leads = self.lead_id.with_context(tracking_disable=True)
        if leads:
            # First the link: what is written on a linked lead goes to its customer.
            leads.write({"partner_id": False})
            leads.write(dict.fromkeys(COPIED, False))
            leads.flush_recordset()
