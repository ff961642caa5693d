from odoo import api, fields, models
from odoo.addons.service_advisor.exceptions import BusyError
from odoo.addons.service_advisor.tools.text import clean_text
from odoo.fields import Domain
from psycopg2.errors import UniqueViolation

from .service_complaint import OPEN_STATES

# So many open complaints are taken by the page of one order; more is added to the last one.
OPEN_PER_ORDER = 5


class ServiceComplaint(models.Model):
    """The customer's own page: complain, see what becomes of it, write again."""

    _inherit = "service.complaint"

    form_token = fields.Char(
        readonly=True, copy=False, help="Of the form it was sent with: each form counts once."
    )

    _form_token_uniq = models.UniqueIndex(
        "(form_token) WHERE form_token IS NOT NULL", "This complaint was sent already."
    )

    @api.model
    def _complain_on_portal(self, order, words, demand, form_token, photos=()):
        """Return the complaint a customer sends from the page of ``order``; the same form sent
        twice is one complaint.

        :param form_token: what the form carried, never empty.
        :param photos: ``[(name, bytes)]``.
        """
        token = f"{order.id}:{clean_text(form_token)[:64]}"
        known = self.search([("form_token", "=", token)])
        if known:
            return known
        opened = self.search(
            Domain("order_id", "=", order.id)
            & Domain("channel", "=", "portal")
            & Domain("state", "in", OPEN_STATES)
        )
        if len(opened) >= OPEN_PER_ORDER:
            opened[:1]._write_on_portal(words, form_token, photos)
            return opened[:1]
        complaint = self._do_once(
            self.create,
            {
                "order_id": order.id,
                "company_id": order.company_id.id,
                "channel": "portal",
                "description": clean_text(words).strip()[:10000],
                "demand": clean_text(demand).strip()[:2000] or False,
                "form_token": token,
            },
        )
        complaint._post_for_customer(words, photos)
        complaint._acknowledge()
        return complaint

    @api.model
    def _do_once(self, step, *args):
        """Return what ``step(*args)`` does, where the database takes a form once."""
        try:
            with self.env.cr.savepoint():
                done = step(*args)
                self.env.flush_all()
        except UniqueViolation as error:
            # The same form at the same moment: the request is repeated and finds the other one.
            raise BusyError(self.env._("This complaint was sent already.")) from error
        return done

    def _write_on_portal(self, words, form_token, photos=()):
        """Take what a customer adds to a complaint on its page; the same form sent twice counts
        once.

        :param form_token: what the form carried, never empty.
        :param photos: ``[(name, bytes)]``.
        """
        self.ensure_one()
        token = clean_text(form_token)[:64]
        if token in self.contact_ids.mapped("form_token"):
            return
        self._do_once(self._hear, "message", words, False, token)
        self._post_for_customer(words, photos)

    def _post_for_customer(self, words, photos):
        partner = self.partner_id
        self.message_post(
            body=clean_text(words)[:10000],
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=partner.id or self.env.ref("base.public_partner").id,
            attachments=list(photos),
        )

    # ---- what the customer sees -----------------------------------------------------------

    def _get_customer_lang(self):
        """Return the language the customer is written to in."""
        self.ensure_one()
        return self.partner_id.lang or self.company_id.partner_id.lang or self.env.lang

    def _get_customer_status(self):
        """Return in a sentence for the customer how far the complaint is."""
        self.ensure_one()
        if self.discarded_at:
            return self.env._("We have taken note of what you wrote.")
        if self.state == "new":
            return self.env._(
                "We have received your complaint and will contact you before %s.",
                self._format_shop_time(self.contact_due_at),
            )
        if self.waiting_since:
            return self.env._("We wait for your answer, and go on as soon as we have it.")
        return {
            "contacted": self.env._("We have talked to you and look into it."),
            "investigating": self.env._("We look for the cause with the people who did the work."),
            "proposed": self.env._("We have proposed a solution to you."),
            "resolved": self.env._("We have done what we agreed. Please tell us whether it is so."),
            "confirmed": self.env._("You have confirmed that it is settled. Thank you."),
            "closed": self.env._("This complaint is closed."),
            "withdrawn": self.env._("You have withdrawn this complaint."),
        }[self.state]

    def _get_customer_history(self):
        """Return what happened, the last first, as the customer may know it: ``[{"at", "what",
        "words"}]``. What colleagues noted about a call stays in the house."""
        self.ensure_one()
        history = [(self.received_at, self.env._("You complained"), self.description)]
        steps = {
            "proposed_at": self.env._("We proposed a solution"),
            "resolved_at": self.env._("We did what was agreed"),
            "confirmed_at": self.env._("You confirmed that it is settled"),
            "closed_at": self.env._("Closed"),
            "withdrawn_at": self.env._("You withdrew the complaint"),
            "reopened_at": self.env._("We took it up again"),
        }
        history += [(self[name], what, False) for name, what in steps.items() if self[name]]
        for contact in self.contact_ids:
            history.append((contact.at, contact._get_customer_text(), contact._get_shown_words()))
        return [
            {"at": self._format_shop_time(at), "what": what, "words": words}
            for at, what, words in sorted(history, key=lambda entry: entry[0], reverse=True)
        ]
