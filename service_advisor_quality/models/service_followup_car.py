from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.addons.service_advisor.models.service_order import OPEN_STATES
from odoo.fields import Domain

# Days after which a car is looked at again, and after which the same call is made again.
LOOK_AGAIN = timedelta(days=7)
CALL_AGAIN = timedelta(days=90)


class ServiceFollowup(models.Model):
    """Calls that a car gives reason to although it is not here: recall, maintenance, lost."""

    _inherit = "service.followup"

    @api.model
    def _cron_find_cars(self):
        """Look at each car once a week, and put on the list whose customer is to be called."""
        today = fields.Date.context_today(self)
        looked = Domain("followup_looked_on", "=", False)
        domain = Domain("owner_id", "!=", False) & (
            looked | Domain("followup_looked_on", "<=", today - LOOK_AGAIN)
        )
        cars = self.env["service.vehicle"].search(domain, order="id")
        self.env["service.batch"]._run(cars, domain, self._follow_cars)

    @api.model
    def _follow_cars(self, cars):
        """Make the follow-ups of these cars, at most one per car.

        Costs the same number of queries for one car as for a batch.
        """
        visits = self._get_last_visits(cars)
        idle = self._get_idle_cars(cars)
        recalls = self._get_open_recalls(idle)
        due = self._get_due_maintenance(visits, idle)
        called = self._get_lately_called(cars)
        vals_list = []
        for car in idle:
            visit = visits.get(car, self.env["service.order"])
            vals = self._choose_call(car, visit, recalls.get(car), due.get(car), called)
            if vals:
                common = self._prepare_common_vals(car, car.owner_id, visit)
                vals_list.append(common | vals)
        self._put_on_list(vals_list)
        # Nobody enters when a car was looked at.
        cars.sudo().write({"followup_looked_on": fields.Date.context_today(self)})

    @api.model
    def _choose_call(self, car, visit, recall, maintenance, called):
        """Return the values of the weightiest reason to call about ``car``, None without any.

        :param called: ``{(car, kind)}`` of calls made lately.
        """
        reasons = (
            ("recall", recall and {"recall_id": recall.id, "reason": recall.display_name}),
            ("maintenance", maintenance and {"reason": maintenance}),
            ("lost", self._prepare_lost_vals(car, visit)),
        )
        for kind, vals in reasons:
            if vals and (car, kind) not in called and self._may_call(car.owner_id, kind):
                return {"kind": kind, **vals}
        return None

    @api.model
    def _prepare_lost_vals(self, car, visit):
        months = car.company_id.service_lost_months
        if not months or not visit:
            return None
        day = visit._get_day(visit.delivered_at)
        if day > fields.Date.context_today(self) - relativedelta(months=months):
            return None
        return {
            "order_id": visit.id,
            "reason": self.env._("Last visit on %s", self._format_day(day)),
        }

    # ---- what is known of the cars --------------------------------------------------------

    @api.model
    def _get_last_visits(self, cars):
        """Return ``{car: service.order}``: the last visit that is over."""
        rows = self.env["service.order"]._read_group(
            [("vehicle_id", "in", cars.ids), ("delivered_at", "!=", False)],
            ["vehicle_id"],
            ["id:max"],
        )
        orders = self.env["service.order"].browse([order for _car, order in rows])
        return {order.vehicle_id: order for order in orders}

    @api.model
    def _get_idle_cars(self, cars):
        """Return those of ``cars`` that are neither here, nor expected, nor on the list."""
        orders = self.env["service.order"]._read_group(
            [("vehicle_id", "in", cars.ids), ("state", "in", OPEN_STATES)], ["vehicle_id"]
        )
        listed = self._read_group(
            [("vehicle_id", "in", cars.ids), ("state", "=", "open")], ["vehicle_id"]
        )
        busy = [car.id for [car] in orders] + [car.id for [car] in listed]
        return cars - cars.browse(busy)

    @api.model
    def _get_open_recalls(self, cars):
        """Return ``{car: service.recall}``: the first campaign nobody has answered yet."""
        matches = self.env["service.recall"]._match(cars)
        answers = self.env["service.suggestion"].search(
            [("vehicle_id", "in", cars.ids), ("recall_id", "!=", False)]
        )
        answered = {
            (answer.vehicle_id, answer.recall_id)
            for answer in answers
            if answer.outcome != "open"
        }
        return {
            car: recalls.filtered(
                lambda recall, car=car: (car, recall) not in answered
            ).sorted("do_not_drive", reverse=True)[:1]
            for car, recalls in matches.items()
        }

    @api.model
    def _get_due_maintenance(self, visits, cars):
        """Return ``{car: what is due, in words}``, as it is suggested at the check-in."""
        cars = cars.filtered(lambda car: car.company_id.service_maintenance_call)
        orders = self.env["service.order"].union(
            *(order for car, order in visits.items() if car in cars)
        )
        if not orders:
            return {}
        plans = self.env["service.maintenance.plan"]._get_by_vehicle(orders.vehicle_id)
        history = orders._get_car_history()
        today = fields.Date.context_today(self)
        found = {}
        for order in orders:
            car = order.vehicle_id
            lines = plans[car].line_ids if car in plans else ()
            last_done = order._get_last_done(history, with_own=True)
            due = [
                line.operation_id.name
                for line in lines
                if line._judge(car, today, car.odometer, last_done.get(line.operation_id)).state
                != "not_due"
            ]
            if due:
                found[car] = ", ".join(due)
        return found

    @api.model
    def _get_lately_called(self, cars):
        """Return ``{(car, kind)}`` of the calls that are not to be made again yet."""
        over = self.search_fetch(
            [("vehicle_id", "in", cars.ids), ("kind", "in", ("recall", "maintenance", "lost")),
             ("state", "!=", "open")],
            ["vehicle_id", "kind", "done_at"],
        )
        now, lately = fields.Datetime.now(), set()
        for followup in over:
            pause = CALL_AGAIN
            if followup.kind == "lost":
                pause = relativedelta(months=followup.company_id.service_lost_months)
            if followup.done_at and followup.done_at > now - pause:
                lately.add((followup.vehicle_id, followup.kind))
        return lately
