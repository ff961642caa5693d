from odoo import fields, models
from odoo.exceptions import AccessError


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    kpi_service_on_time = fields.Boolean("Cars Handed Over on Time")
    kpi_service_on_time_value = fields.Integer(compute="_compute_kpi_service_on_time_value")

    def _compute_kpi_service_on_time_value(self):
        """Count the orders handed over in the period that were ready as promised."""
        if not self.env["service.order.report"].has_access("read"):
            raise AccessError(self.env._("Only service managers get figures of service orders."))
        self._calculate_company_based_kpi(
            "service.order.report",
            "kpi_service_on_time_value",
            date_field="delivered_at",
            additional_domain=[("on_time_current", "=", 1)],
        )

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("service_advisor.service_advisor_menu_root")
        actions["kpi_service_on_time"] = (
            f"service_advisor_reports.service_order_report_action?menu_id={menu.id}"
        )
        return actions
