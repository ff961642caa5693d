from odoo import api, fields, models
from odoo.addons.service_advisor.tools.text import clean_text
from odoo.exceptions import UserError


class ServiceComplaintContact(models.Model):
    """A contact with the customer about a complaint; the first one that goes out stops its clock.

    It counts from the moment it is logged: nobody dates it back. It is evidence, so nobody
    changes or deletes it.
    """

    _name = "service.complaint.contact"
    _description = "Contact about a Complaint"
    _inherit = ["service.kept.mixin"]
    _order = "at desc, id desc"
    _rec_name = "complaint_id"
    _kept_fields = frozenset({"at", "user_id", "is_automatic", "message_id", "form_token"})

    complaint_id = fields.Many2one(
        "service.complaint", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, precompute=True, index=True
    )
    direction = fields.Selection(
        [("out", "To the Customer"), ("in", "From the Customer")], default="out", required=True
    )
    channel = fields.Selection(
        [("call", "Call"), ("visit", "Visit"), ("message", "Message"), ("mail", "E-mail")],
        default="call",
        required=True,
    )
    at = fields.Datetime(
        "On", default=lambda self: fields.Datetime.now(), required=True, readonly=True
    )
    user_id = fields.Many2one(
        "res.users", "By", default=lambda self: self.env.user, readonly=True
    )
    words = fields.Text(
        "What Was Said", help="What you said and what the customer answered, in a few words."
    )
    is_automatic = fields.Boolean(
        "Automatic", readonly=True, help="Sent by itself: it stops no clock."
    )
    message_id = fields.Many2one("mail.message", readonly=True, index="btree_not_null")
    form_token = fields.Char(
        readonly=True, copy=False, help="Of the form it was sent with: each form counts once."
    )

    _message_uniq = models.UniqueIndex(
        "(message_id, direction) WHERE message_id IS NOT NULL",
        "This message was logged already.",
    )
    _form_token_uniq = models.UniqueIndex(
        "(complaint_id, form_token) WHERE form_token IS NOT NULL", "This was sent already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._check_typed(vals_list)
        contacts = super().create(vals_list)
        contacts.complaint_id._after_contact(contacts)
        return contacts

    @api.model
    def _check_typed(self, vals_list):
        """Raise where somebody logs by hand what only the system knows, or says nothing."""
        for vals in vals_list:
            if vals.get("channel") == "mail" and vals.get("direction", "out") == "out":
                raise UserError(
                    self.env._(
                        "E-mails to the customer log themselves once they are sent: write yours "
                        "with \"Send Message\" on the complaint."
                    )
                )
            if not clean_text(vals.get("words")).strip():
                raise UserError(
                    self.env._("Write down in a few words what was said with the customer.")
                )

    def action_log(self):
        """Close the dialog: saving it has logged the contact."""
        return {"type": "ir.actions.act_window_close"}
