from odoo import api, models

from ..tools.incoming import is_automatic


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Tell complaints whether a mail was sent by itself: only its headers say so."""
        if any(route[0] == "service.complaint" for route in routes or ()):
            automatic = is_automatic(message, message_dict.get("email_from"))
            self = self.with_context(service_mail_is_automatic=automatic)
        return super()._message_route_process(message, message_dict, routes)
