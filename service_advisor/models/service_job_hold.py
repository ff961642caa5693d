from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_duration
from psycopg2.errors import UniqueViolation

from ..exceptions import BusyError
from .service_hold import HOLD_REASONS

# Work that is agreed and not finished can wait for something.
HOLDABLE_STATES = ("approved", "in_work")


class ServiceJob(models.Model):
    """Work that waits: for what, since when, and who lets it go on."""

    _inherit = "service.job"

    hold_ids = fields.One2many("service.hold", "job_id", "Holds")
    current_hold_id = fields.Many2one("service.hold", compute="_compute_current_hold")
    # Kept with the job, so that the plain steps of a job that never waits ask nobody.
    hold_reason = fields.Selection(
        HOLD_REASONS, "On Hold For", readonly=True, copy=False, index="btree_not_null"
    )
    hold_note = fields.Char("On Hold", compute="_compute_current_hold")
    is_hold_over = fields.Boolean(
        "Can Go On",
        compute="_compute_is_hold_over",
        help="It waited for parts, and they are here.",
    )

    @api.depends("hold_ids.stop_at", "hold_reason")
    @api.depends_context("lang", "tz")
    def _compute_current_hold(self):
        held = self.filtered("hold_reason")
        # Whoever sees the job may know what it waits for.
        holds = held and self.env["service.hold"].sudo().search(
            [("job_id", "in", held.ids), ("stop_at", "=", False)]
        )
        by_job = {hold.job_id.id: hold for hold in holds}
        for job in self:
            hold = by_job.get(job._origin.id, self.env["service.hold"])
            job.current_hold_id = hold
            job.hold_note = hold and job._get_hold_note(hold)

    def _get_hold_note(self, hold):
        """Return in one line what the job waits for and since when."""
        since = self.env._(
            "%(reason)s since %(start)s (%(hours)s h)",
            reason=dict(hold._fields["reason"]._description_selection(self.env))[hold.reason],
            start=self.order_id._format_shop_time(hold.start_at),
            hours=format_duration(hold.waited),
        )
        return ": ".join(part for part in (since, hold.note) if part)

    @api.depends("hold_reason", "parts_state")
    def _compute_is_hold_over(self):
        waiting = self.filtered(lambda job: job.hold_reason == "parts")
        for job in self:
            job.is_hold_over = job in waiting and job.parts_state in ("ready", "issued")

    # ---- put on hold and lift -------------------------------------------------------------

    def action_open_hold(self):
        """Open the dialog that asks what the job waits for."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor.service_pause_wizard_action"
        )
        return dict(action, name=self.env._("Put on Hold"), context={"default_job_id": self.id})

    def action_lift_hold(self):
        """End the holds of these jobs: the work can go on.

        :raises UserError: where the user neither advises nor repairs.
        """
        self._check_may_hold()
        self._lock()
        self._lift_holds()
        return True

    def _hold(self, reason, note=False):
        """Put these jobs on hold; one that waits already waits for ``reason`` from now on.

        :param reason: one of :data:`~.service_hold.HOLD_REASONS`.
        :raises UserError: naming the job that can not wait, or whoever is working on it.
        """
        self._check_may_hold()
        self._lock()
        self._check_can_hold()
        self._lift_holds()
        try:
            # Nobody may write holds by hand; the step was checked.
            holds = self.env["service.hold"].sudo().create(self._prepare_hold_vals(reason, note))
        except UniqueViolation as error:
            raise BusyError(self.env._("Somebody else has just put this job on hold.")) from error
        self._keep({"hold_reason": reason})
        self._log_holds()
        self._notify_workshop()
        return holds

    def _prepare_hold_vals(self, reason, note):
        """Return the values of one ``service.hold`` per job."""
        return [
            {
                "job_id": job.id,
                "reason": reason,
                "note": note or False,
                "opened_by_id": self.env.uid,
            }
            for job in self
        ]

    def _log_holds(self):
        """Tell the history of each job that it waits."""
        # Technicians write no messages in the name of others; this one is theirs.
        self._message_log_batch(
            bodies={job.id: self.env._("On hold: %s", job.hold_note) for job in self}
        )

    def _check_may_hold(self):
        self.check_access("write")
        user = self.env.user
        groups = ("service_advisor.group_advisor", "service_advisor.group_technician")
        if not self.env.su and not any(user.has_group(group) for group in groups):
            raise UserError(
                self.env._(
                    "Advisors and technicians put work on hold and let it go on: ask the advisor "
                    "%s.",
                    ", ".join(self.order_id.advisor_id.mapped("name")),
                )
            )

    def _check_can_hold(self):
        """Hook: raise a UserError where a job can not be put on hold."""
        for job in self:
            if job.state not in HOLDABLE_STATES:
                job.order_id._refuse(
                    self.env._(
                        "Job \"%(job)s\" is %(state)s. Only approved work that is not finished "
                        "can be put on hold.",
                        job=job.display_name,
                        state=job._get_state_label(),
                    )
                )
            if job.is_running:
                job.order_id._refuse(
                    self.env._(
                        "%(names)s is working on job \"%(job)s\", so it does not wait. Pause it "
                        "there first; whoever only helped takes a break.",
                        names=job.worker_names,
                        job=job.display_name,
                    )
                )

    def _lift_holds(self):
        """End the open holds of these jobs, whoever let the work go on."""
        held = self.filtered("hold_reason")
        if not held:
            return
        # Work that goes on or is over waits no longer; nobody writes holds by hand.
        holds = self.env["service.hold"].sudo().search(
            [("job_id", "in", held.ids), ("stop_at", "=", False)]
        )
        holds.write({"stop_at": fields.Datetime.now(), "lifted_by_id": self.env.uid})
        held.sudo().hold_reason = False  # as above
        held._notify_workshop()

    @api.model
    def _notify_workshop(self):
        """Let the open screens of technicians show what has changed."""
        # By its id, which is in memory: a channel is named by it, the group itself is not read.
        group = self.env["ir.model.data"]._xmlid_to_res_id("service_advisor.group_technician")
        if group:
            self.env["res.groups"].browse(group)._bus_send("service_advisor.jobs", {})

    def write(self, vals):
        # Whatever ends the work, or takes its approval back, ends the waiting.
        if vals.get("state") and vals["state"] not in HOLDABLE_STATES:
            self._lift_holds()
        return super().write(vals)

    def _after_start(self):
        result = super()._after_start()
        self._lift_holds()
        return result
