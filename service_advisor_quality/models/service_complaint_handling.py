from odoo import fields, models
from odoo.addons.service_advisor.exceptions import BusyError
from odoo.exceptions import AccessError, LockError

FINAL = ("confirmed", "closed", "withdrawn")
# Who finds causes and solutions; the reception records what customers say.
HANDLERS = ("service_advisor.group_advisor", "service_advisor_quality.group_inspector")


def may_handle(env):
    """Tell whether the user of ``env`` handles complaints."""
    return env.su or any(env.user.has_group(group) for group in HANDLERS)


class ServiceComplaint(models.Model):
    """From the first contact to a cause: the review with those who did the work, the departments
    that answer for it, and what was found."""

    _inherit = "service.complaint"

    step_ids = fields.One2many("service.complaint.step", "complaint_id", "Steps")
    statement_ids = fields.One2many("service.complaint.statement", "complaint_id", "Statements")
    task_ids = fields.One2many("service.complaint.task", "complaint_id", "Tasks")
    open_task_count = fields.Integer("Open Tasks", compute="_compute_open_task_count")
    cause_kind = fields.Selection(
        [
            ("work", "Workmanship"),
            ("diagnosis", "Diagnosis"),
            ("part", "Part"),
            ("advice", "Advice and Agreement"),
            ("waiting", "Waiting and Promise"),
            ("price", "Price and Invoice"),
            ("behaviour", "Behaviour"),
            ("product", "The Car Itself"),
            ("use", "Use of the Car"),
        ],
        "Kind of Cause",
        tracking=True,
    )
    root_cause = fields.Text(help="Why it could happen, for the house.")
    department_ids = fields.Many2many(
        "hr.department", string="Responsible Departments", check_company=True
    )
    verdict = fields.Selection(
        [("justified", "Justified"), ("partly", "Partly Justified"), ("not", "Not Justified")],
        "The Complaint Is",
        tracking=True,
    )
    verdict_reason = fields.Text("Why")
    analysed_at = fields.Datetime("Cause Found On", readonly=True, copy=False)
    analysed_by_id = fields.Many2one("res.users", "Cause Found By", readonly=True, copy=False)

    def _compute_open_task_count(self):
        counts = dict(
            self.env["service.complaint.task"]._read_group(
                [("complaint_id", "in", self.ids), ("done_at", "=", False)],
                ["complaint_id"],
                ["__count"],
            )
        )
        for complaint in self:
            complaint.open_task_count = counts.get(complaint._origin, 0)

    # ---- helpers of all steps -------------------------------------------------------------

    def _lock(self):
        """Let one of two people who act on these complaints at once go first.

        :raises BusyError: for the other, whose request Odoo repeats.
        """
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise BusyError(
                self.env._(
                    "Somebody else is changing %(complaint)s at this moment. Reload it and look "
                    "again.",
                    complaint=", ".join(self.mapped("name")),
                )
            ) from error

    def _check_may_handle(self):
        """Raise where the user only records what customers say.

        :raises AccessError: for everybody but advisors and inspectors.
        """
        self.check_access("write")
        if not may_handle(self.env):
            raise AccessError(
                self.env._(
                    "%(complaint)s is handled by a service advisor or a quality inspector.",
                    complaint=", ".join(self.mapped("name")),
                )
            )

    def _check_is_handled(self):
        """Raise where nothing is to be done about one of these complaints any more."""
        for complaint in self:
            if complaint.discarded_at:
                complaint._refuse(self.env._("It was discarded and is no complaint."))
            if complaint.state in FINAL:
                complaint._refuse(
                    self.env._(
                        "It is %(state)s. Reopen it first where something is left to do.",
                        state=complaint._get_state_label(),
                    )
                )

    def _check_words(self, words):
        if not (words or "").strip():
            self._refuse(self.env._("Write why, in a few words."))

    def _log_step(self, kind, words=False, via=False):
        """Keep that a step of these complaints was taken, now and by the user; through the portal
        it is the customer who takes it."""
        # Nobody has the right to write what happened: the steps do.
        self.env["service.complaint.step"].sudo().create(
            [
                {
                    "complaint_id": complaint.id,
                    "kind": kind,
                    "user_id": via not in ("portal", "mail") and self.env.uid,
                    "words": words,
                    "via": via,
                }
                for complaint in self
            ]
        )

    def _prepare_reopen_vals(self):
        # The record of steps keeps what the next round has to do anew.
        names = ("investigating_at", "analysed_at", "analysed_by_id", "accepted_at")
        return super()._prepare_reopen_vals() | dict.fromkeys(names, False)

    def _open_step_dialog(self, step, title):
        """Open the dialog that asks for the words of a step."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "service.complaint.step.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_complaint_id": self.id, "default_step": step},
        }

    # ---- review ---------------------------------------------------------------------------

    def action_investigate(self):
        """Begin the review: the technicians of the order are asked for their statements."""
        self._check_may_handle()
        self._lock()
        self._check_is_handled()
        begun = self.filtered(lambda complaint: not complaint.investigating_at)
        begun._keep({"investigating_at": fields.Datetime.now()})
        begun._log_step("investigated")
        self._ask_technicians()
        return True

    def _ask_technicians(self):
        """Ask everybody who worked on the orders of these complaints and was not asked yet."""
        vals_list = []
        for complaint in self:
            workers = complaint.order_id.job_ids._get_workers()
            # Whom the desk may not read as an employee has worked all the same.
            asked = complaint.statement_ids.sudo().employee_id
            vals_list += [
                {"complaint_id": complaint.id, "employee_id": employee.id}
                for employee in workers - asked
            ]
        self.env["service.complaint.statement"].create(vals_list)

    def action_finish_analysis(self):
        """Keep that the cause is found.

        :raises UserError: naming what is missing.
        """
        self._check_may_handle()
        self._lock()
        self._check_can_finish_analysis()
        self._keep({"analysed_at": fields.Datetime.now(), "analysed_by_id": self.env.uid})
        self._log_step("analysed")
        self._after_analysis()
        return True

    def _check_can_finish_analysis(self):
        """Hook: raise a UserError where the cause is not known yet."""
        self._check_is_handled()
        for complaint in self:
            if complaint.analysed_at:
                complaint._refuse(self.env._("Its cause is found already."))
            if not complaint.investigating_at:
                complaint._refuse(self.env._("Press Begin Review first."))
            missing = complaint._get_missing_findings()
            if missing:
                complaint._refuse(
                    self.env._(
                        "The cause is found once this is there too: %(missing)s. See the page "
                        "Cause.",
                        missing=", ".join(missing),
                    )
                )

    def _get_missing_findings(self):
        """Hook: return in words what the analysis still needs."""
        # Of the technicians asked, only the names are told.
        waiting = self.statement_ids.filtered("is_open").sudo().employee_id
        labels = self.fields_get(["cause_kind", "root_cause", "verdict"], ["string"])
        missing = [
            labels[name]["string"]
            for name in ("cause_kind", "root_cause", "verdict")
            if not (self[name] or "").strip()
        ]
        if not self.department_ids:
            missing.append(self.env._("the responsible departments"))
        if self.verdict in ("partly", "not") and not (self.verdict_reason or "").strip():
            missing.append(self.env._("why it is not justified"))
        if waiting:
            names = ", ".join(waiting.mapped("name"))
            missing.append(self.env._("the statement of %s", names))
        return missing

    def _after_analysis(self):
        """Hook: called once the causes of these complaints are found."""

    def write(self, vals):
        if not self.env.su and vals.keys() & {
            "cause_kind",
            "root_cause",
            "department_ids",
            "verdict",
            "verdict_reason",
        }:
            for complaint in self:
                if complaint.analysed_at:
                    complaint._refuse(
                        self.env._(
                            "Its cause is found and kept. Reopen the complaint to analyse it anew."
                        )
                    )
        return super().write(vals)

    # ---- tasks ----------------------------------------------------------------------------

    def action_view_tasks(self):
        """Open the tasks of these complaints."""
        return self.task_ids._get_records_action(name=self.env._("Tasks"))

    def _check_tasks_done(self):
        """Raise where a department has still something to do."""
        for complaint in self:
            # Every department's task counts, whoever may read it.
            tasks = complaint.sudo().task_ids.filtered(lambda task: not task.done_at)
            if tasks:
                named = "; ".join(
                    f"{task.name} ({task.department_id.name}, {task.owner_id.name})"
                    for task in tasks
                )
                complaint._refuse(
                    self.env._(
                        "Tasks are still open: %(tasks)s. Let them be done first.", tasks=named
                    )
                )
