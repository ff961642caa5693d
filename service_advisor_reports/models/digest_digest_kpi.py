from odoo import fields, models

from ..tools.kpi import figure

# {field of the digest: code of service.kpi}
CODES = {
    "kpi_service_on_time_share": "on_time",
    "kpi_service_completed": "orders_completed",
    "kpi_service_csat": "csat",
    "kpi_service_contact": "first_contact",
    "kpi_service_quality": "qc_first_pass",
}
# How Odoo's digest writes a share of 0.
NOTHING = "0.00"


class DigestDigest(models.Model):
    """Key figures of the scorecards in the digest, by the same formulas.

    Odoo's digest knows no empty figure: where there is no data the field is 0, and the e-mail says
    so in words.
    """

    _inherit = "digest.digest"

    kpi_service_completed = fields.Boolean("Orders Completed")
    kpi_service_completed_value = fields.Integer(compute="_compute_kpi_service_completed_value")
    kpi_service_csat = fields.Boolean("Satisfaction (%)")
    kpi_service_csat_value = fields.Float(compute="_compute_kpi_service_csat_value")
    kpi_service_contact = fields.Boolean("First Contact within 24 h (%)")
    kpi_service_contact_value = fields.Float(compute="_compute_kpi_service_contact_value")
    kpi_service_quality = fields.Boolean("Passed First Inspection (%)")
    kpi_service_quality_value = fields.Float(compute="_compute_kpi_service_quality_value")

    def _compute_kpi_service_on_time_share_value(self):
        self._reckon_service(
            "kpi_service_on_time_share_value", CODES["kpi_service_on_time_share"]
        )

    def _compute_kpi_service_completed_value(self):
        self._reckon_service("kpi_service_completed_value", CODES["kpi_service_completed"])

    def _compute_kpi_service_csat_value(self):
        self._reckon_service("kpi_service_csat_value", CODES["kpi_service_csat"])

    def _compute_kpi_service_contact_value(self):
        self._reckon_service("kpi_service_contact_value", CODES["kpi_service_contact"])

    def _compute_kpi_service_quality_value(self):
        self._reckon_service("kpi_service_quality_value", CODES["kpi_service_quality"])

    def _reckon_service(self, name, code):
        """Put the key figure ``code`` of each digest's company into the field ``name``."""
        self._check_may_count_service()
        found = self._get_service_values(code)
        self._fill_service(name, {company: value or 0 for company, value in found.items()})

    def _get_service_values(self, code):
        """Return ``{company id: value}`` of a key figure; None where there is no data."""
        start, end, companies = self._get_kpi_compute_parameters()
        start, end = fields.Datetime.to_datetime(start), fields.Datetime.to_datetime(end)
        # As the figures of scorecards: what is counted is written.
        self.env.flush_all()
        found = {}
        for company in companies:
            # loop: a digest has one or two companies
            sums = self.env["service.kpi"]._sum(code, company, start, end, "company")
            found[company.id] = figure(code, *sums[company.id])["value"]
        return found

    def _compute_kpis(self, company, user):
        """A share of nothing is no data, not 0 %."""
        kpis = super()._compute_kpis(company, user)
        frames = [frame for _label, (frame, _before) in self._compute_timeframes(company)]
        for kpi in kpis:
            code = CODES.get(kpi["kpi_name"])
            for number, (start, end) in enumerate(frames, start=1):
                column = kpi[f"kpi_col{number}"]
                if code and column.get("value") == NOTHING:
                    period = self.with_company(company).with_context(
                        start_datetime=start, end_datetime=end)
                    values = period._get_service_values(code)
                    if values[(self.company_id or company).id] is None:
                        column |= {"value": self.env._("No data"), "margin": 0.0}
        return kpis

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("service_advisor.service_advisor_menu_root")
        scorecards = f"service_advisor_reports.service_kpi_scorecard_action?menu_id={menu.id}"
        return dict.fromkeys(CODES, scorecards) | actions
