from datetime import timedelta

from odoo import fields
from odoo.tests import TransactionCase, tagged

from .histories import PERIODS, Histories
from .recount import Recount, export

COUNTS = {"orders_completed", "major_complaints"}
# Figures whose parts are records, each of which counts for one.
COUNTED = {
    "on_time", "on_time_first", "csat", "response_rate", "first_contact", "orders_completed",
    "qc_first_pass", "major_complaints", "fixed_first_time", "parts_fill_rate",
}
PERCENT = COUNTED - COUNTS | {"nps", "efficiency", "productivity"}
KINDS = ("company", "advisor", "branch", "technician")
OF_TECHNICIANS = {"qc_first_pass", "efficiency", "productivity", "labour_rate"}


@tagged("post_install", "-at_install")
class TestKpiOracle(TransactionCase):
    """Every figure equals what is counted again, from random histories, without the product."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.histories = Histories(cls.env)
        cls.companies = cls.histories.companies
        cls.hour = cls.env.ref("uom.product_uom_hour").id
        cls.histories.tell(1)

    def _get_periods(self):
        today = fields.Date.today()
        last = [(first.date(), last.date()) for first, last in PERIODS]
        return [*last, (today - timedelta(days=3), today + timedelta(days=1))]

    def _count_again(self):
        """Yield each company and period with its figures, counted from what has happened."""
        rows, now = export(self.env(su=True)), fields.Datetime.now()
        for company in self.companies:
            for first, last in self._get_periods():
                yield company, first, last, Recount(rows, company.id, first, last, now, self.hour)

    def _assert_same(self, figures, counted):
        """Compare what the product says with what was counted, figure by figure."""
        for key in sorted(figures.keys() | counted.keys(), key=str):
            code = key[0]
            part, whole = counted.get(key, (0.0, 0.0))
            figure = figures.get(key, {"numerator": 0.0, "denominator": 0.0, "value": None})
            with self.subTest(code=code, subject=key[1]):
                self.assertAlmostEqual(figure["numerator"], part, 4, figure)
                if code in COUNTS:
                    self.assertEqual(figure["value"], part)
                    self.assertIsNone(figure["denominator"])
                    continue
                self.assertAlmostEqual(figure["denominator"] or 0.0, whole, 4, figure)
                if not whole:
                    self.assertIsNone(figure["value"])
                else:
                    factor = 100 if code in PERCENT else 1
                    self.assertAlmostEqual(figure["value"], factor * part / whole, 4)

    def _check_figures(self):
        """Compare all figures; return which were neither 0 nor 1, as ``{(kind, code)}``."""
        kpi, telling = self.env["service.kpi"], set()
        for company, first, last, recount in self._count_again():
            self.assertEqual(
                kpi._get_period(company, first, last), (recount.start, recount.stop))
            for kind in KINDS:
                counted = recount.get(kind)
                with self.subTest(company=company.name, first=first, by=kind):
                    self._assert_same(kpi._get_figures(company, first, last, by=kind), counted)
                telling |= {(kind, code) for (code, _subject), (part, whole) in counted.items()
                            if part and part != whole}
        return telling

    def test_figures(self):
        """K1 K2 K3 K4 K5: each figure, by company, advisor, branch and technician."""
        telling = self._check_figures()
        self.histories.tell(2)
        telling |= self._check_figures()
        # A history that leaves a figure at 0 or at 100 % would prove nothing about it.
        self.assertEqual({code for kind, code in telling if kind == "company"},
                         set(self.env["service.kpi"].search([]).mapped("code")))
        self.assertEqual({code for kind, code in telling if kind == "technician"},
                         OF_TECHNICIANS)

    def test_records(self):
        """K6: what a figure opens is what was counted, for each kind of subject."""
        kpi = self.env["service.kpi"]
        for company, first, last, recount in self._count_again():
            for kind in KINDS:
                for (code, subject), counted in recount.get(kind).items():
                    model, parts, wholes = kpi._get_records(
                        code, company, first, last, kind, subject)
                    with self.subTest(company=company.name, first=first, by=kind, code=code,
                                      subject=subject):
                        self._assert_records(
                            code, self.env[model].sudo(), parts, wholes, counted)

    def _assert_records(self, code, model, parts, wholes, counted):
        if code in COUNTED:
            self.assertEqual(model.search_count(parts), counted[0])
        if code in COUNTED - COUNTS or code == "nps":
            self.assertEqual(model.search_count(wholes), counted[1])
            self.assertFalse(model.search(parts) - model.search(wholes))
