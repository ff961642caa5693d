from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.http import request, route

KINDS = ("access", "erasure")


class ServicePrivacyPortal(CustomerPortal):
    """A customer asks what we hold, or to be erased, on the own page."""

    def _find_requests(self):
        """Return the requests of the signed-in customer, with all rights."""
        # Customers have no rights on requests; these are their own.
        Request = request.env["service.privacy.request"].sudo()
        return Request.search([("partner_id", "=", request.env.user.partner_id.id)])

    @route("/my/service-privacy", type="http", auth="user", website=True, methods=["GET"])
    def portal_service_privacy(self, **kwargs):
        """Show what the customer may ask for, and what became of earlier requests."""
        values = self._prepare_portal_layout_values() | {
            "requests": self._find_requests(),
            "sent": kwargs.get("sent"),
            "page_name": "service_privacy",
        }
        return request.render("service_advisor.portal_service_privacy", values)

    @route("/my/service-privacy/ask", type="http", auth="user", website=True, methods=["POST"])
    def portal_service_privacy_ask(self, kind=None, **kwargs):
        """Take a request; one of a kind that still waits is not taken twice."""
        waiting = self._find_requests().filtered(
            lambda asked: asked.kind == kind and asked.state in ("new", "checked")
        )
        user = request.env.user
        if kind in KINDS and user.share and not waiting:
            # As above.
            request.env["service.privacy.request"].sudo().create(
                {
                    "partner_id": user.partner_id.id,
                    "company_id": user.company_id.id,
                    "kind": kind,
                    "channel": "portal",
                    "identity": "portal",
                }
            )
        return request.redirect("/my/service-privacy?sent=1")
