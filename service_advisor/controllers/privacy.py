import json

from odoo import http
from odoo.http import content_disposition, request


class ServicePrivacy(http.Controller):
    """What is held on a customer as a file that programs read."""

    @http.route("/service/privacy/<int:request_id>/data", type="http", auth="user",
                methods=["GET"])
    def service_privacy_data(self, request_id):
        """Send the access report of a privacy request as JSON; managers only."""
        record = request.env["service.privacy.request"].browse(request_id).exists()
        record.check_access("read")
        if not record:
            raise request.not_found()
        content = json.dumps(
            {"request": record.name, "sections": record._get_report_sections()},
            ensure_ascii=False,
            indent=2,
        )
        headers = [
            ("Content-Type", "application/json; charset=utf-8"),
            ("Content-Disposition", content_disposition(f"{record.name}.json")),
        ]
        return request.make_response(content, headers)
