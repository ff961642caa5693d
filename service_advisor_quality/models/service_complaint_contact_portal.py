from odoo import models
from odoo.tools import html2plaintext


class ServiceComplaintContact(models.Model):
    """What the customer sees of a contact."""

    _inherit = "service.complaint.contact"

    def _get_customer_text(self):
        """Return in a sentence for the customer what this contact was."""
        self.ensure_one()
        if self.is_automatic:
            return self.env._("We told you that your complaint has come in")
        if self.direction == "in":
            return self.env._("You wrote or called")
        return {
            "call": self.env._("We called you"),
            "visit": self.env._("We met"),
            "message": self.env._("We sent you a message"),
            "mail": self.env._("We wrote to you"),
        }[self.channel]

    def _get_shown_words(self):
        """Return the words the customer knows: own ones, and those of an e-mail."""
        self.ensure_one()
        if self.is_automatic or (self.direction == "out" and not self.message_id):
            return False
        if self.message_id:
            return html2plaintext(self.message_id.body or "")
        return self.channel in ("mail", "message") and self.words
