from datetime import timedelta

from odoo import Command
from odoo.addons.service_advisor.tests.common import ServiceAdvisorCommon
from odoo.tests import tagged

HOUR = timedelta(hours=1)


@tagged("post_install", "-at_install")
class TestDigest(ServiceAdvisorCommon):
    """R2.5: managers get the state of the workshop by e-mail, and what needs them with links."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A company of its own: what else stands in the database is not counted.
        cls.company = cls.env["res.company"].create({"name": "Digest Motors"})
        cls.env.user.company_ids |= cls.company
        people = cls.manager | cls.advisor
        people.write({"company_ids": [Command.link(cls.company.id)],
                      "company_id": cls.company.id})
        cls.digest = cls.env.ref("service_advisor_reports.digest_workshop_daily")
        cls.vehicle = cls.env["service.vehicle"].create(
            {"plate": "沪D00001", "owner_id": cls.customer.id, "company_id": cls.company.id}
        )

    def _order(self, promise=0, **vals):
        now = self._now()
        order = self.env["service.order"].create(
            {"vehicle_id": self.vehicle.id, "company_id": self.company.id,
             "advisor_id": self.advisor.id}
        )
        order.write({
            "checked_in_at": now - 5 * HOUR,
            "first_promised_at": now + promise * HOUR,
            "counted_promise_at": now + promise * HOUR,
            "promised_at": now + promise * HOUR,
        } | vals)
        return order

    def _kpis(self, user=None):
        user = user or self.manager
        kpis = self.digest.with_company(self.company)._compute_kpis(self.company, user)
        return {kpi["kpi_name"]: kpi for kpi in kpis}

    def test_figures_of_now(self):
        """R2.5: late, at risk, open and ready cars of the recipient's company, once each."""
        self._order(promise=-1)
        self._order(promise=1, risk="at_risk", risk_kind="parts")
        self._order(promise=30)
        self._order(promise=1, ready_at=self._now())
        kpis = self._kpis()
        figures = {
            name: kpi["kpi_col1"]["value"] for name, kpi in kpis.items() if not kpi["kpi_col2"]
        }
        figures.pop("kpi_service_promised")
        self.assertEqual(figures, {
            "kpi_service_late": 1, "kpi_service_at_risk": 1, "kpi_service_open": 3,
            "kpi_service_ready": 1,
        })
        self.assertEqual(kpis["kpi_service_late"]["kpi_col1"]["col_subtitle"], "Now")

    def test_share(self):
        """R2.5 K1: the share on time is against the promise that counts, not the one moved."""
        ready = self._now() - HOUR
        self._order(ready_at=ready, promise=-2)
        self._order(ready_at=ready, promise=-2, promised_at=ready + HOUR)
        self._order(ready_at=ready, promise=0)
        self._order(ready_at=ready, promise=0)
        self.env.flush_all()
        share = self._kpis()["kpi_service_on_time_share"]
        self.assertEqual(share["kpi_col1"]["value"], "50.00")

    def test_no_data(self):
        """R2.5 K1: a share of nothing is no data, and one of none on time is 0."""
        self.assertEqual(self._kpis()["kpi_service_on_time_share"]["kpi_col1"]["value"], "No data")
        self._order(ready_at=self._now() - HOUR, promise=-2)
        self.env.flush_all()
        self.assertEqual(self._kpis()["kpi_service_on_time_share"]["kpi_col1"]["value"], "0.00")

    def test_mail(self):
        """R2.5: the mail names the orders that need the manager, with the way to each."""
        late = self._order(promise=-1, risk="late", risk_kind="overrun")
        late.risk_limit = {"kind": "overrun", "jobs": late.job_ids.ids}
        safe = self._order(promise=3)
        self.digest.user_ids = self.manager
        self.digest.action_send_manual()
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        self.assertEqual(mail.email_to, self.manager.email_formatted)
        body = str(mail.body_html)
        self.assertIn(f"/odoo/service.order/{late.id}", body)
        self.assertIn("Takes longer than the hours sold", body)
        self.assertNotIn(f"/odoo/service.order/{safe.id}", body)
        self.assertIn("Digest Motors", body)

    def test_nothing_for_others(self):
        """R5.3: whoever is no manager gets no figure and no order of the service department."""
        self._order(promise=-1)
        self.assertFalse(self._kpis(self.advisor))
        found = self.digest._get_service_attention(self.company, self.advisor)
        self.assertFalse(found)
