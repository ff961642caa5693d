from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.exceptions import AccessError, MissingError
from odoo.http import request, route


class ServicePortalProgress(CustomerPortal):
    """How far the car is, asked for again and again by the customer's page while it is open."""

    @route(
        "/my/service-orders/<int:order_id>/progress",
        type="jsonrpc",
        auth="public",
        website=True,
        readonly=True,
    )
    def portal_service_order_progress(self, order_id, access_token=None, **kwargs):
        """Return ``{"html": the progress of the order as it is now}``; an empty dict to whoever
        may not see the order, which tells nothing, not even that there is such an order."""
        try:
            order_sudo = self._document_check_access("service.order", order_id, access_token)
        except (AccessError, MissingError, TypeError):
            # TypeError: a token that is no text, or in letters outside ASCII.
            return {}
        html = request.env["ir.qweb"]._render(
            "service_advisor.portal_progress", {"service_order": order_sudo}
        )
        return {"html": html}
