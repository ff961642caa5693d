from datetime import date, datetime

from odoo import Command
from odoo.tests import tagged

from ..tools.kpi import FORMULAS, KINDS, codes_of
from .kpi_common import DAY, FIRST, HOUR, LAST, NOON, SECOND, START, STOP, KpiCommon


@tagged("post_install", "-at_install")
class TestKpi(KpiCommon):
    def test_period(self):
        """K6: the days of a period are the shop's, also when the clock changes."""
        self.assertEqual(self.kpi._get_period(self.company, FIRST, LAST), (START, STOP))
        day = self.kpi._get_period(self.company, date(2024, 3, 31), date(2024, 3, 31))
        self.assertEqual(day[1] - day[0], 23 * HOUR)

    def test_on_time(self):
        """K3: ready to the second of the promise is on time; the counted promise decides."""
        promise = NOON + HOUR
        self._order(promise, first_promised_at=promise)
        self._order(promise + SECOND, first_promised_at=promise)
        self._order(promise + HOUR, first_promised_at=promise, counted_promise_at=promise + HOUR)
        self._order(promise)
        self._order(promise, first_promised_at=promise, cancelled_at=promise)
        self.assertEqual(self._figure("on_time"), (2, 3), "no promise, no denominator")
        self.assertEqual(self._figure("on_time_first"), (1, 3))
        self.assertEqual(self._figure("orders_completed"), (4, None), "cancelled is no visit")
        report = self.env["service.order.report"].search([("advisor_id", "=", self.advisor.id)])
        self.assertEqual(sum(report.mapped("on_time_counted")), 2, "as the analysis says")

    def test_edges_of_the_period(self):
        """K4: an order is of the month in which it was ready, whenever the car was fetched."""
        self._order(START, delivered_at=START + HOUR)
        self._order(START - SECOND, delivered_at=START + HOUR)
        self._order(STOP - SECOND, delivered_at=STOP + 3 * DAY)
        self._order(STOP)
        self.assertEqual(self._figure("orders_completed"), (2, None))
        april = self._figure("orders_completed", first=date(2024, 4, 1), last=date(2024, 4, 30))
        self.assertEqual(april, (1, None))

    def test_no_data(self):
        """K1: nothing to divide by is no data, neither 0 % nor 100 %."""
        figures = self._figures(by="company")
        self.assertEqual({code for code, _subject in figures}, set(FORMULAS))
        for (code, subject), found in figures.items():
            self.assertEqual(subject, self.company.id)
            expected = 0 if code in ("orders_completed", "major_complaints") else None
            self.assertEqual(found["value"], expected, code)

    def test_surveys(self):
        """K1: satisfaction of valid answers, beside the response rate and the promoters."""
        for overall, recommend, done in (
            (5, "promoter", True), (4, "passive", True), (3, "detractor", True),
            (0, None, True), (0, None, False),
        ):
            self._survey(self._order(NOON), NOON, overall, recommend, done)
        self._survey(self._order(NOON), STOP, 5, "promoter")
        self.assertEqual(self._figure("csat"), (2, 3))
        self.assertEqual(self._figure("response_rate"), (4, 5))
        self.assertEqual(self._figure("nps"), (0, 3))
        _model, numerator, denominator = self.kpi._get_records(
            "csat", self.company, FIRST, LAST, "advisor", self.advisor.id
        )
        domains = self.env["service.survey.result"]._get_satisfied_domain(
            self.company, START, STOP
        )
        results = self.env["service.survey.result"]
        for mine, theirs in zip((numerator, denominator), domains, strict=True):
            self.assertEqual(results.search(mine), results.search(theirs))

    def test_first_contact(self):
        """K2: 24 hours to the second are in time; each complaint counts once, when they end."""
        self._complaint(NOON, NOON + DAY)
        self._complaint(NOON, NOON + DAY + SECOND)
        self._complaint(NOON)
        self._complaint(NOON, NOON + HOUR, discarded_at=NOON)
        self._complaint(STOP - DAY, STOP - HOUR)
        self._complaint(START - DAY, START - HOUR)
        self.assertEqual(self._figure("first_contact"), (2, 4))
        april = self._figure("first_contact", first=date(2024, 4, 1), last=date(2024, 4, 30))
        self.assertEqual(april, (1, 1), "received on the last day: its hours end in April")

    def test_first_contact_still_running(self):
        """K2: a complaint whose 24 hours are not over is in no denominator, contacted or not."""
        now = self.env.cr.now().replace(microsecond=0)
        self._complaint(now - HOUR, now)
        self._complaint(now - DAY - HOUR)
        today = now.date()
        found = self._figure("first_contact", first=today - 2 * DAY, last=today + 2 * DAY)
        self.assertEqual(found, (0, 1))

    def test_major_complaints(self):
        """K5: a major complaint counts until it is discarded or found not justified."""
        self._complaint(severity="major")
        self._complaint(severity="major", verdict="partly")
        self._complaint(severity="major", verdict="not")
        self._complaint(severity="major", discarded_at=NOON)
        self._complaint(severity="minor")
        self.assertEqual(self._figure("major_complaints"), (2, None))

    def test_first_inspection(self):
        """K5: what failed first stays failed, in the month of its first inspection."""
        good, redone = self._finished_order(), self._finished_order()
        self._pass(good)
        self._fail(redone)
        redone.job_ids.with_user(self.technician).action_start()
        self._finish_job(redone.job_ids.with_user(self.technician))
        self._pass(redone)
        first = (good | redone).inspection_ids.filtered(lambda final: final.attempt == 1)
        again = redone.inspection_ids.filtered(lambda final: final.attempt == 2)
        self._set(first, done_at=NOON)
        self._set(again, done_at=STOP)
        self.assertEqual(self._figure("qc_first_pass"), (1, 2))
        self.assertEqual(self._figure("qc_first_pass", self.employee, "technician"), (1, 2))
        april = {"first": date(2024, 4, 1), "last": date(2024, 4, 30)}
        self.assertIsNone(self._figure("qc_first_pass", **april))
        scores = self.env["service.quality.score"].search(
            [("inspected_at", ">=", START), ("inspected_at", "<", STOP)]
        )
        self.assertEqual(scores.job_id, (good | redone).job_ids)
        self.assertEqual(sum(scores.mapped("passed_first")), 1)

    def test_fixed_first_time(self):
        """K5: a car that came back within 30 days was not fixed; judged once they are over."""
        left = NOON - 30 * DAY
        fixed, back = (self._order(left, delivered_at=left) for _index in range(2))
        late = self._order(left, delivered_at=left)
        self._order(NOON, delivered_at=NOON)
        for earlier, days in ((back, 30), (back, 10), (late, 31)):
            again = self._order(checked_in_at=left + days * DAY)
            old, new = self._job(earlier, finished=left), self._job(again)
            self._set(new, comeback_of_id=old.id, comeback_kind="concern")
        self.assertEqual(self._figure("fixed_first_time"), (2, 3), "twice back counts once")
        model, numerator, _denominator = self.kpi._get_records(
            "fixed_first_time", self.company, FIRST, LAST, "advisor", self.advisor.id
        )
        self.assertEqual(self.env[model].search(numerator), fixed | late)

    def test_hours(self):
        """K5: sold against clocked hours of the same jobs, money and hours per order."""
        order, other = self._order(NOON), self._order(NOON)
        self._job(order, hours=3, price=100, clocked=2)
        self._job(order, hours=1, price=50, clocked=2)
        self._job(other, hours=5, clocked=1, finished=STOP)
        vendor = Command.create({"partner_id": self.manufacturer.id})
        sublet = self.labour.copy({"service_to_purchase": True, "seller_ids": [vendor]})
        self._job(other, hours=7, product=sublet)
        self.assertEqual(self._figure("efficiency"), (4, 4))
        self.assertEqual(self._figure("efficiency", self.employee, "technician"), (4, 4))
        self.assertEqual(self._figure("labour_rate"), (350, 4))
        self.assertEqual(self._figure("hours_per_order"), (9, 2))
        jobs = (order | other).job_ids
        sold = sum(job._get_sold_hours() for job in jobs)
        self.assertEqual(sold, 9, "as the papers of the order say")

    def test_foreign_currency(self):
        """K6: labour in another currency is counted in that of the company."""
        job = self._job(self._order(NOON), hours=2, price=100)
        self._set(job.line_ids.order_id, currency_rate=4)
        self.assertEqual(self._figure("labour_rate"), (50, 2))

    def test_productivity(self):
        """K6: hours clocked against the hours technicians were there for, without time off."""
        self.employee.is_service_technician = True
        job = self._job(self._order(NOON), clocked=4)
        self._clock(job, START - HOUR, 1)
        found = self._figure("productivity", self.employee, "technician")
        self.assertEqual(found[0], 4)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "resource_id": self.employee.resource_id.id,
                "calendar_id": self.employee.resource_calendar_id.id,
                "date_from": datetime(2024, 3, 4),
                "date_to": datetime(2024, 3, 5, 22),
            }
        )
        with_leave = self._figure("productivity", self.employee, "technician")
        self.assertEqual((found[1], with_leave[1]), (168, 152))

    def test_parts(self):
        """K6: of the parts asked for, those that were on the shelf at once."""
        order = self._authorised_order()
        self._set(order.job_ids, authorised_at=NOON)
        rows = self.env["service.part.report"].search([("order_id", "=", order.id)])
        expected = (sum(rows.mapped("served_count")), len(rows))
        self.assertEqual(expected[1], 2)
        self.assertEqual(self._figure("parts_fill_rate"), expected)
        unsigned = self._authorised_order()
        self._set(unsigned.job_ids, authorised_at=None)
        self._set(unsigned.job_ids.line_ids, create_date=NOON)
        self.assertEqual(self._figure("parts_fill_rate")[1], 4)

    def test_companies(self):
        """K6: the figures of a company are of its records alone."""
        other = self.env["res.company"].create({"name": "Other shop"})
        self._order(NOON)
        theirs = self._order(NOON)
        self._set(theirs, company_id=other.id)
        self.assertEqual(self._figure("orders_completed"), (1, None))
        self.assertEqual(self._figure("orders_completed", company=other), (1, None))

    def _make_history(self, advisor):
        """Let something be counted of every figure."""
        order = self._order(
            NOON, advisor, first_promised_at=NOON, delivered_at=NOON - 20 * DAY
        )
        self._job(order, clocked=1)
        self._survey(order, overall=5, recommend="promoter")
        self._complaint(NOON, NOON + HOUR, advisor, order_id=order.id, severity="major")
        return order

    def test_figures_are_their_records(self):
        """K6: each figure is the sum of the records it opens, of every subject."""
        for advisor in (self.advisor, self.second_advisor):
            self._make_history(advisor)
        self._fail(self._finished_order())
        self._set(self.env["service.inspection"].search([]), done_at=NOON)
        self._set(self.env["service.job"].search([("authorised_at", "!=", False)]),
                  authorised_at=NOON)
        counted = set()
        for by in KINDS:
            for (code, subject), found in self._figures(by=by).items():
                model, numerator, denominator = self.kpi._get_records(
                    code, self.company, FIRST, LAST, by, subject
                )
                _model, rows = self.kpi._get_rows(
                    code, self.company, FIRST, LAST, by, [subject]
                )
                parts = list(rows.get(subject, {}).values())
                self.assertAlmostEqual(sum(part for part, _w in parts), found["numerator"])
                if found["denominator"] is not None and code != "productivity":
                    self.assertAlmostEqual(sum(w for _p, w in parts), found["denominator"])
                records = self.env[model].with_context(active_test=False)
                self.assertEqual(
                    records.search_count(numerator), sum(bool(part) for part, _w in parts)
                )
                self.assertLessEqual(records.search_count(denominator), len(parts))
                counted |= {code} if parts else set()
        self.assertEqual(counted, set(FORMULAS), "something was counted of each")

    def test_queries(self):
        """K6: one query per figure, however many advisors there are."""
        self._make_history(self.advisor)
        self._figures()
        with self.assertQueryCount(len(codes_of("advisor"))):
            self._figures()
        self._make_history(self.second_advisor)
        self._figures()
        with self.assertQueryCount(len(codes_of("advisor"))):
            figures = self._figures()
        self.assertIn(("csat", self.second_advisor.id), figures)

    def test_digest(self):
        """R2.5: the digest says what the scorecards say."""
        now = self.env.cr.now().replace(microsecond=0)
        order = self._order(now - HOUR)
        self._survey(order, now - HOUR, 5)
        self._survey(self._order(now - HOUR), now - HOUR, 2)
        self._complaint(now - DAY - HOUR, now - 2 * HOUR)
        names = ["kpi_service_completed", "kpi_service_csat", "kpi_service_contact"]
        digest = self.env["digest.digest"].create(
            {"name": "Figures", "company_id": self.company.id, **dict.fromkeys(names, True)}
        )
        values = digest.with_user(self.manager).with_context(
            start_datetime=now - DAY, end_datetime=now
        ).read([f"{name}_value" for name in names])[0]
        for name, code in zip(names, ("orders_completed", "csat", "first_contact"), strict=True):
            sums = self.kpi._sum(code, self.company, now - DAY, now, "company")[self.company.id]
            expected = sums[0] if sums[1] is None else 100 * sums[0] / sums[1]
            self.assertAlmostEqual(values[f"{name}_value"], expected, msg=code)
            self.assertTrue(expected, code)
