from datetime import date, datetime, timedelta

from odoo import Command
from odoo.addons.service_advisor_quality.tests.common import ServiceAdvisorQualityCommon
from odoo.tools import SQL

FIRST, LAST = date(2024, 3, 1), date(2024, 3, 31)
# March 2024 in Berlin: the clock is put forward on its last day.
START, STOP = datetime(2024, 2, 29, 23), datetime(2024, 3, 31, 22)
NOON = datetime(2024, 3, 14, 12)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


class KpiCommon(ServiceAdvisorQualityCommon):
    """A shop in Berlin in March 2024, of which nothing is known but what a test makes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "Europe/Berlin"
        cls.kpi = cls.env["service.kpi"]
        cls.second_advisor = cls.advisor.copy({"name": "Second", "login": "test_second"})

    def _order(self, ready=None, advisor=None, **vals):
        """Return an order as it is in the database once these moments are reached."""
        order = self.env["service.order"].create(
            {
                "vehicle_id": self.vehicle.id,
                "advisor_id": (advisor or self.advisor).id,
                "checked_in_at": NOON - 5 * DAY,
                "ready_at": ready,
                **vals,
            }
        )
        return order

    def _job(self, order, hours=2.0, price=100.0, finished=NOON, clocked=0.0, product=None):
        """Return a finished job with so many hours sold, and clocked."""
        job = self.env["service.job"].create(
            {"order_id": order.id, "concern": "Noise", "technician_id": self.employee.id}
        )
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "service_order_id": order.id,
                "company_id": order.company_id.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": (product or self.labour).id,
                            "product_uom_qty": hours,
                            "price_unit": price,
                            "service_job_id": job.id,
                        }
                    )
                ],
            }
        )
        self.env.flush_all()
        # As the approval leaves it; nothing of the flow is tested here.
        self._set(sale.order_line, state="sale")
        self._set(sale, state="sale")
        if clocked:
            self._clock(job, finished - clocked * HOUR, clocked)
        job.write({"state": "qc", "finished_at": finished})
        return job

    def _clock(self, job, start, hours, employee=None):
        return self.env["service.clocking"].create(
            {
                "job_id": job.id,
                "employee_id": (employee or self.employee).id,
                "start_at": start,
                "stop_at": start + hours * HOUR,
            }
        )

    def _set(self, records, **columns):
        """Write columns as they stand in the database."""
        self.env.flush_all()
        for name, value in columns.items():
            # loop: two columns of a test's record
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id IN %s",
                    SQL.identifier(records._table), SQL.identifier(name), value,
                    tuple(records.ids),
                )
            )
        self.env.invalidate_all()

    def _survey(self, order, sent=NOON, overall=0, recommend=None, done=True):
        answer = self.env["survey.user_input"].create(
            {
                "survey_id": self.env.ref("service_advisor_quality.survey_service").id,
                "service_order_id": order.id,
                "service_company_id": order.company_id.id,
                "service_warehouse_id": order.warehouse_id.id,
                "service_advisor_id": order.advisor_id.id,
                "service_score_overall": overall,
                "service_recommend_kind": recommend,
                "state": "done" if done else "new",
            }
        )
        self._set(answer, create_date=sent)
        return answer

    def _complaint(self, received=NOON, contacted=None, advisor=None, **vals):
        complaint = self.env["service.complaint"].create(
            {
                "vehicle_id": self.vehicle.id,
                "partner_id": self.customer.id,
                "advisor_id": (advisor or self.advisor).id,
                "description": "Squeals again",
                "received_at": received,
                **vals,
            }
        )
        if contacted:
            self._set(complaint, contacted_at=contacted)
        return complaint

    def _figures(self, *codes, by="advisor", first=FIRST, last=LAST, company=None):
        company = company or self.company
        return self.kpi._get_figures(company, first, last, codes or None, by)

    def _figure(self, code, subject=None, by="advisor", **kwargs):
        """Return ``(numerator, denominator)`` of a subject, None without a record."""
        subject = (subject or self.advisor).id
        found = self._figures(code, by=by, **kwargs).get((code, subject))
        return found and (found["numerator"], found["denominator"])

    def _cards(self, day=FIRST, period="month"):
        return self.env["service.kpi.scorecard"]._generate(self.company, period, day)

    def _card(self, subject=None, **kwargs):
        subject = subject or self.advisor
        return self._cards(**kwargs).filtered(lambda card: card.user_id == subject)

    def _row(self, card, code):
        return card.figure_ids.filtered(lambda row: row.kpi_id.code == code)
