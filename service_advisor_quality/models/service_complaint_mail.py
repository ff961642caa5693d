from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.service_advisor.tools.text import clean_text
from odoo.fields import Domain
from odoo.tools import email_normalize, html2plaintext, html_sanitize

from ..tools.incoming import is_machine, strip_subject
from .service_complaint import OPEN_STATES

# Longer mails are kept whole in the history.
WORDS_LENGTH = 10000
# A sender gets so many acknowledgements a day, should two programs answer each other.
ACKNOWLEDGEMENTS = 5
HEADERS = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
# A mail that lay on the way counts from when it was sent, no longer than this.
LONGEST_WAY = timedelta(days=3)


class ServiceComplaint(models.Model):
    """Complaints that come in by e-mail, and what is written to customers."""

    _inherit = "service.complaint"
    _primary_email = "email_from"

    email_from = fields.Char("E-mail", help="The address the complaint was sent from.")
    email_key = fields.Char(
        compute="_compute_email_key", store=True, precompute=True, index="btree_not_null"
    )
    subject = fields.Char(readonly=True, copy=False)

    @api.depends("email_from")
    def _compute_email_key(self):
        for complaint in self:
            complaint.email_key = email_normalize(complaint.email_from) or False

    # ---- incoming -------------------------------------------------------------------------

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Make a complaint of a mail, or find the open one that it is about."""
        values = dict(custom_values or {})
        company = self.env["res.company"].browse(values.get("company_id") or self.env.company.id)
        self = self.with_company(company)
        mail = self._read_mail(msg_dict)
        found = self._find_known(mail, company)
        same = self._find_same(mail, found, company)
        if same:
            same._hear_mail(msg_dict)
            return same
        values |= self._prepare_mail_vals(mail, found) | {"company_id": company.id}
        if self._is_colleague(mail["author"]):
            # Who hands a customer's mail on is not whom we have to write to.
            msg_dict = dict(msg_dict, email_from=False)
        complaint = super().message_new(msg_dict, values)
        return complaint.with_context(service_acknowledge=True)

    @api.model
    def _read_mail(self, msg_dict):
        """Return what counts of a parsed mail: ``{"subject", "words", "sender", "author",
        "received_at"}``."""
        subject = clean_text(msg_dict.get("subject")).strip()
        body = html_sanitize(clean_text(str(msg_dict.get("body") or "")))
        words = html2plaintext(body, include_references=False).strip()
        now = fields.Datetime.now()
        sent = fields.Datetime.to_datetime(msg_dict.get("date") or now)
        return {
            "subject": subject[:250],
            "words": words[:WORDS_LENGTH],
            "sender": email_normalize(msg_dict.get("email_from")) or False,
            "author": self.env["res.partner"].browse(msg_dict.get("author_id") or ()),
            "received_at": sent if now - LONGEST_WAY <= sent <= now else now,
        }

    @api.model
    def _is_colleague(self, partner):
        return bool(partner.user_ids.filtered(lambda user: not user.share))

    @api.model
    def _prepare_mail_vals(self, mail, found):
        order, vehicle = found["order"], found["vehicle"]
        parts = filter(None, (mail["subject"], mail["words"]))
        author = mail["author"]
        writer = author.browse() if self._is_colleague(author) else author
        customer = writer or order.partner_id or vehicle.owner_id
        return {
            "name": "New",
            "channel": "email",
            "subject": mail["subject"],
            "description": "\n\n".join(parts) or self.env._("E-mail without words"),
            "received_at": mail["received_at"],
            "order_id": order.id,
            "vehicle_id": vehicle.id,
            "partner_id": customer.id,
        }

    @api.model
    def _find_same(self, mail, found, company):
        """Return the open complaint that a new mail of the same sender is about: the same order
        or car in its subject, or the same words once more; else an empty set."""
        if not mail["sender"]:
            return self.browse()
        opened = self.search(
            Domain("email_key", "=", mail["sender"])
            & Domain("company_id", "=", company.id)
            & Domain("state", "in", OPEN_STATES),
            limit=50,
        )
        order, vehicle = found["subject_order"], found["subject_vehicle"]
        subject = strip_subject(mail["subject"])
        return opened.filtered(
            lambda known: (order and known.order_id == order)
            or (vehicle and known.vehicle_id == vehicle)
            or (
                strip_subject(known.subject) == subject
                and (mail["words"] or "") == (known.description or "").removeprefix(
                    known.subject or ""
                ).strip()
            )
        )[:1]

    def message_update(self, msg_dict, update_vals=None):
        """Log a mail that belongs to these complaints."""
        result = super().message_update(msg_dict, update_vals)
        self._hear_mail(msg_dict)
        return result

    def _hear_mail(self, msg_dict):
        """Log a mail of the customer; colleagues who write by mail are no customers."""
        if self._is_colleague(self.env["res.partner"].browse(msg_dict.get("author_id") or ())):
            return
        automatic = bool(self.env.context.get("service_mail_is_automatic"))
        self._hear("mail", self._read_mail(msg_dict)["words"], automatic)

    def _hear(self, channel, words, is_automatic=False, form_token=False):
        """Log what a customer wrote about these complaints; it stops no clock.

        :param channel: see ``service.complaint.contact``.
        :param form_token: of the form it was sent with, which the database takes once.
        """
        # Customers log by writing; nobody lets them write the log.
        self.env["service.complaint.contact"].sudo().create(
            [
                {
                    "complaint_id": complaint.id,
                    "direction": "in",
                    "channel": channel,
                    "words": clean_text(words)[:WORDS_LENGTH],
                    "is_automatic": is_automatic,
                    "user_id": False,
                    "form_token": form_token,
                }
                for complaint in self
            ]
        )
        if not is_automatic:
            self.filtered(lambda known: known.state not in OPEN_STATES)._flag_answer()

    def _flag_answer(self):
        """Hook: a customer has written about a complaint that was over. Thanks come the same way
        as a new reason, so a person decides whether it is taken up again."""
        for complaint in self:
            user = complaint.advisor_id or complaint.company_id._get_complaint_manager()
            complaint.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                summary=complaint.env._("The customer wrote again: answer, or take it up again"),
                user_id=user.id,
            )

    def message_post(self, **kwargs):
        """Answer a complaint that has just come in, once it stands in the history."""
        message = super().message_post(**kwargs)
        if self.env.context.get("service_acknowledge"):
            self.with_context(service_acknowledge=False)._acknowledge()
        return message

    # ---- acknowledgement ------------------------------------------------------------------

    def _acknowledge(self):
        """Tell customers by mail that the complaint has come in; it is no contact."""
        template = self.env.ref(
            "service_advisor_quality.mail_template_complaint_received", raise_if_not_found=False
        )
        for complaint in self if template else ():
            address = complaint._get_address()
            if not complaint._can_acknowledge(address):
                continue
            # The mail tells what the customer may know, whoever took the complaint in.
            template.sudo().send_mail(
                complaint.id,
                email_values={
                    "email_to": address,
                    "recipient_ids": [],
                    "message_type": "auto_comment",
                    "headers": repr(HEADERS),
                },
            )
            complaint._log_acknowledgement()

    def _log_acknowledgement(self):
        # What happened by itself is not written by whoever took the complaint in.
        complaint = self.sudo()
        complaint.acknowledged_at = fields.Datetime.now()
        complaint.env["service.complaint.contact"].create(
            {
                "complaint_id": self.id,
                "channel": "mail",
                "is_automatic": True,
                "words": self.env._("Automatic acknowledgement"),
                "user_id": False,
            }
        )

    def _can_acknowledge(self, address):
        """Tell whether an automatic mail to ``address`` helps a person and can start no loop."""
        self.ensure_one()
        if self.env.context.get("service_mail_is_automatic") or not address:
            return False
        if is_machine(address) or self._is_own_address(address):
            return False
        since = fields.Datetime.now() - timedelta(days=1)
        sent = self.sudo().search_count(  # counts across companies
            Domain("email_key", "=", address) & Domain("acknowledged_at", ">=", since)
        )
        return sent < ACKNOWLEDGEMENTS

    def _is_own_address(self, address):
        """Tell whether ``address`` is one of ours: an alias, a company or a colleague."""
        # Visitors may not read aliases and users.
        env = self.sudo().env
        if address in env["mail.alias.domain"]._find_aliases([address]):
            return True
        companies = env["res.company"].search([("email", "!=", False)]).mapped("email")
        if address in {email_normalize(email) for email in companies}:
            return True
        people = env["res.partner"].search([("email_normalized", "=", address)])
        return self._is_colleague(people)

    def _get_address(self):
        """Return the normalised address the customer is written to, or False."""
        return self.email_key or email_normalize(self.partner_id.email) or False

    def _get_salutation(self):
        """Return how the automatic mail begins: who is known only by the plate in a mail of a
        stranger is not named to that stranger."""
        self.ensure_one()
        partner = self.partner_id
        if not self.email_key or self.email_key == partner.email_normalized:
            return self.env._("Hello %s,", partner.name or "")
        return self.env._("Hello,")

    # ---- outgoing -------------------------------------------------------------------------

    def _log_sent_mail(self, message, partners, addresses):
        """Log ``message`` as a contact where a colleague wrote it to the customer.

        :param partners, addresses: who it was really sent to.
        """
        people = message.author_id.user_ids.filtered(lambda user: not user.share and user.active)
        root = self.env.ref("base.partner_root")
        sent = {email_normalize(address) for address in addresses}
        sent |= {partner.email_normalized for partner in partners}
        customers = self.partner_id | self.partner_id.commercial_partner_id
        family = any(
            partner in customers or partner.commercial_partner_id in customers
            for partner in partners
        )
        if not self or not people or message.author_id == root:
            return
        if not family and not (self._get_address() and self._get_address() in sent):
            return
        # The mail's program runs as anybody; what was sent is a fact.
        Contact = self.env["service.complaint.contact"].sudo()
        if not Contact.search_count([("message_id", "=", message.id)], limit=1):
            Contact.create(
                {
                    "complaint_id": self.id,
                    "channel": "mail",
                    "words": html2plaintext(message.body or "")[:WORDS_LENGTH],
                    "user_id": people[:1].id,
                    "message_id": message.id,
                }
            )

    def action_write_mail(self):
        """Open the composer with the customer as recipient."""
        self.ensure_one()
        partner = self.partner_id
        if not partner and self.email_from:
            partner = self._partner_find_from_emails_single([self.email_from])
        if not partner:
            self._refuse(self.env._("Enter the customer or the e-mail address first."))
        speaker = self.with_context(lang=partner.lang or self._get_customer_lang()).env
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write to the Customer"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": partner.ids,
                "default_subject": speaker._("Your complaint %s", self.name),
                "force_email": True,
            },
        }
