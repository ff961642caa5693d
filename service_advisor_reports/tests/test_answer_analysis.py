from odoo.addons.service_advisor_quality.tests.survey_common import SurveyCommon
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestAnswerAnalysis(SurveyCommon):
    """What customers answered, in pivot tables."""

    def test_rates(self):
        """K1 R4.2 R5.2: satisfaction by valid answers, beside the share of answers, and the net
        promoter score from -100 to 100; where nobody answered, there is no data."""
        orders = [self._deliver(vehicle=self._new_car(index)) for index in range(5)]
        self._ask()
        self._answer(orders[0], overall=5, recommend=10)
        self._answer(orders[1], overall=4, recommend=9)
        self._answer(orders[2], overall=3, recommend=6)
        self._answer(orders[3], recommend=8)
        report = self.env["service.survey.result"].with_user(self.manager)
        specs = [
            "sent_count:sum", "answer_count:sum", "response_rate:avg", "valid_count:sum",
            "satisfied_count:sum", "csat:avg", "rated_count:sum", "promoter_points:sum", "nps:avg",
        ]
        domain = [("order_id", "in", [order.id for order in orders])]
        self.assertEqual(
            report._read_group(domain, [], specs), [(5, 4, 0.8, 3, 2, 2 / 3, 4, 100, 25)]
        )
        silent = [("order_id", "=", orders[4].id)]
        self.assertEqual(
            report._read_group(silent, [], ["response_rate:avg", "csat:avg", "nps:avg"]),
            [(0.0, False, False)],
        )
        satisfied, valid = report._get_satisfied_domain(
            self.company, "2000-01-01", "2999-01-01"
        )
        self.assertEqual(report.search_count(satisfied & valid) / report.search_count(valid),
                         report._read_group(valid, [], ["csat:avg"])[0][0])
