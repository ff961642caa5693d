from odoo.addons.service_advisor.tests.common import ServiceAdvisorCommon
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestConsentSwitch(ServiceAdvisorCommon):
    """R5.3: the switches on the customer and the dated consents say the same."""

    def _answers(self, customer=None):
        consents = (customer or self.customer).service_consent_ids
        return [(c.purpose, c.state, c.channel) for c in consents.sorted("id")]

    def test_switch_leaves_a_consent(self):
        """R5.3: whoever moves a switch leaves who, when and what; moving nothing leaves
        nothing."""
        customer = self.customer.with_user(self.reception)
        customer.write({"service_no_survey": False, "name": "Li"})
        self.assertFalse(self._answers())
        customer.write({"service_no_survey": True, "service_shares_results": True})
        customer.service_no_survey = True
        self.assertEqual(
            self._answers(),
            [("survey", "refused", "switch"), ("marketing", "given", "switch")],
        )
        self.assertEqual(self.customer.service_consent_ids.user_id, self.reception)
        customer.write({"service_no_survey": False, "service_shares_results": False})
        self.assertEqual(
            self._answers()[2:],
            [("survey", "given", "switch"), ("marketing", "withdrawn", "switch")],
        )

    def test_consent_moves_the_switch(self):
        """R5.3: an answer moves the switch that people see, and leaves one row only."""
        record = self.customer._record_consent
        record("offer_call", "refused", "phone")
        record("marketing", "given", "paper")
        record("sales", "refused", "phone")  # has no switch
        self.assertTrue(self.customer.service_no_offer_call)
        self.assertTrue(self.customer.service_shares_results)
        self.assertEqual(len(self._answers()), 3)
        record("offer_call", "given", "portal")
        record("marketing", "withdrawn", "portal")
        self.assertFalse(self.customer.service_no_offer_call)
        self.assertFalse(self.customer.service_shares_results)
        self.assertEqual(len(self._answers()), 5)

    def test_new_customers(self):
        """R5.3: a customer entered with a switch has its consent; others have none."""
        plain, careful = self.env["res.partner"].create(
            [{"name": "Plain"}, {"name": "Careful", "service_no_quality_call": True}]
        )
        self.assertFalse(self._answers(plain))
        self.assertEqual(self._answers(careful), [("quality_call", "refused", "switch")])

    def test_constant_queries(self):
        """R5.3: moving a switch costs the same for few customers and many."""
        customers = self.env["res.partner"].with_context(tracking_disable=True).create(
            [{"name": f"C{i}"} for i in range(14)]
        )
        costs = []
        for some in (customers[:2], customers[2:4], customers[4:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some.write({"service_no_survey": True, "service_shares_results": True})
            self.env.flush_all()
            costs.append(self.cr.sql_log_count - before)
        self.assertEqual(costs[1], costs[2])
