from odoo import http
from odoo.http import request

TECHNICIAN = "service_advisor.group_technician"
DESK = "service_advisor.group_reception"


class Workshop(http.Controller):
    """What the code on the work card opens."""

    @http.route("/workshop/<int:order_id>", type="http", auth="user", readonly=True)
    def workshop_order(self, order_id):
        """Open the jobs of the order for a technician and the order for everybody else, once
        they are logged in. The screen itself says where somebody may not see it."""
        path = f"/odoo/action-service_advisor.service_order_action/{order_id}"
        user = request.env.user
        if user.has_group(TECHNICIAN) and not user.has_group(DESK):
            path += "/action-service_advisor.service_job_action_of_order"
        return request.redirect(path)
