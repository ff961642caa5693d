from unittest.mock import patch

from odoo.addons.service_advisor_quality.tests.common import ServiceAdvisorQualityCommon

GOOD = {
    "phone": "+86 21 5550 1001",
    "email": "li@customer.example",
    "street": "1 Nanjing Road",
    "city": "Shanghai",
}


class DataCommon(ServiceAdvisorQualityCommon):
    """The small shop, whose customer and car lack nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Score = cls.env["service.data.score"]
        cls.Issue = cls.env["service.data.issue"]
        cls.customer.write(dict(GOOD, country_id=cls.env.ref("base.cn").id))
        cls.customer._record_consent("survey", "given", "counter", evidence="Yes, do")
        cls.vehicle.write({"first_registration_date": "2024-01-15"})
        # The checks are as old as the shop, not as the database.
        cls.env.cr.execute("UPDATE service_data_check SET write_date = '2020-01-01'")
        cls.env.invalidate_all()

    def _check(self, code):
        return self.env.ref(f"service_advisor_reports.service_data_check_{code}")

    def _score(self):
        """Score the customer and the car, as the scheduled action does."""
        self.Score._score(self.customer)
        self.Score._score(self.vehicle)
        return self.customer.service_data_score, self.vehicle.data_score

    def _codes(self, record, state="open"):
        """Return the codes of what is found about ``record``."""
        issues = self.Issue.search([(record._data_link, "=", record.id), ("state", "=", state)])
        return set(issues.mapped("code"))

    def _issue(self, record, code):
        issue = self.Issue.search([(record._data_link, "=", record.id), ("code", "=", code)])
        self.assertEqual(len(issue), 1)
        return issue

    def _new_cars(self, count):
        """Return cars of customers of their own, each with the same gaps."""
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {index}", "phone": "12"} for index in range(count)]
        )
        return self.env["service.vehicle"].create(
            [
                {"plate": f"D-{partner.id}", "owner_id": partner.id, "odometer": 100}
                for partner in partners
            ]
        )

    def _run(self):
        """Run the scheduled action; nothing is committed."""
        committed = patch.object(
            self.env.registry["ir.cron"], "_commit_progress", lambda *_args, **_named: 60
        )
        with committed:
            self.Score._cron_score()
        self.env.invalidate_all()
