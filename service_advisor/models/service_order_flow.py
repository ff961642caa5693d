from odoo import fields, models
from odoo.exceptions import UserError


class ServiceOrder(models.Model):
    """The steps of an order. Every action takes many orders and says why it refuses one."""

    _inherit = "service.order"

    # ---- check-in -------------------------------------------------------------------------

    def action_check_in(self):
        """Take in the cars: who, which car, odometer and at least one concern are known.

        :raises UserError: naming the order and what is missing.
        """
        self._check_can_check_in()
        self._keep({"checked_in_at": fields.Datetime.now()})
        self._record_odometer_in()
        self._after_check_in()
        return True

    def _check_can_check_in(self):
        """Hook: raise a UserError where a car can not be taken in."""
        for order in self:
            order._check_state_is(("booked",), self.env._("check in the car"))
            if order.odometer_in <= 0:
                order._refuse(self.env._("Enter the odometer reading."))
            if not order.job_ids:
                order._refuse(self.env._("Enter at least one concern of the customer as a job."))
        self._check_odometer_in()

    def _after_check_in(self):
        """Hook: called once the cars are taken in."""

    # ---- price and promise ----------------------------------------------------------------

    def action_quote(self):
        """Fix the price of the proposed jobs and compute the promise, to tell the customer.

        :raises UserError: naming the order and the job that has no price yet.
        """
        self._check_can_quote()
        jobs = self._get_jobs_to_quote()
        jobs._share_out()
        estimates = jobs.line_ids.order_id.filtered(lambda estimate: estimate.state == "draft")
        # The order's chatter tells the story; the estimate need not tell it again.
        estimates.with_context(tracking_disable=True).action_quotation_sent()
        jobs._write_if_changed("quoted")
        for order, promise in self._compute_promises().items():
            order._set_promise(*promise)
        self._propose(self._get_quoted_jobs())
        self._after_quote()
        return True

    def _get_jobs_to_quote(self):
        """Hook: return the proposed jobs whose price may be told now."""
        return self.job_ids.filtered(lambda job: job.state == "proposed")

    def _check_can_quote(self):
        """Hook: raise a UserError where the proposed jobs can not be priced yet."""
        proposed = self._get_jobs_to_quote()
        for order in self:
            if order.state == "booked":
                order._refuse(self.env._("Check in the car first."))
            if order not in proposed.order_id:
                order._refuse(self.env._("No job waits for a price. Add a job first."))
        for job in proposed:
            if not job.payer_id:
                job._refuse_without_payer()
            if all(line.display_type for line in job.line_ids):
                job.order_id._refuse(
                    self.env._(
                        "Job \"%(job)s\" has no labour and no parts yet. Choose an operation or "
                        "open the job and add lines.",
                        job=job.display_name,
                    )
                )
        proposed._check_can_share_out()
        self._check_discounts(proposed)

    def _after_quote(self):
        """Hook: called once price and promise are known."""

    # ---- ready, closed, cancelled ---------------------------------------------------------

    def action_ready(self):
        """Mark the cars ready: all approved work is finished and checked.

        :raises UserError: naming the order and what is not finished.
        """
        self._check_can_be_ready()
        self._keep({"ready_at": fields.Datetime.now()})
        self._after_ready()
        return True

    def _check_can_be_ready(self):
        """Hook: raise a UserError where a car is not ready; the quality addon adds its gate."""
        for order in self:
            if order.state != "quality_check":
                open_jobs = order.job_ids.filtered(
                    lambda job: job.state not in ("qc", "done", "declined", "cancelled")
                )
                if open_jobs:
                    order._refuse(
                        self.env._(
                            "Job \"%(job)s\" is %(state)s. Finish it, or let the customer decline "
                            "it.",
                            job=open_jobs[0].display_name,
                            state=open_jobs[0]._get_state_label(),
                        )
                    )
                order._check_state_is(("quality_check",), self.env._("mark the car ready"))
        self._check_parts_issued()
        self._check_parts_approved()

    def _check_parts_issued(self):
        """Refuse to let a car go while the warehouse has still to issue parts for it."""
        waiting = self.env["stock.picking"].search_fetch(
            [("service_order_id", "in", self.ids), ("state", "not in", ("done", "cancel"))],
            ["service_order_id", "name"],
            limit=1,
        )
        if waiting:
            waiting.service_order_id._refuse(
                self.env._(
                    "Transfer %(transfer)s is still open. The warehouse issues the parts or "
                    "cancels the transfer.",
                    transfer=waiting.name,
                )
            )

    def _check_parts_approved(self):
        """Refuse to let parts leave with the car that no payer approved."""
        for line in self.env["sale.order.line"]._find_excess(self):
            line.service_job_id.order_id._refuse(
                self.env._(
                    "More of %(part)s was issued than is approved for job \"%(job)s\". The "
                    "warehouse takes it back with a return; if the car needs it, add it as a new "
                    "job and ask the customer.",
                    part=line.product_id.display_name,
                    job=line.service_job_id.display_name,
                )
            )

    def _after_ready(self):
        """Hook: called once the cars are ready."""

    def action_close(self):
        """Close orders whose car has left.

        :raises UserError: naming the order that was not handed over.
        """
        for order in self:
            order._check_state_is(("delivered",), self.env._("close the order"))
        self._keep({"closed_at": fields.Datetime.now()})
        return True

    def action_cancel(self):
        """Cancel orders before parts are issued or labour is clocked.

        :raises UserError: naming the order that has to be settled instead.
        """
        for order in self:
            order._check_state_is(
                ("booked", "checked_in", "quoted", "authorised"), self.env._("cancel the order")
            )
            if any(picking.state == "done" for picking in order.picking_ids):
                order._refuse(
                    self.env._("Parts were issued. Return them or settle the diagnosis instead.")
                )
        self.estimate_ids.filtered(lambda e: e.state != "cancel")._action_cancel()
        self.job_ids.filtered(lambda job: job.state != "declined")._write_if_changed("cancelled")
        self._withdraw_proposals()
        self._keep({"cancelled_at": fields.Datetime.now()})
        return True

    # ---- errors ---------------------------------------------------------------------------

    def _check_state_is(self, states, what):
        """Refuse ``what`` unless the order is in one of ``states``."""
        self.ensure_one()
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            self._refuse(
                self.env._(
                    "It is %(state)s, so you can not %(what)s. %(next_step)s",
                    state=labels[self.state],
                    what=what,
                    next_step=self._get_next_step() or "",
                )
            )

    def _refuse(self, why):
        """Raise the error that names this order and says why and what to do."""
        self.ensure_one()
        raise UserError(
            self.env._(
                "%(order)s (%(vehicle)s): %(why)s",
                order=self.name,
                vehicle=self.plate or self.vehicle_id.display_name,
                why=why,
            )
        )
