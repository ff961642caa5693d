from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from .service_hold import HOLD_REASONS


class ServiceJob(models.Model):
    """The technician's side of a job: the own clock, pause, and the report that ends it."""

    _inherit = "service.job"

    key_tag = fields.Char(related="order_id.key_tag", string="Key Tag")
    plate = fields.Char(related="order_id.plate")
    model_id = fields.Many2one(related="vehicle_id.model_id")
    is_mine_running = fields.Boolean("My Clock Runs", compute="_compute_workers")
    worker_names = fields.Char("Working On It", compute="_compute_workers")
    photo_ids = fields.One2many("service.job.photo", "job_id", "Photos")
    needs_cause = fields.Boolean(compute="_compute_needs_cause")

    @api.depends("clocking_ids.stop_at")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_workers(self):
        names, mine = defaultdict(list), set()
        # Who works on a car is no secret in the shop; employees may be.
        clockings = self.env["service.clocking"].sudo().search_fetch(
            [("job_id", "in", self.ids), ("stop_at", "=", False)], ["job_id", "employee_id"]
        )
        for clocking in clockings:
            names[clocking.job_id.id].append(clocking.employee_id.name)
            if clocking.employee_id.user_id.id == self.env.uid:
                mine.add(clocking.job_id.id)
        for job in self:
            job.worker_names = ", ".join(names[job._origin.id])
            job.is_mine_running = job._origin.id in mine

    @api.depends("operation_id.is_routine")
    def _compute_needs_cause(self):
        for job in self:
            job.needs_cause = not job.operation_id.is_routine

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Let a list begin with what runs on the clock of the user."""
        if field_name != "is_mine_running":
            return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        self.env["service.clocking"].flush_model(["job_id", "employee_id", "stop_at"])
        return SQL(
            "(%s IN (SELECT c.job_id FROM service_clocking c JOIN hr_employee e "
            "ON e.id = c.employee_id WHERE c.stop_at IS NULL AND e.user_id = %s)) %s",
            SQL.identifier(alias, "id"),
            self.env.uid,
            direction,
        )

    # ---- pause ----------------------------------------------------------------------------

    def action_open_pause(self):
        """Open the dialog that asks why the work stops."""
        return dict(
            self.action_open_hold(),
            name=self.env._("Pause"),
            context={"default_job_id": self.id, "default_reason": "break"},
        )

    def _pause_for(self, reason, note=False):
        """Stop the clock for a break or the end of the day, or put the jobs on hold.

        :param reason: one of :data:`~.service_clocking.PAUSE_REASONS`.
        :raises UserError: where others still work on a job that would be put on hold.
        """
        self._pause(reason)
        if reason in dict(HOLD_REASONS):
            self._hold(reason, note)

    # ---- finish ---------------------------------------------------------------------------

    def action_open_finish(self):
        """Open the dialog in which the technician writes what was found and done. What is
        typed there is kept on the job, also where finishing is refused."""
        self.ensure_one()
        self._check_is_in_work()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor.service_job_action_finish"
        )
        return dict(action, res_id=self.id)

    def action_propose_correction(self):
        """Write the name of the operation as the correction: it was done as sold."""
        for job in self:
            if job.operation_id and not (job.correction or "").strip():
                job.correction = job.operation_id.name
        return self.action_open_finish()

    def _check_can_finish(self):
        """A repair is told as concern, cause and correction (3C): the customer reads it, and
        manufacturers refuse warranty claims without it."""
        result = super()._check_can_finish()
        for job in self:
            missing = job._get_missing_words()
            if missing:
                job.order_id._refuse(
                    self.env._(
                        "Job \"%(job)s\" is not finished without %(missing)s. Press Finish on "
                        "the job and write it down.",
                        job=job.display_name,
                        missing=missing,
                    )
                )
        return result

    def _get_missing_words(self):
        """Return in words what the technician has still to write, or False."""
        cause = (self.cause or "").strip() or not self.needs_cause
        correction = (self.correction or "").strip()
        if cause and correction:
            return False
        if cause:
            return self.env._("the correction (what was done)")
        if correction:
            return self.env._("the cause (what was found)")
        return self.env._("the cause (what was found) and the correction (what was done)")

    def action_health_check(self):
        """Open the health check of the car, where the technician notes findings."""
        self.ensure_one()
        return self.order_id.action_health_check()
