from odoo.addons.portal.controllers.portal import CustomerPortal, pager
from odoo.exceptions import AccessError, MissingError
from odoo.http import request, route


class ServicePortal(CustomerPortal):
    """The customer's page: where is my car, what was agreed, when is it ready."""

    _orders_per_page = 20

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "service_order_count" in counters:
            ServiceOrder = request.env["service.order"]
            values["service_order_count"] = (
                ServiceOrder.search_count([]) if ServiceOrder.has_access("read") else 0
            )
        return values

    @route(
        ["/my/service-orders", "/my/service-orders/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_service_orders(self, page=1, **kwargs):
        """List the service orders of the signed-in customer."""
        ServiceOrder = request.env["service.order"]
        pages = pager(
            url="/my/service-orders",
            total=ServiceOrder.search_count([]),
            page=page,
            step=self._orders_per_page,
        )
        orders = ServiceOrder.search([], limit=self._orders_per_page, offset=pages["offset"])
        values = self._prepare_portal_layout_values() | {
            "orders": orders,
            "page_name": "service_order",
            "pager": pages,
            "default_url": "/my/service-orders",
        }
        return request.render("service_advisor.portal_my_service_orders", values)

    @route("/my/service-orders/<int:order_id>", type="http", auth="public", website=True)
    def portal_service_order(
        self,
        order_id,
        access_token=None,
        report_type=None,
        download=False,
        settlement=None,
        document=None,
        **kwargs,
    ):
        """Show one service order to its customer, or to whoever holds its link."""
        try:
            order_sudo = self._document_check_access("service.order", order_id, access_token)
        except (AccessError, MissingError, TypeError):
            # TypeError: a token with letters outside ASCII, which no token has.
            return request.redirect("/my")
        if report_type in ("html", "pdf", "text") and settlement:
            if not order_sudo._has_settlement_for_customer():
                return request.redirect(order_sudo.get_portal_url())
            order_sudo._give_settlement_no()
            return self._show_report(
                model=order_sudo,
                report_type=report_type,
                report_ref="service_advisor.service_order_report_settlement",
                download=download,
            )
        if report_type in ("html", "pdf", "text"):
            report = "service" if document == "report" else "confirmation"
            return self._show_report(
                model=order_sudo,
                report_type=report_type,
                report_ref=f"service_advisor.service_order_report_{report}",
                download=download,
            )
        values = self._get_page_view_values(
            order_sudo,
            access_token,
            {
                "service_order": order_sudo,
                "proposals": order_sudo.proposal_ids.filtered(
                    lambda proposal: proposal.partner_id == order_sudo.partner_id
                ).sorted("version", reverse=True),
                "page_name": "service_order",
            },
            "my_service_orders_history",
            False,
            **kwargs,
        )
        return request.render("service_advisor.portal_service_order", values)
