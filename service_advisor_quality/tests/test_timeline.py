from datetime import timedelta

from odoo.tests import tagged

from .survey_common import SurveyCommon


@tagged("post_install", "-at_install")
class TestTimelineQuality(SurveyCommon):
    """What customers said, on the time line of the car and on the customer's page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = cls.env.cr.now()

    def _make_past(self, days=30):
        """Return a visit of Li's with a complaint, an answer and a call."""
        visit = self._deliver(days=days, odometer_in=50000)
        then = visit.delivered_at + timedelta(days=1)
        # Technicians read complaints about their own jobs.
        self.env["service.job"].create(
            {"order_id": visit.id, "concern": "Lin hears it squeal", "state": "done",
             "technician_id": self.employee.id, "finished_at": visit.ready_at}
        )
        self.env["service.complaint"].create(
            {
                "order_id": visit.id, "description": "My wife Lin waited",
                "received_at": then,
            }
        )
        self.env["survey.user_input"].create(
            {
                "survey_id": self.survey.id, "partner_id": visit.partner_id.id,
                "service_order_id": visit.id, "service_company_id": self.company.id,
                "service_warehouse_id": self.warehouse.id,
                "service_advisor_id": self.advisor.id, "service_score_overall": 2,
                "service_recommend_kind": "detractor", "service_score_recommend": 3,
                "service_words": "Too slow", "end_datetime": then, "state": "done",
            }
        )
        self.env["service.followup"].create(
            {
                "kind": "three_day", "partner_id": visit.partner_id.id,
                "vehicle_id": self.vehicle.id, "order_id": visit.id, "words": "Lin was angry",
                "state": "done", "closed_as": "answered", "done_at": then,
            }
        )
        return visit

    def _rows(self, user):
        self.env.invalidate_all()
        rows = self.vehicle.with_user(user).read_timeline(limit=100)["rows"]
        return {row["kind"]: row for row in rows}

    def test_kinds(self):
        """R5.1: complaints, survey answers and calls stand on the line of those who read them."""
        self._make_past()
        rows = self._rows(self.advisor)
        self.assertEqual(rows["complaint"]["note"], "My wife Lin waited")
        self.assertEqual(rows["survey"]["risk"], "danger")
        self.assertIn("2 of 5", rows["survey"]["title"])
        self.assertEqual(rows["followup"]["note"], "Lin was angry")
        rows = self._rows(self.technician)
        self.assertIn("complaint", rows)
        self.assertFalse({"survey", "followup"} & rows.keys())
        self.assertFalse({"complaint", "survey"} & self._rows(self.storekeeper).keys())

    def test_former_owner_said_it(self):
        """R5.3: of a former owner one reads that there was a complaint, not the words, and
        neither answers nor calls; service managers read all."""
        self._make_past()
        self.vehicle.owner_id = self.env["res.partner"].create({"name": "Zhou Buyer"})
        for user in (self.advisor, self.technician, self.inspector):
            with self.subTest(user.name):
                rows = self._rows(user)
                self.assertFalse({"survey", "followup"} & rows.keys())
                self.assertFalse(rows["complaint"]["note"] or rows["complaint"]["res_id"])
                self.assertNotIn("Lin", str(rows))
        rows = self._rows(self.manager)
        self.assertLessEqual({"survey", "followup"}, rows.keys())
        self.assertIn("Lin", str(rows))

    def test_comeback(self):
        """R5.1: work that came back stands there with the work it comes back of."""
        first = self._deliver(days=20, odometer_in=50000)
        job = {"concern": "Squeals when braking", "operation_id": self.operation.id}
        earlier = self.env["service.job"].create(
            dict(job, order_id=first.id, state="done", finished_at=first.ready_at)
        )
        order = self._new_order()
        order.action_check_in()
        self.assertEqual(order.job_ids.comeback_of_id, earlier)
        row = self._rows(self.advisor)["comeback"]
        self.assertIn("Replace front brake pads", row["title"])
        self.assertIn(first.name, row["note"])

    def test_customer_page(self):
        """R5.1: scores, CSAT, complaints and wishes stand on the customer's page."""
        self._make_past()
        self.customer.service_no_survey = True
        self.env.invalidate_all()
        seen = self.customer.with_user(self.reception).read_service_overview()
        boxes = {section["key"]: section["rows"] for section in seen["sections"]}
        self.assertEqual(boxes["satisfaction"][0]["text"], "0 %")
        self.assertEqual(boxes["satisfaction"][1]["badge"], "2 / 5")
        self.assertEqual(boxes["complaints"][0]["risk"], "danger")
        self.assertEqual([row["title"] for row in boxes["consents"]], ["No Surveys"])
        self.assertIn(("Open complaints", "1"),
                      [(fact["label"], fact["value"]) for fact in seen["facts"]])
