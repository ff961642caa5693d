from odoo import api, fields, models


class ServiceJob(models.Model):
    """When a job is done, by whom and where."""

    _inherit = "service.job"

    booking_ids = fields.One2many("service.booking", "job_id", "Bookings")
    planned_start_at = fields.Datetime(
        "Planned Start", compute="_compute_planned", store=True, precompute=True
    )
    planned_stop_at = fields.Datetime(
        "Planned Stop", compute="_compute_planned", store=True, precompute=True
    )

    @api.depends("booking_ids.start_at", "booking_ids.stop_at")
    def _compute_planned(self):
        for job in self:
            job.planned_start_at = min(job.booking_ids.mapped("start_at"), default=False)
            job.planned_stop_at = max(job.booking_ids.mapped("stop_at"), default=False)

    def _book(self, rows, reason=None):
        """Book what this job needs; what was booked for it and not worked yet is replaced.

        :param rows: list of ``(resource.resource, start, stop)``, datetimes in UTC; a stretch
            of work over a closing time comes as several rows.
        :param reason: why a manager overbooks.
        :raises UserError: naming the resource, what it is held for and when.
        :return: the new bookings.
        """
        self.ensure_one()
        self._lock()
        self._unbook()
        allowed = {"override_reason": reason, "override_by_id": self.env.uid} if reason else {}
        vals_list = [
            {
                "job_id": self.id,
                "resource_id": resource.id,
                "start_at": start,
                "stop_at": stop,
                **allowed,
            }
            for resource, start, stop in rows
        ]
        # Bookings are made and freed by steps only.
        return self.env["service.booking"].sudo().create(vals_list)

    def _unbook(self):
        """Free what is booked for these jobs and not worked yet; the past stays as history."""
        # Whoever ends or calls off a job frees what was held for it.
        self._get_bookings_to_free().sudo().unlink()

    def _get_bookings_to_free(self):
        """Return the bookings of these jobs whose time was not worked yet: all of a job that
        was never begun, the future ones of the others."""
        now = fields.Datetime.now()
        begun = self.filtered("clocking_ids")
        return self.booking_ids.filtered(
            lambda booking: booking.job_id not in begun or booking.start_at >= now
        )
