from odoo import api, fields, models
from odoo.exceptions import UserError
from psycopg2.errors import UniqueViolation

from ..exceptions import BusyError
from .service_hold import HOLD_REASONS

# Why a clock was stopped before the job was finished; the first two put nothing on hold.
PAUSE_REASONS = [("break", "Break"), ("day_end", "End of Day"), *HOLD_REASONS]


class ServiceClocking(models.Model):
    """Hours a technician really spent on a job."""

    _name = "service.clocking"
    _description = "Technician Clocking"
    _inherit = "service.kept.mixin"
    _order = "start_at desc, id desc"
    _rec_name = "job_id"
    _kept_fields = frozenset({"start_at", "stop_at", "pause_reason", "closed_by_system"})

    job_id = fields.Many2one("service.job", required=True, index=True, ondelete="cascade")
    order_id = fields.Many2one(
        related="job_id.order_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="job_id.company_id", store=True, precompute=True, index=True
    )
    employee_id = fields.Many2one("hr.employee", "Technician", required=True, index=True)
    start_at = fields.Datetime(
        "Start", required=True, readonly=True, default=fields.Datetime.now
    )
    stop_at = fields.Datetime("Stop", readonly=True)
    pause_reason = fields.Selection(
        PAUSE_REASONS, "Paused For", readonly=True, help="Empty: the job was finished."
    )
    hours = fields.Float(compute="_compute_hours", store=True, precompute=True)
    correction_ids = fields.One2many("service.clocking.correction", "clocking_id", "Corrections")
    is_corrected = fields.Boolean("Corrected", compute="_compute_is_corrected")

    _employee_open_uniq = models.UniqueIndex(
        "(employee_id) WHERE stop_at IS NULL",
        "This technician is clocked on another job. Stop that job first.",
    )
    _start_idx = models.Index("(company_id, start_at)")
    _stop_after_start = models.Constraint(
        "CHECK(stop_at IS NULL OR stop_at >= start_at)", "A clocking can not stop before it starts."
    )

    @api.depends("start_at", "stop_at")
    def _compute_hours(self):
        for clocking in self:
            seconds = 0.0
            if clocking.start_at and clocking.stop_at:
                seconds = (clocking.stop_at - clocking.start_at).total_seconds()
            clocking.hours = seconds / 3600

    @api.model
    def _clock_on(self, employees):
        """Start clocks; a person works on one job at a time, and two clicks are one clock.

        :param employees: ``{service.job: hr.employee}``.
        :raises UserError: naming the job a technician is still clocked on.
        """
        ids = [employee.id for employee in employees.values()]
        busy = {
            clocking.employee_id: clocking.job_id
            for clocking in self.search([("employee_id", "in", ids), ("stop_at", "=", False)])
        }
        to_start = []
        for job, employee in employees.items():
            if employee not in busy:
                to_start.append({"job_id": job.id, "employee_id": employee.id})
            elif busy[employee] != job:
                self._refuse_second_job(employee, busy[employee])
            busy[employee] = job
        twice = self.env._("Start was pressed twice at the same moment. Press it once more.")
        try:
            return self.create(to_start)
        except UniqueViolation as error:
            # The other request is committed, yet too young for this one to see.
            raise BusyError(twice) from error

    def _refuse_second_job(self, employee, job):
        raise UserError(
            self.env._(
                "%(technician)s is clocked on job \"%(job)s\" of %(order)s. "
                "Pause or finish it before starting another one.",
                technician=employee.name,
                job=job.display_name,
                order=job.order_id.name,
            )
        )

    @api.model
    def _clock_off(self, jobs, employee=None, reason=False):
        """Stop the running clocks on ``jobs``, or only those of ``employee`` if one is given.

        :param reason: one of :data:`PAUSE_REASONS` where the work is not over.
        """
        domain = [("job_id", "in", jobs.ids), ("stop_at", "=", False)]
        if employee is not None:
            domain.append(("employee_id", "=", employee.id))
        running = self.search_fetch(domain)
        if running:
            # Whoever finishes a job ends it for all who work on it.
            running.sudo().write({"stop_at": fields.Datetime.now(), "pause_reason": reason})

    # ---- corrections ----------------------------------------------------------------------

    @api.depends("correction_ids")
    def _compute_is_corrected(self):
        for clocking in self:
            clocking.is_corrected = bool(clocking.correction_ids)

    def action_correct(self):
        """Open the form in which the hours are corrected."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor.service_clocking_correction_action"
        )
        return dict(action, context={"default_clocking_id": self.id})

    def _refuse(self, why):
        """Raise the error that names the technician, the job and what to do."""
        self.ensure_one()
        raise UserError(
            self.env._(
                "%(technician)s, %(job)s (%(order)s): %(why)s",
                technician=self.employee_id.name,
                job=self.job_id.display_name,
                order=self.order_id.name,
                why=why,
            )
        )
