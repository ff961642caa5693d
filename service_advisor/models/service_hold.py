from odoo import api, fields, models

# What work can wait for; each stretch of waiting has one reason.
HOLD_REASONS = [
    ("parts", "Parts"),
    ("customer", "Customer"),
    ("warranty", "Warranty"),
    ("sublet", "Sublet"),
    ("tool", "Tool"),
    ("other", "Other"),
]


class ServiceHold(models.Model):
    """A stretch of time in which work on a job waits, and for what."""

    _name = "service.hold"
    _description = "Hold of a Job"
    _inherit = "service.kept.mixin"
    _order = "start_at desc, id desc"
    _rec_name = "job_id"
    _kept_fields = frozenset(
        {
            "job_id", "reason", "note", "start_at", "stop_at", "hours", "opened_by_id",
            "lifted_by_id",
        }
    )

    job_id = fields.Many2one(
        "service.job", required=True, readonly=True, index=True, ondelete="cascade"
    )
    order_id = fields.Many2one(
        related="job_id.order_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="job_id.company_id", store=True, precompute=True, index=True
    )
    vehicle_id = fields.Many2one(related="job_id.vehicle_id")
    advisor_id = fields.Many2one(related="order_id.advisor_id")
    reason = fields.Selection(HOLD_REASONS, "Waiting For", required=True, readonly=True)
    note = fields.Char(readonly=True, help="What exactly is missing.")
    start_at = fields.Datetime(
        "Since", required=True, readonly=True, default=fields.Datetime.now
    )
    stop_at = fields.Datetime("Until", readonly=True)
    hours = fields.Float(
        "Hours Waited",
        compute="_compute_hours",
        store=True,
        precompute=True,
        help="On the clock on the wall, nights and Sundays included, once the hold is over.",
    )
    waited = fields.Float("Waiting (h)", compute="_compute_waited", help="Up to now.")
    opened_by_id = fields.Many2one(
        "res.users", "Put On Hold By", readonly=True, default=lambda self: self.env.user
    )
    lifted_by_id = fields.Many2one("res.users", readonly=True)

    _job_open_uniq = models.UniqueIndex(
        "(job_id) WHERE stop_at IS NULL", "This job is on hold already."
    )
    _stop_after_start = models.Constraint(
        "CHECK(stop_at IS NULL OR stop_at >= start_at)", "A hold can not end before it starts."
    )

    @api.depends("start_at", "stop_at")
    def _compute_hours(self):
        for hold in self:
            hold.hours = hold._get_hours_until(hold.stop_at)

    @api.depends("start_at", "stop_at")
    def _compute_waited(self):
        now = fields.Datetime.now()
        for hold in self:
            hold.waited = hold._get_hours_until(hold.stop_at or now)

    def _get_hours_until(self, moment):
        """Return the hours of wall-clock time from the start to ``moment``; 0 without one."""
        if not (self.start_at and moment):
            return 0.0
        return max((moment - self.start_at).total_seconds(), 0) / 3600

    def action_lift(self):
        """End these holds: the work can go on.

        :raises UserError: where the user neither advises nor repairs.
        """
        self.check_access("read")
        return self.filtered(lambda hold: not hold.stop_at).job_id.action_lift_hold()

    def action_open_job(self):
        """Open the job that waits."""
        return self.job_id._get_records_action()
