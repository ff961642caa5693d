import codecs

from markupsafe import Markup
from odoo import api, models
from odoo.addons.service_advisor.tools.text import clean_text

from ..tools.incoming import is_automatic


class MailThread(models.AbstractModel):
    """Mails with complaints are taken however broken they are."""

    _inherit = "mail.thread"

    @api.model
    def message_parse(self, message, save_original=False):
        """Read text in a charset that nobody knows as well as it can be read: the mail would be
        lost otherwise."""
        for part in message.walk():
            charset = part.get_content_charset()
            try:
                codecs.lookup(charset or "utf-8")
            except LookupError:
                part.set_param("charset", "utf-8")
        return super().message_parse(message, save_original=save_original)

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Tell complaints whether a mail was sent by itself, which only its headers say, and hand
        on nothing that no database keeps."""
        if any(route[0] == "service.complaint" for route in routes or ()):
            automatic = is_automatic(message, message_dict.get("email_from"))
            self = self.with_context(service_mail_is_automatic=automatic)
            for name, value in message_dict.items():
                if isinstance(value, str):
                    cleaned = clean_text(value)
                    message_dict[name] = (
                        Markup(cleaned) if isinstance(value, Markup) else cleaned
                    )
        return super()._message_route_process(message, message_dict, routes)
