from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

from ..exceptions import BusyError

# Jobs the customer (or another payer) has agreed to, whatever became of them since.
AUTHORISED_STATES = ("approved", "in_work", "qc", "done")

# The work is over, whether or not somebody else still looks at it.
FINISHED = ("qc", "done")

# Who pays a job; an estimate carries the jobs of one of them.
PAY_TYPES = [
    ("customer", "Customer Pay"),
    ("warranty", "Warranty"),
    ("insurance", "Insurance"),
    ("internal", "Internal"),
    ("contract", "Service Contract"),
    ("goodwill", "Goodwill"),
]


class ServiceJob(models.Model):
    """One concern of the customer, its cause and its correction."""

    _name = "service.job"
    _description = "Service Job"
    _inherit = [
        "service.kept.mixin", "service.listed.mixin", "mail.thread", "mail.activity.mixin"
    ]
    _order = "order_id, sequence, id"
    _listed_by = "order_id"
    _kept_fields = frozenset(
        {
            "state",
            "authorised_at",
            "authorised_by_id",
            "authorised_via",
            "authorised_name",
            "decline_reason",
            "finished_at",
            "is_shared",
            "hold_reason",
            "kit_override_reason",
            "kit_override_by_id",
            "kit_override_at",
            "warranty_until",
            "warranty_odometer",
            "case_terms",
            "is_difficult",
            "difficult_reason",
            "review_id",
            "review_state",
        }
    )
    _check_company_auto = True

    order_id = fields.Many2one(
        "service.order", "Service Order", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, precompute=True, index=True
    )
    # Not tracked a second time: the history of the order tells it.
    vehicle_id = fields.Many2one(
        related="order_id.vehicle_id", string="Vehicle", tracking=False
    )
    # Stored: technicians take the job that is promised first.
    promised_at = fields.Datetime(
        related="order_id.promised_at", store=True, precompute=True, tracking=False
    )
    sequence = fields.Integer(default=10)
    # As on the order.
    message_ids = fields.One2many(groups="base.group_user")
    concern = fields.Char(required=True, help="What the customer reports, in the customer's words.")
    cause = fields.Text(help="What the technician found.")
    correction = fields.Text(help="What was done about it.")
    operation_id = fields.Many2one(
        "service.operation",
        check_company=True,
        help="Brings the labour and the parts of the catalogue into the estimate.",
    )
    pay_type = fields.Selection(
        PAY_TYPES,
        default="customer",
        required=True,
    )
    payer_id = fields.Many2one(
        "res.partner",
        compute="_compute_payer_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Who is billed. Proposed from the car and the pay type; another one that is chosen "
        "here stays until the pay type changes.",
    )
    technician_id = fields.Many2one("hr.employee", index=True, check_company=True)
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("quoted", "Quoted"),
            ("approved", "Approved"),
            ("in_work", "In Work"),
            ("qc", "Quality Check"),
            ("done", "Done"),
            ("declined", "Declined"),
            ("cancelled", "Cancelled"),
        ],
        default="proposed",
        required=True,
        readonly=True,
        index=True,
        copy=False,
    )
    allowed_hours = fields.Float(
        compute="_compute_allowed_hours", store=True, readonly=False, precompute=True
    )
    clocking_ids = fields.One2many("service.clocking", "job_id", "Clockings")
    actual_hours = fields.Float(compute="_compute_clocked")
    is_running = fields.Boolean("Being Worked On", compute="_compute_clocked")
    authorised_at = fields.Datetime("Authorised On", readonly=True, copy=False)
    authorised_by_id = fields.Many2one(
        "res.users", "Answer Taken By", readonly=True, copy=False
    )
    authorised_via = fields.Selection(
        [("counter", "Counter"), ("phone", "Phone"), ("portal", "Customer Portal")],
        "Answered Through",
        readonly=True,
        copy=False,
    )
    authorised_name = fields.Char("Answered By", readonly=True, copy=False)
    decline_reason = fields.Char("Reason for Declining", readonly=True, copy=False)
    followup_date = fields.Date(
        "Ask Again On", copy=False, help="When the customer means to think of declined work again."
    )
    followup_odometer = fields.Integer(
        "Ask Again At (km)", copy=False, aggregator=None, help="Odometer at which to ask again."
    )
    finished_at = fields.Datetime("Finished On", readonly=True, copy=False)

    # Work and requests of a period are found by them.
    _finished_idx = models.Index("(company_id, finished_at) WHERE finished_at IS NOT NULL")
    _authorised_idx = models.Index("(authorised_at) WHERE authorised_at IS NOT NULL")
    _allowed_hours_positive = models.Constraint(
        "CHECK(allowed_hours >= 0)", "Allowed hours can not be negative."
    )

    @api.depends("concern", "operation_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for job in self:
            job.display_name = job.operation_id.name or job.concern

    # Not on the order's customer: what was agreed stays billed as it was agreed.
    @api.depends("pay_type")
    def _compute_payer_id(self):
        proposals = self.order_id._propose_payers(set(self.mapped("pay_type")))
        for job in self:
            job.payer_id = proposals.get((job.order_id, job.pay_type))

    @api.depends("operation_id")
    def _compute_allowed_hours(self):
        for job in self:
            job.allowed_hours = job.operation_id.job_hours or job.allowed_hours

    @api.depends("clocking_ids.hours", "clocking_ids.stop_at")
    def _compute_clocked(self):
        hours, running = {}, set()
        for job, total in self.env["service.clocking"]._read_group(
            [("job_id", "in", self.ids)], ["job_id"], ["hours:sum"]
        ):
            hours[job.id] = total
        for [job] in self.env["service.clocking"]._read_group(
            [("job_id", "in", self.ids), ("stop_at", "=", False)], ["job_id"]
        ):
            running.add(job.id)
        for job in self:
            job.actual_hours = hours.get(job._origin.id, 0.0)
            job.is_running = job._origin.id in running

    # ---- what was found -------------------------------------------------------------------

    def _tell_cause(self):
        """Tell the advisors what the technician found, on their orders."""
        for order, jobs in self.grouped("order_id").items():
            found = Markup("<br/>").join(
                Markup("<b>%s</b>: %s") % (job.display_name, job.cause) for job in jobs
            )
            # Technicians report on orders that they may only read.
            order.sudo().message_post(
                body=found,
                author_id=self.env.user.partner_id.id,
                partner_ids=order.advisor_id.partner_id.ids,
            )

    # ---- work -----------------------------------------------------------------------------

    def action_start(self):
        """Clock the technicians on these jobs and put them in work.

        A technician starts the own clock; a manager starts that of the technician who is
        planned on the job.

        :raises UserError: naming the job and who can unblock it.
        """
        self._lock()
        self._check_can_start()
        employees = self._get_employees_to_clock()
        self.env["service.clocking"]._clock_on(employees)
        self._write_if_changed(state="in_work")
        for job, employee in employees.items():
            if not job.technician_id:
                job.technician_id = employee
        self._after_start()
        return True

    def action_pause(self):
        """Stop the clock on these jobs; they stay in work.

        Technicians stop their own clock, a manager that of everybody.
        """
        self._pause()
        return True

    def _pause(self, reason="break"):
        """Stop the clock; ``reason`` is one of :data:`~.service_clocking.PAUSE_REASONS`."""
        manager = self.env.user.has_group("service_advisor.group_manager")
        own = None if manager else self.env.user.employee_id
        self.env["service.clocking"]._clock_off(self, own, reason)

    def action_finish(self):
        """Stop the clock, deliver the sold hours and hand the jobs to the quality check.

        :raises UserError: naming the job that is not in work, or what is not written down.
        """
        self.check_access("write")
        self._check_can_finish()
        self.env["service.clocking"]._clock_off(self)
        self._keep(self._prepare_finish_vals())
        self._deliver_labour()
        self._after_finish()
        return True

    def _get_employees_to_clock(self):
        """Return ``{job: hr.employee}``: whose clock starts on each job.

        :raises UserError: where the user is no employee.
        """
        if self.env.user.has_group("service_advisor.group_manager"):
            employees = {job: job.technician_id or self.env.user.employee_id for job in self}
        else:
            employees = dict.fromkeys(self, self.env.user.employee_id)
        if not all(employees.values()):
            raise UserError(
                self.env._(
                    "%(user)s is no employee of %(company)s yet, so no hours can be clocked. "
                    "Ask the manager to link the user to an employee.",
                    user=self.env.user.name,
                    company=self.env.company.name,
                )
            )
        return employees

    def _check_can_start(self):
        """Hook: raise a UserError where a job of ``self`` must not be started."""
        for job in self:
            if job.state not in ("approved", "in_work"):
                raise UserError(
                    self.env._(
                        "Job \"%(job)s\" of %(order)s is %(state)s. Work starts once the payer "
                        "has approved it: ask the advisor %(advisor)s.",
                        job=job.display_name,
                        order=job.order_id.name,
                        state=job._get_state_label(),
                        advisor=job.order_id.advisor_id.name,
                    )
                )

    def _check_can_finish(self):
        """Hook: raise a UserError where a job of ``self`` can not be finished."""
        self._check_is_in_work()

    def _check_is_in_work(self):
        for job in self:
            if job.state != "in_work":
                raise UserError(
                    self.env._(
                        "Job \"%(job)s\" of %(order)s is %(state)s, so it can not be finished. "
                        "A technician starts it first.",
                        job=job.display_name,
                        order=job.order_id.name,
                        state=job._get_state_label(),
                    )
                )

    def _get_finished_state(self):
        """Hook: the state of a job whose work is over; a quality addon may answer "qc"."""
        return "done"

    def _prepare_finish_vals(self):
        return {"state": self._get_finished_state(), "finished_at": fields.Datetime.now()}

    def _after_start(self):
        """Hook: called once the jobs of ``self`` are in work."""

    def _after_finish(self):
        """Hook: called once the work on the jobs of ``self`` is over."""

    def _set_quality_passed(self):
        """Close jobs whose work was found good; a quality addon calls it after its check."""
        self._write_if_changed(state="done")

    def _send_back_to_work(self):
        """Put finished jobs in work again, for instance after a failed inspection."""
        self._keep({"state": "in_work", "finished_at": False})

    def _lock(self):
        """Let one of two people who act on these jobs at once go first.

        :raises BusyError: for the other, whose request Odoo repeats.
        """
        try:
            # Clockings, lines and parts of others may go on referring to the jobs.
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise BusyError(
                self.env._(
                    "Somebody else is changing %(order)s at this moment. Reload it and look "
                    "again.",
                    order=", ".join(self.order_id.mapped("name")),
                )
            ) from error

    def _write_if_changed(self, state):
        changed = self.filtered(lambda job: job.state != state)
        if changed:
            changed._keep({"state": state})

    def _get_state_label(self):
        """Return the label of the job's state, in the user's language."""
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        for job in self:
            if job.state not in ("proposed", "quoted"):
                raise UserError(
                    self.env._(
                        "Job \"%(job)s\" of %(order)s is %(state)s and belongs to the record of "
                        "what was agreed. Cancel the order instead of deleting the job.",
                        job=job.display_name,
                        order=job.order_id.name,
                        state=job._get_state_label(),
                    )
                )
