from datetime import date, datetime, timedelta

from odoo.addons.service_advisor_quality.tests.common import ServiceAdvisorQualityCommon
from odoo.tests import tagged

from ..tools.kpi import FORMULAS, KINDS, codes_of


@tagged("post_install", "-at_install")
class TestKpi(ServiceAdvisorQualityCommon):
    def test_every_figure(self):
        """K1: every figure of every kind can be asked for, and its records open."""
        Kpi = self.env["service.kpi"]
        company = self.env.company
        self.assertEqual(list(Kpi._get_by_code()), list(FORMULAS))
        for by in KINDS:
            figures = Kpi._get_figures(company, date(2026, 3, 1), date(2026, 3, 31), by=by)
            self.assertLessEqual({code for code, _subject in figures}, set(codes_of(by)))
            for code in codes_of(by):
                model, numerator, denominator = Kpi._get_records(
                    code, company, date(2026, 3, 1), date(2026, 3, 31), by, False
                )
                self.env[model].search_count(numerator | denominator)
