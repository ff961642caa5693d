from odoo import api, fields, models
from odoo.exceptions import UserError

from ..exceptions import BusyError


class ServiceOrder(models.Model):
    """Approved work takes its place in the workshop."""

    _inherit = "service.order"

    is_customer_waiting = fields.Boolean(
        "Customer Waits",
        copy=False,
        help="The customer stays until the car is ready: this order is planned before others.",
    )
    needs_plan = fields.Boolean(compute="_compute_needs_plan", groups="base.group_user")

    @api.depends("job_ids.state", "job_ids.planned_stop_at", "job_ids.allowed_hours")
    def _compute_needs_plan(self):
        """Approved work that has no place in the workshop, or whose place went by unused."""
        Employee, now = self.env["hr.employee"], fields.Datetime.now()
        for order in self:
            order.needs_plan = Employee._has_technicians(order.company_id.id) and any(
                job.state == "approved"
                and job.allowed_hours > 0  # without hours there is nothing to hold
                and (not job.planned_stop_at or job.planned_stop_at < now)
                for job in order.job_ids
            )

    def action_explain_promise(self):
        """Open what the promise of this order depends on: steps, limit, other ways."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("When the Car Is Ready"),
            "res_model": "service.promise.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_plan(self):
        """Give the approved jobs of these orders that nobody has begun the best place there is
        now, and book it.

        :raises UserError: naming the order that has no such job, or the shop without
            technicians.
        """
        self.check_access("write")
        self._check_can_plan()
        unplanned = self._book_plan()
        message = self.env._("The approved work is booked.")
        if unplanned:
            message = self.env._(
                "Without a place: %s. The orders say why.",
                ", ".join(unplanned.mapped("display_name")),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "warning" if unplanned else "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _check_can_plan(self):
        """Hook: raise a UserError where the work of an order can not be planned."""
        if not self.env.user.has_group("service_advisor.group_advisor"):
            for order in self:
                order._refuse(
                    self.env._(
                        "Only service advisors plan work: ask %s.", order.advisor_id.name
                    )
                )
        for order in self:
            if not self.env["hr.employee"]._has_technicians(order.company_id.id):
                order._refuse(
                    self.env._(
                        "%s plans with nobody yet. The manager marks employees as service "
                        "technicians first.",
                        order.company_id.name,
                    )
                )
            if not order._get_jobs_to_book():
                order._refuse(
                    self.env._(
                        "No approved job waits to be started. Take down the customer's answer "
                        "first."
                    )
                )

    def _get_jobs_to_book(self):
        """Return the approved jobs that nobody has begun and no manager has put in a place."""
        # Whoever plans may know what is put in its place.
        fixed = self.job_ids.sudo().booking_ids.filtered("override_reason").job_id
        return self.job_ids.filtered(
            lambda job: job.state == "approved" and not job.is_running and job not in fixed
        )

    def _after_answer(self, approved):
        """Book what was approved, where the company wants it."""
        result = super()._after_answer(approved)
        Employee = self.env["hr.employee"]
        planned = approved.order_id.filtered(
            lambda order: Employee._has_technicians(order.company_id.id)
            and order.company_id.service_book_approved
        )
        if planned:
            # A customer who answers in the portal books nothing; the workshop does.
            planned.sudo()._book_plan()
        return result

    def _book_plan(self):
        """Book the approved jobs of these orders where the plan puts them.

        An order without a place is told why and stays unplanned: the customer's answer stands
        whatever the workshop can do.

        :return: the jobs that found no place.
        """
        plans = self.env["service.planner"]._plan(self)
        unplanned = self.env["service.job"]
        todo = self._get_jobs_to_book()
        # All that is planned anew makes place first: orders may change places.
        todo._unbook()
        for order, plan in plans.items():  # loop: each order is booked, or told why not
            jobs = todo.filtered(lambda job, order=order: job.order_id == order)
            left, why = order._try_to_book(jobs, plan)
            if left:
                unplanned |= left
                order._tell_unplanned(left, why)
        return unplanned

    def _try_to_book(self, jobs, plan):
        """Book ``jobs`` as in ``plan``.

        :return: ``(jobs that are not booked, why)``.
        """
        planner = self.env["service.planner"]
        steps = {step.job.key: step for step in plan.steps}
        placed = jobs.filtered(lambda job: job.id in steps)
        try:
            with self.env.cr.savepoint():
                for job in placed:  # loop: a job is booked with its own lock and checks
                    if steps[job.id].held:  # without hours there is nothing to hold
                        job._book(planner._get_rows(steps[job.id]))
        except BusyError:
            raise  # Odoo repeats the request, which then sees what the other has booked
        except UserError as error:
            return jobs, str(error)
        left = jobs - placed
        return left, left and planner._get_reason_text(self, plan)

    def _tell_unplanned(self, jobs, why):
        """Leave the advisor a note and something to do about work that has no place."""
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=self.advisor_id.id,
            summary=self.env._("Find a place for: %s", ", ".join(jobs.mapped("display_name"))),
            note=why,
        )
