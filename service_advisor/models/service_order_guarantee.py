from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import format_date

from ..tools.three_guarantees import judge_guarantees


class ServiceOrder(models.Model):
    """The three guarantees that the law of China gives household cars."""

    _inherit = "service.order"

    guarantee_status = fields.Char(
        "Three Guarantees",
        compute="_compute_guarantee_status",
        groups="base.group_user",
        help="Until when the law lets the owner exchange the car or have it repaired at no "
        "charge, and what was repaired at the manufacturer's expense so far.",
    )

    # Not on the jobs of other orders: it is shown on the form, which is opened anew each time.
    @api.depends("vehicle_id", "odometer_in", "job_ids.pay_type", "job_ids.state")
    def _compute_guarantee_status(self):
        orders = self._get_guaranteed_orders()
        history = orders._get_car_history() if orders else {}
        for order in self:
            order.guarantee_status = order in orders and order._describe_guarantee(history)

    def _get_guaranteed_orders(self):
        """Return the orders of household cars of companies in China."""
        # The cars first: what a company's country is takes reading its address.
        return self.filtered(
            lambda order: order.vehicle_id.invoice_date
            and order.vehicle_id.usage == "household"
            and order.company_id.country_id.code == "CN"
        )

    def _judge_guarantee(self, history):
        """Return the :class:`~..tools.three_guarantees.Guarantees` of this order's car.

        What counts are the jobs the manufacturer pays, those of this visit included. Two are
        the same problem where they share the operation or the symptom.
        """
        self.ensure_one()
        jobs = self._get_earlier_jobs(history) | self.job_ids
        jobs = jobs.filtered(
            lambda job: job.pay_type == "warranty" and job.state not in ("declined", "cancelled")
        )
        problems = defaultdict(int)
        for job in jobs:
            for problem in filter(None, (job.operation_id, job.symptom_id)):
                problems[problem] += 1
        now = fields.Datetime.now()
        stays = [
            (visit.checked_in_at, visit.ready_at or visit.delivered_at or now)
            for visit in jobs.order_id
            if visit.checked_in_at
        ]
        return judge_guarantees(
            self.vehicle_id.invoice_date,
            self._get_day(now),
            self._get_odometer(),
            stays,
            max(problems.values(), default=0),
        )

    def _describe_guarantee(self, history):
        found = self._judge_guarantee(history)
        if not found.in_free_repair:
            return False
        said = []
        if found.in_exchange:
            day = format_date(self.env, found.exchange_until)
            said.append(self.env._("exchange until %s or 50,000 km", day))
        day = format_date(self.env, found.free_repair_until)
        said.append(self.env._("free repair until %s or 60,000 km", day))
        text = "; ".join(said)
        return text[:1].upper() + text[1:]

    def _describe_count(self, found):
        return self.env._(
            "same problem repaired %(repairs)s times, %(days)s days in repair",
            repairs=found.same_repairs,
            days=found.repair_days,
        )

    def _suggest_guarantees(self, history):
        """Warn of cars whose owner may soon ask for another one."""
        found = {}
        for order in self._get_guaranteed_orders():
            judged = order._judge_guarantee(history)
            if judged.level != "none":
                found[order] = [order._prepare_guarantee_vals(judged)]
        return found

    def _prepare_guarantee_vals(self, judged):
        count = self._describe_count(judged)
        return {
            "kind": "guarantee",
            "name": self.env._("Three guarantees: %s", count),
            "reason": self.env._(
                "Exchange or return of the car may be asked for until %s or 50,000 km. Tell the "
                "service manager before anything is promised.",
                format_date(self.env, judged.exchange_until),
            ),
            "is_urgent": judged.level == "red",
        }
