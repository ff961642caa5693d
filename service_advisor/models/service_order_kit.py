from odoo import fields, models


class ServiceOrder(models.Model):
    """What the work of an order waits for before it can start."""

    _inherit = "service.order"

    booking_count = fields.Integer(compute="_compute_booking_count")

    def _compute_booking_count(self):
        for order in self:
            order.booking_count = sum(order.job_ids.mapped("booking_count"))

    def _get_next_step(self):
        jobs = self.job_ids
        if self.state != "authorised" or set(jobs.mapped("state")) & {"proposed", "quoted"}:
            return super()._get_next_step()
        waiting = jobs.filtered(lambda job: job.state == "approved")
        if not all(job.is_start_blocked for job in waiting):
            return super()._get_next_step()
        # Several jobs may wait for the same.
        return " ".join(dict.fromkeys(job.kit_missing for job in waiting))

    def action_view_bookings(self):
        """Open what is booked for these orders."""
        return self.job_ids.action_view_bookings()
