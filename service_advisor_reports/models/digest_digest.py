from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

# What is so at this moment has one figure, not one per period.
NOW_KPIS = (
    "kpi_service_promised",
    "kpi_service_at_risk",
    "kpi_service_late",
    "kpi_service_open",
    "kpi_service_ready",
)
# So many orders are named in the mail; the list behind the figure has them all.
NAMED_ORDERS = 10
IN_SHOP = ("checked_in", "quoted", "authorised", "in_work", "quality_check")


class DigestDigest(models.Model):
    """Figures of the service department for its managers, each with the list behind it.

    What is counted over a period has the three columns of Odoo; what is so at this moment (orders
    open, at risk, late, cars ready) has one.
    """

    _inherit = "digest.digest"

    kpi_service_on_time = fields.Boolean("Cars Handed Over on Time")
    kpi_service_on_time_value = fields.Integer(compute="_compute_kpi_service_on_time_value")
    kpi_service_on_time_share = fields.Boolean("Ready on Time (%)")
    kpi_service_on_time_share_value = fields.Float(
        compute="_compute_kpi_service_on_time_share_value"
    )
    kpi_service_promised = fields.Boolean("Orders Promised for Today")
    kpi_service_promised_value = fields.Integer(compute="_compute_kpi_service_promised_value")
    kpi_service_at_risk = fields.Boolean("Promises at Risk")
    kpi_service_at_risk_value = fields.Integer(compute="_compute_kpi_service_at_risk_value")
    kpi_service_late = fields.Boolean("Late Orders")
    kpi_service_late_value = fields.Integer(compute="_compute_kpi_service_late_value")
    kpi_service_open = fields.Boolean("Cars Not Ready Yet")
    kpi_service_open_value = fields.Integer(compute="_compute_kpi_service_open_value")
    kpi_service_ready = fields.Boolean("Cars Ready to Be Fetched")
    kpi_service_ready_value = fields.Integer(compute="_compute_kpi_service_ready_value")

    # ---- over a period --------------------------------------------------------------------

    def _compute_kpi_service_on_time_value(self):
        """Count the orders handed over in the period that were ready as promised."""
        self._check_may_count_service()
        self._calculate_company_based_kpi(
            "service.order.report",
            "kpi_service_on_time_value",
            date_field="delivered_at",
            additional_domain=[("on_time_current", "=", 1)],
        )

    # ---- at this moment -------------------------------------------------------------------

    def _compute_kpi_service_promised_value(self):
        self._count_service("kpi_service_promised_value", [
            ("state", "in", IN_SHOP),
            ("promised_at", ">=", "today"),
            ("promised_at", "<", "today +1d"),
        ])

    def _compute_kpi_service_at_risk_value(self):
        self._count_service("kpi_service_at_risk_value", [
            ("risk", "=", "at_risk"), ("is_late", "=", False)])

    def _compute_kpi_service_late_value(self):
        self._count_service("kpi_service_late_value", [("is_late", "=", True)])

    def _compute_kpi_service_open_value(self):
        self._count_service("kpi_service_open_value", [("state", "in", IN_SHOP)])

    def _compute_kpi_service_ready_value(self):
        self._count_service("kpi_service_ready_value", [("state", "=", "ready")])

    def _count_service(self, field_name, domain):
        """Put into ``field_name`` how many orders of each digest's company fulfil ``domain``."""
        self._check_may_count_service()
        _start, _end, companies = self._get_kpi_compute_parameters()
        counts = {}
        for company in companies:
            # Days begin where the workshop is.
            local = self.env["service.order"].with_context(
                tz=company.resource_calendar_id.tz or self.env.user.tz
            )
            mine = Domain("company_id", "=", company.id)
            # loop: each company has its own days; a digest has one or two of them
            counts[company.id] = local.search_count(mine & Domain(domain))
        self._fill_service(field_name, counts)

    def _fill_service(self, field_name, values):
        """Put into ``field_name`` the figure of each digest's company, of ``{company id: figure}``,
        or of the recipient's where the digest is of no company."""
        for digest in self:
            digest[field_name] = values.get((digest.company_id or self.env.company).id, 0)

    def _check_may_count_service(self):
        if not self.env["service.order.report"].has_access("read"):
            raise AccessError(self.env._("Only service managers get figures of service orders."))

    def _compute_kpis(self, company, user):
        kpis = super()._compute_kpis(company, user)
        for kpi in kpis:
            if kpi["kpi_name"] in NOW_KPIS:
                kpi["kpi_col1"] |= {"col_subtitle": self.env._("Now"), "margin": 0.0}
                kpi["kpi_col2"] = kpi["kpi_col3"] = {}
        return kpis

    def _get_service_attention(self, company, user):
        """Return the ``service.order`` records that need the manager now, the most urgent first,
        for the mail to ``user`` about ``company``; none where the digest is of something else or
        the user gets no figures of service orders."""
        self.ensure_one()
        order = self.env["service.order"].with_user(user).with_company(company)
        report = self.env["service.order.report"].with_user(user)
        if not any(self[name] for name in NOW_KPIS) or not report.has_access("read"):
            return order
        return order.search(
            Domain("company_id", "=", (self.company_id or company).id)
            & (Domain("is_late", "=", True) | Domain("risk", "=", "at_risk")),
            order="promised_at, id",
            limit=NAMED_ORDERS,
        )

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("service_advisor.service_advisor_menu_root")
        report = f"service_advisor_reports.service_order_report_action?menu_id={menu.id}"
        today = f"service_advisor.service_order_action_today?menu_id={menu.id}"
        board = f"service_advisor.service_order_action?menu_id={menu.id}"
        return actions | {
            "kpi_service_on_time": report,
            "kpi_service_on_time_share": report,
            "kpi_service_promised": today,
            "kpi_service_at_risk": today,
            "kpi_service_late": today,
            "kpi_service_open": today,
            "kpi_service_ready": board,
        }
