from odoo.http import request, route

from .portal_my_data import ServicePortalMyData

KINDS = ("access", "erasure")


class ServicePrivacyPortal(ServicePortalMyData):
    """A customer asks what we hold, or to be erased, on the own page."""

    def _find_requests(self):
        """Return the requests of the signed-in customer, with all rights."""
        # Customers have no rights on requests; these are their own.
        Request = request.env["service.privacy.request"].sudo()
        return Request.search([("partner_id", "=", request.env.user.partner_id.id)])

    def _prepare_my_data_values(self):
        return super()._prepare_my_data_values() | {
            "requests": self._find_requests(),
            "sent": request.params.get("sent"),
        }

    @route("/my/service-data/ask", type="http", auth="user", website=True, methods=["POST"])
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
        return request.redirect("/my/service-data?sent=1#service_privacy")
