"""Histories of two shops, drawn from a seed, with the edges that figures are wrong about.

What happened is written with the moments at which it happened, by the superuser and past the steps
that would take the moment of now; only promises are moved by their own step.
"""

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import Command, fields

# Shanghai has no summer time; Berlin has a day of 23 hours on the last Sunday of March.
ZONES = ("Asia/Shanghai", "Europe/Berlin")
# Days, both included: a month that ends on the night of the change, that day alone, the month
# after it, and one in which nothing happened.
PERIODS = (
    (datetime(2024, 3, 1), datetime(2024, 3, 31)),
    (datetime(2024, 3, 31), datetime(2024, 3, 31)),
    (datetime(2024, 4, 1), datetime(2024, 4, 30)),
    (datetime(2019, 5, 1), datetime(2019, 5, 31)),
)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
ORDERS = 40


def to_utc(local, zone):
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


class Histories:
    """Two shops; :meth:`tell` lets a random history happen in them."""

    def __init__(self, env):
        self.env = env(context=dict(env.context, tracking_disable=True, no_reset_password=True))
        self.companies = self.env.company + self._make_company()
        self.env.company.resource_calendar_id = self._make_calendar(self.env.company, ZONES[0])
        self.env = self.env(context=dict(
            self.env.context, allowed_company_ids=self.companies.ids))
        self.advisors = self.env["res.users"].create(
            [{"name": f"Advisor {n}", "login": f"history_{n}",
              "company_ids": [Command.set(self.companies.ids)],
              "group_ids": [Command.set([self.env.ref("service_advisor.group_advisor").id])]}
             for n in range(3)])
        self.shops = [self._make_shop(company) for company in self.companies]
        self.labour = self.env.ref("service_advisor.product_labour")
        self.fee = self.env["product.product"].create({"name": "Fee", "type": "service"})
        # What a vendor does is sold by the hour of the vendor.
        self.vendor_work = self.env["product.product"].create(
            {"name": "Painting", "type": "service", "uom_id": self.labour.uom_id.id,
             "seller_ids": [Command.create({"partner_id": self.shops[0]["owner"].id})]})
        for company in self.companies:
            # loop: each company says for itself where it buys
            self.vendor_work.with_company(company).service_to_purchase = True
        self.part = self.env["product.product"].create(
            {"name": "Pad", "type": "consu", "is_storable": True})
        self.hour = self.env.ref("uom.product_uom_hour")
        self.day = self.env.ref("uom.product_uom_day")
        self.checklist = self.env["service.checklist"].search([], limit=1)

    # ---- the shops ------------------------------------------------------------------------

    def _make_company(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "name": "2024-01-01", "rate": 0.8,
             "company_id": self.env.company.id})
        company = self.env["res.company"].create({"name": "East", "currency_id": euro.id})
        self.env["res.currency.rate"].create(
            {"currency_id": self.env.company.currency_id.id, "name": "2024-01-01", "rate": 1.25,
             "company_id": company.id})
        self.env.user.company_ids |= company
        company.resource_calendar_id = self._make_calendar(company, ZONES[1])
        return company

    def _make_calendar(self, company, zone):
        # By night, so that the change of the clocks is in it; one lasts until midnight.
        return self.env["resource.calendar"].create(
            {"name": "Shifts", "company_id": company.id, "tz": zone, "attendance_ids": [
                Command.clear(),
                *(Command.create({"name": "Work", "dayofweek": str(day), "hour_from": start,
                                  "hour_to": stop, "day_period": "morning"})
                  for day, start, stop in ((0, 8, 17), (2, 8.5, 16.25), (4, 12, 24), (6, 0, 6)))]})

    def _make_shop(self, company):
        env = self.env(context=dict(self.env.context, allowed_company_ids=[company.id]))
        warehouses = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        warehouses += env["stock.warehouse"].create(
            [{"name": f"Branch {company.id}-{n}", "code": f"H{n}{company.id}",
              "company_id": company.id} for n in range(len(warehouses), 2)])
        technicians = env["hr.employee"].create(
            [{"name": f"Technician {n}", "company_id": company.id, "is_service_technician": True,
              "resource_calendar_id": company.resource_calendar_id.id,
              "tz": company.resource_calendar_id.tz,
              "service_warehouse_id": warehouses[n].id} for n in range(2)])
        env["resource.calendar.leaves"].create(
            [{"name": "Ill", "resource_id": technicians[0].resource_id.id,
              "calendar_id": company.resource_calendar_id.id, "company_id": company.id,
              "date_from": "2024-03-13 04:00:00", "date_to": "2024-03-15 20:00:00"},
             {"name": "Holiday", "resource_id": False, "company_id": company.id,
              "calendar_id": company.resource_calendar_id.id,
              "date_from": "2024-03-18 00:00:00", "date_to": "2024-03-18 23:00:00"}])
        owner = env["res.partner"].create({"name": f"Owner {company.id}"})
        cars = env["service.vehicle"].create(
            [{"plate": f"H{company.id}-{n}", "owner_id": owner.id, "company_id": company.id}
             for n in range(4)])
        foreign = (self.companies - company).currency_id
        pricelist = env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": foreign.id, "company_id": company.id})
        return {"env": env, "company": company, "warehouses": warehouses, "owner": owner,
                "technicians": technicians, "cars": cars, "pricelist": pricelist,
                "zone": company.resource_calendar_id.tz}

    # ---- a history ------------------------------------------------------------------------

    def tell(self, seed):
        """Let a history happen; the same one for the same ``seed``."""
        self.draw = random.Random(seed)
        self.now = fields.Datetime.now()
        plans = [self._plan(number) for number in range(ORDERS)]
        for shop in self.shops:
            mine = [plan for plan in plans if plan["shop"] is shop]
            orders = shop["env"]["service.order"].create(
                [self._prepare_order(plan) for plan in mine])
            for plan, order in zip(mine, orders, strict=True):
                plan["order"] = order
            self._make_estimates(mine)
        for plan in plans:
            self._promise(plan)
        for shop in self.shops:
            mine = [plan for plan in plans if plan["shop"] is shop]
            self._make_clocks(shop, mine)
            self._make_finals(shop, mine)
            self._make_complaints(shop, mine)
            self._make_surveys(shop, mine)
            self._make_comebacks(mine)
            self._lose_sales(shop, mine)
        self.env.flush_all()
        for plan in plans:
            self._date(plan)
        self.env.invalidate_all()

    def _moment(self, zone):
        """Return when it happened: often on the border of a period, to the second."""
        kind = self.draw.random()
        if kind < 0.35:
            first, last = self.draw.choice(PERIODS[:3])
            border = to_utc(self.draw.choice((first, last + DAY)), zone)
            return border + self.draw.choice((-SECOND, timedelta(0), SECOND))
        if kind < 0.45:
            # Around the hour that is not there.
            return datetime(2024, 3, 31, 0, 59, 59) + self.draw.choice((0, 1, 2, 3601)) * SECOND
        start = datetime(2024, 2, 20)
        return start + timedelta(seconds=self.draw.randrange(75 * 86400))

    def _plan(self, number):
        draw, shop = self.draw, self.draw.choice(self.shops)
        ready = self._moment(shop["zone"])
        plan = {
            "shop": shop, "ready": ready, "checked_in": ready - draw.random() * 5 * DAY,
            "delivered": ready + draw.choice((SECOND, DAY / 3, 6 * DAY, 20 * DAY)),
            "cancelled": None, "advisor": draw.choice(self.advisors),
            "warehouse": draw.choice(shop["warehouses"]), "car": draw.choice(shop["cars"]),
            "promise": ready + draw.choice((-DAY, -SECOND, timedelta(0), SECOND, DAY)),
            "moves": draw.choice(((), (), ("parts",), ("extra_work",), ("workshop", "extra_work"))),
            "jobs": draw.choice((1, 1, 2, 3)),
        }
        fate = draw.random()
        if fate < 0.08:  # still in work
            plan["ready"] = plan["delivered"] = None
        elif fate < 0.16:  # never came back for
            plan["delivered"] = None
        elif fate < 0.22:  # ready was taken back: it is cancelled
            plan["cancelled"], plan["delivered"] = ready + DAY, None
        elif fate < 0.28:
            plan["promise"] = None
        elif fate < 0.34:  # brought by an import: nobody counted
            plan["moves"] = ("import",)
        # Thirty days that end a second ago, and in a minute.
        if number < 4:
            late = (SECOND, -timedelta(minutes=20))[number % 2]
            plan |= {"delivered": self.now - 30 * DAY - late, "cancelled": None,
                     "ready": self.now - 31 * DAY, "checked_in": self.now - 33 * DAY}
        return {name: value.replace(microsecond=0) if isinstance(value, datetime) else value
                for name, value in plan.items()}

    def _prepare_order(self, plan):
        shop, draw = plan["shop"], self.draw
        return {
            "company_id": shop["company"].id, "warehouse_id": plan["warehouse"].id,
            "advisor_id": plan["advisor"].id, "vehicle_id": plan["car"].id,
            "job_ids": [Command.create(
                {"concern": f"Noise {draw.random()}", "payer_id": shop["owner"].id,
                 "technician_id": draw.choice((*shop["technicians"].ids, False))})
                for _job in range(plan["jobs"])],
        }

    def _make_estimates(self, plans):
        """One estimate per order, sometimes in another currency, sometimes not agreed to."""
        vals_list = []
        for number, plan in enumerate(plans):
            lines = [line for job in plan["order"].job_ids for line in self._draw_lines(job)]
            vals = {"service_order_id": plan["order"].id, "partner_id": plan["shop"]["owner"].id,
                    "company_id": plan["shop"]["company"].id, "name": f"H{number}-1",
                    "warehouse_id": plan["warehouse"].id, "date_order": "2024-03-05 10:00:00",
                    "service_round": 1, "order_line": [Command.create(line) for line in lines]}
            if self.draw.random() < 0.25:
                vals["pricelist_id"] = plan["shop"]["pricelist"].id
            plan["agreed"] = self.draw.random() < 0.85
            vals_list.append(vals)
        Estimate = plans[0]["shop"]["env"]["sale.order"]
        for plan, estimate in zip(plans, Estimate.create(vals_list), strict=True):
            plan["estimate"] = estimate

    def _draw_lines(self, job):
        draw, lines = self.draw, []
        for _line in range(draw.choice((0, 1, 1, 2))):
            lines.append({"product_id": self.labour.id, "service_job_id": job.id,
                          "product_uom_qty": draw.choice((0.5, 1, 1.25, 3)), "price_unit": 90.0,
                          "discount": draw.choice((0, 0, 10)),
                          "product_uom_id": draw.choice((self.hour, self.hour, self.day)).id})
        for product in (self.fee, self.vendor_work):
            if draw.random() < 0.15:
                lines.append({"product_id": product.id, "service_job_id": job.id,
                              "product_uom_qty": 1, "price_unit": 7.0})
        for _line in range(draw.choice((0, 1, 2))):
            lines.append({"product_id": self.part.id, "service_job_id": job.id,
                          "product_uom_qty": 2, "price_unit": 11.0, "part_origin": draw.choice(
                              ("original", "original", "customer"))})
        return lines

    def _promise(self, plan):
        """Promise, let the customer approve, and move the promise by its own step."""
        order, promise = plan["order"], plan["promise"]
        if not promise:
            return
        order.write({"promised_at": promise, "first_promised_at": promise,
                     "counted_promise_at": "import" not in plan["moves"] and promise})
        order.job_ids.write({"state": "approved"})
        for kind in plan["moves"]:
            if kind != "import":
                later = order.promised_at + self.draw.choice((SECOND, DAY / 4, DAY, -DAY / 8))
                order._change_promise(later.replace(microsecond=0), "History", kind)

    def _make_clocks(self, shop, plans):
        vals_list = []
        for plan in plans:
            for job in plan["order"].job_ids:
                for _clock in range(self.draw.choice((0, 1, 1, 2))):
                    start = self._moment(shop["zone"])
                    vals_list.append(
                        {"job_id": job.id, "employee_id": self.draw.choice(
                            shop["technicians"]).id, "start_at": start,
                         "stop_at": start + timedelta(seconds=self.draw.randrange(1, 20000))})
        shop["env"]["service.clocking"].create(vals_list)

    def _make_finals(self, shop, plans):
        """Final inspections; several of a job, some failed for one job or for all."""
        rounds = ([], [])
        for plan in plans:
            done = self._moment(shop["zone"])
            jobs = self.draw.choice((plan["order"].job_ids, plan["order"].job_ids[:1]))
            for attempt in range(self.draw.choice((0, 1, 1, 2))):
                named = self.draw.choice((False, *jobs.ids))
                results = self.draw.choice((("green",), ("green", "red"), ("yellow", "yellow")))
                done += self.draw.choice((SECOND, 9 * DAY))
                rounds[attempt].append((done, {
                    "order_id": plan["order"].id, "kind": "final", "attempt": attempt + 1,
                    "checklist_id": self.checklist.id, "job_ids": [Command.set(jobs.ids)],
                }, [{"section": "Road", "name": "Drive", "result": result,
                     "failed_job_id": result == "red" and named} for result in results]))
        for found in rounds:
            # loop: the first inspections are done before the second begin
            finals = shop["env"]["service.inspection"].create([vals for _done, vals, _ in found])
            shop["env"]["service.inspection.line"].create(
                [dict(line, inspection_id=final.id)
                 for final, (_done, _vals, lines) in zip(finals, found, strict=True)
                 for line in lines])
            finals.flush_recordset()
            for final, (done, _vals, lines) in zip(finals, found, strict=True):
                # Inspectors sign them, who have not worked on the job; their step takes now.
                worst = max((line["result"] for line in lines), key="green yellow red".index)
                self.env.cr.execute(
                    "UPDATE service_inspection SET state = 'done', done_at = %s, result = %s"
                    " WHERE id = %s", [done, worst, final.id])
            finals.invalidate_recordset()

    def _make_complaints(self, shop, plans):
        draw, vals_list, contacts = self.draw, [], []
        for number in range(22):
            received = self._moment(shop["zone"]) - draw.choice((0, 1)) * DAY
            if number < 2:  # the 24 hours end now, and in a minute
                received = self.now - DAY - (-1) ** number * timedelta(minutes=10)
            plan, drop = draw.choice(plans), draw.random()
            visit = drop < 0.8
            vals = {"description": "Loud", "company_id": shop["company"].id,
                    "order_id": visit and plan["order"].id, "received_at": received,
                    "partner_id": shop["owner"].id,
                    "advisor_id": draw.choice((*self.advisors.ids, False)),
                    "severity": draw.choice(("minor", "major")),
                    "verdict": draw.choice((False, "justified", "partly", "not"))}
            if drop < 0.1:
                vals["discarded_at"] = received + DAY / 2
            elif drop < 0.2:
                vals["withdrawn_at"] = received + DAY / 2
            vals_list.append(vals)
            contacts.append([
                (received + after, direction, automatic)
                for after, direction, automatic in (
                    (timedelta(minutes=1), "out", True), (timedelta(minutes=2), "in", False),
                    (draw.choice((DAY / 2, DAY - SECOND, DAY, DAY + SECOND)), "out", False),
                ) if draw.random() < 0.8])
        complaints = shop["env"]["service.complaint"].create(vals_list)
        shop["env"]["service.complaint.contact"].create(
            [{"complaint_id": complaint.id, "at": at, "direction": direction,
              "is_automatic": automatic, "words": "Sorry"}
             for complaint, known in zip(complaints, contacts, strict=True)
             for at, direction, automatic in known])

    def _make_surveys(self, shop, plans):
        draw, vals_list = self.draw, []
        for plan in plans:
            answered, overall = draw.random() < 0.7, draw.choice((0, 1, 3, 4, 5))
            recommend = draw.choice((None, 0, 6, 7, 8, 9, 10))
            vals = {"survey_id": self.env.ref("service_advisor_quality.survey_service").id,
                    "service_order_id": plan["order"].id, "test_entry": draw.random() < 0.1,
                    "service_company_id": shop["company"].id,
                    "service_warehouse_id": draw.choice(shop["warehouses"]).id,
                    "service_advisor_id": draw.choice((*self.advisors.ids, False))}
            if answered:
                vals |= {"state": "done", "service_score_overall": overall}
                if recommend is not None:
                    vals |= {"service_score_recommend": recommend, "service_recommend_kind": (
                        "promoter" if recommend > 8 else "passive" if recommend > 6
                        else "detractor")}
            vals_list.append(vals)
        answers = shop["env"]["survey.user_input"].create(vals_list)
        for plan, answer in zip(plans, answers, strict=True):
            plan.update(answer=answer, sent=self._moment(shop["zone"]))

    def _make_comebacks(self, plans):
        """Jobs of some orders are about those of others, some just in time to count."""
        delivered = [plan for plan in plans if plan["delivered"]]
        for plan in delivered:
            if self.draw.random() < 0.4:
                back = self.draw.choice([other for other in plans if other is not plan])
                back["checked_in"] = plan["delivered"] + self.draw.choice(
                    (-DAY, SECOND, 10 * DAY, 30 * DAY, 30 * DAY + SECOND))
                back["order"].job_ids[:1].write(
                    {"comeback_of_id": plan["order"].job_ids[-1:].id,
                     "comeback_kind": self.draw.choice(("operation", "concern", "manual"))})

    def _lose_sales(self, shop, plans):
        vals_list = []
        for plan in plans:
            if self.draw.random() < 0.3:
                lines = plan["order"].job_ids.line_ids.filtered(
                    lambda line: line.product_id == self.part)
                vals_list.append(
                    {"name": "Pad", "quantity": 1, "order_id": plan["order"].id,
                     "product_id": self.part.id, "job_id": plan["order"].job_ids[:1].id,
                     "sale_line_id": self.draw.choice((False, lines[:1].id)),
                     "lost_at": self._moment(shop["zone"])})
        shop["env"]["service.lost.demand"].create(vals_list)

    # ---- the moments ----------------------------------------------------------------------

    def _date(self, plan):
        """Write the moments and states that steps would set to now."""
        cr, order, draw = self.env.cr, plan["order"], self.draw
        state = ("cancelled" if plan["cancelled"] else "delivered" if plan["delivered"]
                 else "ready" if plan["ready"] else "in_work")
        cr.execute(
            "UPDATE service_order SET checked_in_at = %s, ready_at = %s, delivered_at = %s,"
            " cancelled_at = %s, state = %s WHERE id = %s",
            [plan["checked_in"], plan["ready"], plan["delivered"], plan["cancelled"], state,
             order.id])
        for job in order.job_ids:
            finished = self._moment(plan["shop"]["zone"])
            over = draw.random() < 0.8
            # What was sold on a job that came to nothing would stand on a cancelled estimate.
            left = "in_work" if job.line_ids else "cancelled"
            cr.execute(
                "UPDATE service_job SET state = %s, finished_at = %s, authorised_at = %s"
                " WHERE id = %s",
                [draw.choice(("done", "qc")) if over else left, finished if over else None,
                 draw.choice((self._moment(plan["shop"]["zone"]), None)), job.id])
        cr.execute(
            "UPDATE sale_order SET state = %s WHERE id = %s",
            ["sale" if plan["agreed"] else "sent", plan["estimate"].id])
        for line in plan["estimate"].order_line:
            supply = line.product_id == self.part and draw.choice(("served", "short", None))
            cr.execute(
                "UPDATE sale_order_line SET state = %s, first_supply = %s, create_date = %s"
                " WHERE id = %s",
                ["sale" if plan["agreed"] else "sent", supply or None,
                 self._moment(plan["shop"]["zone"]), line.id])
        cr.execute("UPDATE survey_user_input SET create_date = %s WHERE id = %s",
                   [plan["sent"], plan["answer"].id])
