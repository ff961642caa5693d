from odoo import api, fields, models

# Once a job gets here, what was booked for it is free again.
FREEING_STATES = ("proposed", "declined", "cancelled", "qc", "done")


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
    booking_count = fields.Integer(compute="_compute_booking_count", compute_sudo=True)
    has_conflict = fields.Boolean(
        "Plan in Conflict", compute="_compute_has_conflict", search="_search_has_conflict"
    )

    @api.depends("booking_ids.start_at", "booking_ids.stop_at")
    def _compute_planned(self):
        for job in self:
            job.planned_start_at = min(job.booking_ids.mapped("start_at"), default=False)
            job.planned_stop_at = max(job.booking_ids.mapped("stop_at"), default=False)

    def _compute_booking_count(self):
        counts = dict(
            self.env["service.booking"]._read_group(
                [("job_id", "in", self.ids)], ["job_id"], ["__count"]
            )
        )
        for job in self:
            job.booking_count = counts.get(job._origin, 0)

    def _compute_has_conflict(self):
        conflicts = self.booking_ids.filtered("has_conflict").job_id
        for job in self:
            job.has_conflict = job._origin in conflicts

    def _search_has_conflict(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("booking_ids.has_conflict", "=", True)]

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") in FREEING_STATES:
            # What the job itself knows spares the search in a shop that plans nothing.
            self.filtered("planned_stop_at")._unbook()
        return result

    def _book(self, rows, reason=None):
        """Book what this job needs; what was booked for it and not worked yet is replaced.

        :param rows: list of ``(resource.resource, start, stop)``, datetimes in UTC; a stretch
            of work over a closing time comes as several rows.
        :param reason: why a manager overbooks.
        :raises UserError: naming the resource, what it is held for and when; nothing is
            changed then.
        :return: the new bookings.
        """
        self.ensure_one()
        self._check_can_book(reason)
        self._lock()
        # Whoever is refused keeps what was booked before.
        with self.env.cr.savepoint():
            self._unbook()
            # Bookings are made and freed by steps only; this one was checked.
            bookings = self.env["service.booking"].sudo().create(
                [self._prepare_booking_vals(*row, reason) for row in rows]
            )
        self._follow_plan(bookings)
        return bookings.with_env(self.env)

    def _follow_plan(self, bookings):
        """The job is that of the technician who is booked for it."""
        person = bookings.resource_id._get_people()[:1].with_env(self.env)
        if person and self.technician_id != person:
            self.technician_id = person

    def _check_can_book(self, reason):
        """Raise where this user may not plan jobs, or not overbook."""
        if reason is not None and not self.env.su:
            if not self.env.user.has_group("service_advisor.group_manager"):
                self.order_id._refuse(
                    self.env._("Only the service manager may overbook, with a reason.")
                )
            if not reason.strip():
                self.order_id._refuse(self.env._("Enter the reason for overbooking."))
        if self.env.su or self.env.user.has_group("service_advisor.group_advisor"):
            return
        self.order_id._refuse(
            self.env._(
                "Only a service advisor plans the work: ask %(advisor)s.",
                advisor=self.order_id.advisor_id.name,
            )
        )

    def _prepare_booking_vals(self, resource, start, stop, reason=None):
        vals = {
            "job_id": self.id, "resource_id": resource.id, "start_at": start, "stop_at": stop
        }
        if reason:
            vals.update({"override_reason": reason.strip(), "override_by_id": self.env.uid})
        return vals

    def _unbook(self):
        """Free what is booked for these jobs and not worked yet; the past stays as history."""
        now = fields.Datetime.now()
        # Whoever ends or calls off a job frees what was held for it.
        bookings = self.booking_ids.sudo()
        begun = bookings.job_id.filtered(
            lambda job: job.state in ("qc", "done") or job.clocking_ids
        )
        to_free = bookings.filtered(
            lambda booking: booking.job_id not in begun or booking.start_at >= now
        )
        running = (bookings - to_free).filtered(lambda booking: booking.stop_at > now)
        to_free.unlink()
        running.stop_at = now

    def action_view_bookings(self):
        """Open what is booked for these jobs."""
        return self.booking_ids._get_records_action(name=self.env._("Bookings"))
