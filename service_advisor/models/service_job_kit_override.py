from odoo import fields, models


class ServiceJob(models.Model):
    """The gate at the start of the work, and who may open it."""

    _inherit = "service.job"

    kit_override_reason = fields.Char("Started Without Because", readonly=True, copy=False)
    kit_override_by_id = fields.Many2one(
        "res.users", "Start Allowed By", readonly=True, copy=False
    )
    kit_override_at = fields.Datetime("Start Allowed On", readonly=True, copy=False)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "proposed":
            # What was allowed was allowed for the work as it was agreed then.
            self.filtered("kit_override_by_id")._keep(
                {
                    "kit_override_reason": False,
                    "kit_override_by_id": False,
                    "kit_override_at": False,
                }
            )
        return result

    def _check_can_start(self):
        result = super()._check_can_start()
        # Whoever goes on with work that was begun has what it takes.
        self.filtered(lambda job: job.state == "approved")._check_kit()
        return result

    def _check_kit(self):
        """Refuse to start jobs that lack something, naming it and who unblocks it."""
        if not self:
            return
        for job, found in self._find_missing(self._get_employees_to_clock()).items():
            blocking = job._get_blocking(found)
            if blocking:
                job.order_id._refuse(
                    self.env._(
                        "Job \"%(job)s\" can not start yet. %(missing)s%(way_out)s",
                        job=job.display_name,
                        missing=" ".join(what.text for what in blocking),
                        way_out=job._get_way_out(blocking),
                    )
                )

    def _get_blocking(self, missing):
        """Return those of ``missing`` (list of Missing) without which this job may not start."""
        if not missing:
            return []
        # Technicians start the work; how the shop is set up is not theirs to read.
        gate = self.sudo().company_id.service_kit_gate
        opened = self.kit_override_by_id or gate == "warn"
        return [what for what in missing if what.is_hard or not opened]

    def _get_way_out(self, blocking):
        if any(what.is_hard for what in blocking):
            return ""
        return " " + self.env._("A service advisor may allow the start without it.")

    def action_open_start_override(self):
        """Open the dialog in which an advisor lets this job start with something missing."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Allow the Start"),
            "res_model": "service.start.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_job_id": self.id},
        }

    def _allow_start(self, reason):
        """Let this job start although something is missing, and keep who said so and why.

        :raises UserError: where the user is no advisor, or the job waits for nothing.
        """
        self.ensure_one()
        if not (self.env.su or self.env.user.has_group("service_advisor.group_advisor")):
            self.order_id._refuse(
                self.env._("Only a service advisor allows the start with something missing.")
            )
        if not (reason or "").strip():
            self.order_id._refuse(self.env._("Enter the reason for starting without it."))
        missing = self.kit_missing
        if not missing:
            self.order_id._refuse(
                self.env._("Job \"%s\" lacks nothing to start.", self.display_name)
            )
        self._keep(
            {
                "kit_override_reason": reason.strip(),
                "kit_override_by_id": self.env.uid,
                "kit_override_at": fields.Datetime.now(),
            }
        )
        self.order_id.message_post(
            body=self.env._(
                "Job \"%(job)s\" may start without what is missing (%(missing)s): %(reason)s",
                job=self.display_name,
                missing=missing,
                reason=reason.strip(),
            )
        )
