"""The figures of the department, counted again from what happened, in plain Python.

Nothing of the product is used here, nor its words for a figure: only exported rows, the formulas of
the department and the calendar. A figure is ``(numerator, denominator)``, a count has no
denominator. See :func:`export` for the rows.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
# What is exported: {model: fields}.
ROWS = {
    "service.order": (
        "company_id", "warehouse_id", "advisor_id", "checked_in_at", "first_promised_at",
        "ready_at", "delivered_at", "cancelled_at"),
    "service.promise.change": ("order_id", "old_promised_at", "new_promised_at", "kind"),
    "service.job": (
        "order_id", "technician_id", "state", "finished_at", "authorised_at", "comeback_of_id"),
    "service.clocking": ("job_id", "employee_id", "start_at", "stop_at"),
    "service.inspection": ("kind", "state", "done_at", "job_ids"),
    "service.inspection.line": ("inspection_id", "result", "failed_job_id"),
    "service.complaint": (
        "company_id", "order_id", "advisor_id", "received_at", "severity", "verdict",
        "discarded_at"),
    "service.complaint.contact": ("complaint_id", "at", "direction", "is_automatic"),
    "survey.user_input": (
        "service_company_id", "service_warehouse_id", "service_advisor_id", "service_order_id",
        "create_date", "state", "test_entry", "service_score_overall",
        "service_score_recommend", "service_recommend_kind"),
    "sale.order": ("company_id", "currency_id", "date_order", "state"),
    "sale.order.line": (
        "order_id", "service_job_id", "product_id", "product_uom_id", "product_uom_qty",
        "price_unit", "discount", "part_origin", "first_supply", "create_date",
        "service_share_kind", "service_claim_id"),
    "service.lost.demand": ("order_id", "sale_line_id", "lost_at"),
    "product.product": ("type", "service_to_purchase"),
    "uom.uom": ("relative_uom_id", "relative_factor"),
    "res.company": ("currency_id", "resource_calendar_id"),
    "res.currency.rate": ("company_id", "currency_id", "name", "rate"),
    "hr.employee": (
        "company_id", "service_warehouse_id", "is_service_technician", "resource_id",
        "resource_calendar_id"),
    "resource.calendar": ("tz",),
    "resource.calendar.attendance": ("calendar_id", "dayofweek", "hour_from", "hour_to"),
    "resource.calendar.leaves": ("calendar_id", "resource_id", "date_from", "date_to"),
}


def export(env):
    """Return ``{model: {id: {field: value}}}`` of all rows; references are ids or False."""
    found = {}
    for model, names in ROWS.items():
        # loop: one search of each kind of row
        rows = env[model].with_context(active_test=False).search_read([], names, load=None)
        found[model] = {row["id"]: row for row in rows}
    return found


class Recount:
    """All figures of one company and period, by each kind of subject."""

    def __init__(self, rows, company, first, last, now, hour):
        """
        :param first, last: local days, both included.
        :param now: naive UTC; what has not ended by then is not counted where it has to end.
        :param hour: id of the unit of an hour.
        """
        self.rows, self.company, self.now, self.hour = rows, company, now, hour
        self.zone = ZoneInfo(self.calendar_of(rows["res.company"][company])["tz"])
        self.first, self.last = first, last
        self.start, self.stop = self.midnight(first), self.midnight(last + DAY)
        self.figures = defaultdict(lambda: [0.0, 0.0])
        for name in sorted(vars(Recount)):
            if name.startswith("count_"):
                getattr(self, name)()

    def calendar_of(self, row):
        return self.rows["resource.calendar"][row["resource_calendar_id"]]

    def midnight(self, day):
        local = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

    def inside(self, moment):
        return bool(moment) and self.start <= moment < self.stop

    def add(self, code, part, whole, **subjects):
        """Add to a figure of the company and of each of ``subjects``, an id or False by kind."""
        for kind, subject in (("company", self.company), *subjects.items()):
            figure = self.figures[kind, code, subject or False]
            figure[0] += part
            figure[1] += whole

    def get(self, kind):
        """Return ``{(code, subject): (numerator, denominator)}``."""
        return {(code, subject): tuple(figure)
                for (found, code, subject), figure in self.figures.items() if found == kind}

    # ---- who it is of ---------------------------------------------------------------------

    def of_order(self, order):
        return {"advisor": order["advisor_id"], "branch": order["warehouse_id"]}

    def of_job(self, job):
        return self.of_order(self.order_of(job)) | {"technician": job["technician_id"]}

    def order_of(self, row):
        return self.rows["service.order"][row["order_id"]]

    def mine(self, model):
        """Yield the rows of the company's own orders."""
        for row in self.rows[model].values():
            if self.order_of(row)["company_id"] == self.company:
                yield row

    # ---- orders ---------------------------------------------------------------------------

    def ready_orders(self):
        return [order for order in self.rows["service.order"].values()
                if order["company_id"] == self.company and self.inside(order["ready_at"])
                and not order["cancelled_at"]]

    def count_orders(self):
        sold = defaultdict(float)
        for job, hours, _amount in self.labour():
            sold[job["order_id"]] += hours
        for order in self.ready_orders():
            of = self.of_order(order)
            self.add("orders_completed", 1, 0, **of)
            self.add("hours_per_order", sold[order["id"]], 1, **of)
            if order["first_promised_at"]:
                on_time = order["ready_at"] <= self.counted_promise(order)
                self.add("on_time", on_time, 1, **of)
                first = order["ready_at"] <= order["first_promised_at"]
                self.add("on_time_first", first, 1, **of)

    def counted_promise(self, order):
        """Only additional work that the customer approved moves it, and only to later."""
        counted = order["first_promised_at"]
        for _id, change in sorted(self.rows["service.promise.change"].items()):
            if change["order_id"] == order["id"] and change["kind"] == "extra_work":
                longer = change["new_promised_at"] - change["old_promised_at"]
                counted += max(longer, timedelta(0))
        return counted

    def count_fixed_first_time(self):
        returns = defaultdict(list)
        jobs = self.rows["service.job"]
        for job in jobs.values():
            if job["comeback_of_id"] and job["state"] != "cancelled":
                earlier = jobs[job["comeback_of_id"]]["order_id"]
                returns[earlier].append(self.order_of(job)["checked_in_at"])
        for order in self.rows["service.order"].values():
            left = order["delivered_at"]
            if order["company_id"] != self.company or not left:
                continue
            end = left + 30 * DAY
            if self.inside(end) and end <= self.now:
                back = any(left <= came <= end for came in returns[order["id"]] if came)
                self.add("fixed_first_time", not back, 1, **self.of_order(order))

    # ---- quality --------------------------------------------------------------------------

    def count_first_pass(self):
        red = defaultdict(list)
        for line in self.rows["service.inspection.line"].values():
            if line["result"] == "red":
                red[line["inspection_id"]].append(line["failed_job_id"])
        finals = defaultdict(list)
        for final in self.rows["service.inspection"].values():
            if final["kind"] == "final" and final["state"] == "done":
                for job in final["job_ids"]:
                    finals[job].append((final["done_at"], final["id"]))
        for job in self.mine("service.job"):
            if finals[job["id"]]:
                done, first = min(finals[job["id"]])
                if self.inside(done):
                    failed = any(found in (job["id"], False) for found in red[first])
                    self.add("qc_first_pass", not failed, 1, **self.of_job(job))

    def count_complaints(self):
        contacts = defaultdict(list)
        for contact in self.rows["service.complaint.contact"].values():
            if contact["direction"] == "out" and not contact["is_automatic"]:
                contacts[contact["complaint_id"]].append(contact["at"])
        for complaint in self.rows["service.complaint"].values():
            if complaint["company_id"] != self.company or complaint["discarded_at"]:
                continue
            visit = complaint["order_id"] and self.order_of(complaint)
            of = {"advisor": complaint["advisor_id"], "branch": visit and visit["warehouse_id"]}
            due = complaint["received_at"] + timedelta(hours=24)
            if self.inside(due) and due <= self.now:
                in_time = any(at <= due for at in contacts[complaint["id"]])
                self.add("first_contact", in_time, 1, **of)
            if (self.inside(complaint["received_at"]) and complaint["severity"] == "major"
                    and complaint["verdict"] != "not"):
                self.add("major_complaints", 1, 0, **of)

    def count_surveys(self):
        for survey in self.rows["survey.user_input"].values():
            if (survey["service_company_id"] != self.company or survey["test_entry"]
                    or not self.inside(survey["create_date"])):
                continue
            of = {"advisor": survey["service_advisor_id"], "branch": survey["service_warehouse_id"]}
            score, done = survey["service_score_overall"], survey["state"] == "done"
            self.add("response_rate", done, 1, **of)
            if score:
                self.add("csat", score in (4, 5), 1, **of)
            if survey["service_recommend_kind"]:
                likely = survey["service_score_recommend"]
                self.add("nps", (likely in (9, 10)) - (likely <= 6), 1, **of)

    # ---- hours and money ------------------------------------------------------------------

    def labour(self):
        """Yield ``(job, hours, amount)`` of agreed labour, in the money of the company."""
        for line in self.rows["sale.order.line"].values():
            hours = self.in_hours(line)
            moved = line["service_share_kind"] or line["service_claim_id"]
            if not line["service_job_id"] or hours is None or moved:
                continue
            sale = self.rows["sale.order"][line["order_id"]]
            if sale["state"] == "sale" and sale["company_id"] == self.company:
                price = round(line["price_unit"] * (1 - line["discount"] / 100)
                              * line["product_uom_qty"], 2)
                job = self.rows["service.job"][line["service_job_id"]]
                yield job, hours, price / self.rate(sale)

    def in_hours(self, line):
        """Return the hours of the house sold on ``line``, None where it sells none."""
        product = self.rows["product.product"].get(line["product_id"])
        if not product or product["type"] != "service" or product["service_to_purchase"]:
            return None
        unit, hours = self.rows["uom.uom"][line["product_uom_id"]], line["product_uom_qty"]
        while unit["id"] != self.hour:
            if not unit["relative_uom_id"]:
                return None
            hours *= unit["relative_factor"]
            unit = self.rows["uom.uom"][unit["relative_uom_id"]]
        return hours

    def rate(self, sale):
        """Return how much of the currency of ``sale`` one unit of the company's buys."""
        def units(currency):
            known = [(rate["name"], rate["rate"])
                     for rate in self.rows["res.currency.rate"].values()
                     if rate["currency_id"] == currency and rate["company_id"] == self.company
                     and rate["name"] <= sale["date_order"].date()]
            return max(known)[1] if known else 1.0

        company = self.rows["res.company"][self.company]
        return units(sale["currency_id"]) / units(company["currency_id"])

    def count_hours(self):
        clocked = defaultdict(float)
        for clock in self.rows["service.clocking"].values():
            job = self.rows["service.job"][clock["job_id"]]
            hours = (clock["stop_at"] - clock["start_at"]).total_seconds() / 3600
            clocked[job["id"]] += hours
            if self.order_of(job)["company_id"] == self.company and self.inside(clock["start_at"]):
                person = self.rows["hr.employee"][clock["employee_id"]]
                self.add("productivity", hours, 0, **self.of_person(person))
        sold = defaultdict(lambda: [0.0, 0.0])
        for job, hours, amount in self.labour():
            sold[job["id"]][0] += hours
            sold[job["id"]][1] += amount
        for job in self.mine("service.job"):
            if self.inside(job["finished_at"]):
                hours, amount = sold[job["id"]]
                self.add("efficiency", hours, clocked[job["id"]], **self.of_job(job))
                self.add("labour_rate", amount, hours, **self.of_job(job))
        for person in self.rows["hr.employee"].values():
            if person["company_id"] == self.company and person["is_service_technician"]:
                self.add("productivity", 0, self.attended(person), **self.of_person(person))

    def of_person(self, person):
        return {"branch": person["service_warehouse_id"], "technician": person["id"]}

    def attended(self, person):
        """Return the hours ``person`` should be there, without time off, until now."""
        calendar, seconds = self.calendar_of(person), 0.0
        zone, day = ZoneInfo(calendar["tz"]), self.first - DAY
        weekdays = defaultdict(list)
        for turn in self.rows["resource.calendar.attendance"].values():
            if turn["calendar_id"] == calendar["id"]:
                weekdays[int(turn["dayofweek"])].append((turn["hour_from"], turn["hour_to"]))
        away = [(leave["date_from"], leave["date_to"])
                for leave in self.rows["resource.calendar.leaves"].values()
                if leave["resource_id"] == person["resource_id"]
                or (not leave["resource_id"] and leave["calendar_id"] == calendar["id"])]
        while day <= self.last + DAY:
            for turn in weekdays[day.weekday()]:
                begin, end = (self.clock_time(day, hour, zone) for hour in turn)
                end = min(end, self.stop, self.now)
                seconds += self.without(max(begin, self.start), end, away)
            day += DAY
        return seconds / 3600

    @staticmethod
    def clock_time(day, hour, zone):
        """Return when the clock on the wall shows ``hour`` on ``day``, naive UTC."""
        local = datetime(day.year, day.month, day.day) + timedelta(hours=hour)
        return local.replace(tzinfo=zone).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

    @staticmethod
    def without(begin, end, away):
        """Return the seconds from ``begin`` to ``end`` in none of the spans ``away``."""
        left = [(begin, end)]
        for start, stop in away:
            left = [piece for a, b in left for piece in ((a, min(b, start)), (max(a, stop), b))
                    if piece[0] < piece[1]]
        return sum((b - a).total_seconds() for a, b in left if a < b)

    # ---- parts ----------------------------------------------------------------------------

    def count_parts(self):
        bought = set()
        for line in self.rows["sale.order.line"].values():
            sale = self.rows["sale.order"][line["order_id"]]
            if sale["state"] != "sale":
                continue
            bought.add(line["id"])
            if not line["service_job_id"] or line["part_origin"] == "customer":
                continue
            job = self.rows["service.job"][line["service_job_id"]]
            asked = job["authorised_at"] or line["create_date"]
            if (line["first_supply"] and self.inside(asked)
                    and self.order_of(job)["company_id"] == self.company):
                of = self.of_order(self.order_of(job))
                self.add("parts_fill_rate", line["first_supply"] == "served", 1, **of)
        for lost in self.mine("service.lost.demand"):
            if self.inside(lost["lost_at"]) and lost["sale_line_id"] not in bought:
                self.add("parts_fill_rate", 0, 1, **self.of_order(self.order_of(lost)))
