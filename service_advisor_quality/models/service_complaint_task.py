from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .service_complaint_handling import may_handle

TASK = "service_advisor_quality.mail_activity_type_complaint_task"
OVERDUE = "service_advisor_quality.mail_activity_type_complaint_overdue"
# What the people of a department write on their tasks.
OWN_FIELDS = {"result"}


class ServiceComplaintTask(models.Model):
    """What a department has to do about a complaint.

    Its people see and do the tasks of their department, and need no right to read complaints.
    """

    _name = "service.complaint.task"
    _description = "Task about a Complaint"
    _inherit = ["service.kept.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "done_at desc, due_date, id"
    _kept_fields = frozenset({"done_at", "done_by_id", "escalated_at"})
    _check_company_auto = True

    complaint_id = fields.Many2one(
        "service.complaint", required=True, index=True, ondelete="cascade"
    )
    complaint_name = fields.Char(related="complaint_id.name", string="Complaint No.")
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, precompute=True, index=True
    )
    department_id = fields.Many2one(
        "hr.department", required=True, index=True, check_company=True
    )
    owner_id = fields.Many2one(
        "res.users",
        compute="_compute_owner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        help="Proposed: who leads the department.",
    )
    name = fields.Char("What", required=True)
    plate = fields.Char(related="complaint_id.vehicle_id.plate")
    complaint_words = fields.Text(
        related="complaint_id.description", string="The Customer Says"
    )
    due_date = fields.Date(
        "Due", required=True, default=lambda self: fields.Date.context_today(self)
    )
    result = fields.Text()
    done_at = fields.Datetime("Done On", readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    escalated_at = fields.Datetime("Escalated On", readonly=True, copy=False)
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )

    _overdue_idx = models.Index(
        "(due_date) WHERE done_at IS NULL AND escalated_at IS NULL"
    )

    @api.depends("department_id")
    def _compute_owner_id(self):
        for task in self:
            # Who leads a department is known to everybody in the house.
            leader = task.department_id.sudo().manager_id.user_id
            task.owner_id = leader or task.owner_id or task.complaint_id.advisor_id

    @api.depends("done_at", "due_date")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for task in self:
            task.is_overdue = bool(not task.done_at and task.due_date and task.due_date < today)

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return Domain("done_at", "=", False) & Domain("due_date", "<", today)

    # ---- records --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        tasks = super().create(vals_list)
        for complaint in tasks.complaint_id:
            complaint._check_is_handled()
        tasks._hand_out()
        return tasks

    def write(self, vals):
        if not self.env.su:
            self._check_can_write(vals)
        moved = self.filtered(lambda task: not task.done_at)
        result = super().write(vals)
        if vals.keys() & {"owner_id", "due_date", "name"}:
            # A new term is a new chance; whoever had the task before is free of it.
            moved.sudo().escalated_at = False  # kept by steps
            moved.sudo().activity_unlink([TASK, OVERDUE])  # also those of others
            moved._hand_out()
        return result

    def _check_can_write(self, vals):
        for task in self:
            if task.done_at:
                raise UserError(
                    self.env._(
                        "Task \"%(task)s\" of %(complaint)s is done and stays as it is. Add "
                        "another one.",
                        task=task.name,
                        complaint=task.complaint_name,
                    )
                )
        if vals.keys() & {"complaint_id"}:
            raise UserError(self.env._("A task stays with its complaint. Add another one."))
        fields_of_desk = {
            name for name in vals if name in self._fields and not self._is_thread_field(name)
        } - OWN_FIELDS
        if fields_of_desk and not may_handle(self.env):
            raise AccessError(
                self.env._(
                    "The desk says what a task is, whose and until when. Write the result and "
                    "press Done."
                )
            )

    @api.model
    def _is_thread_field(self, name):
        return name.startswith(("activity_", "message_", "my_activity_", "website_message_"))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        for task in self:
            if task.done_at:
                raise UserError(
                    self.env._(
                        "Task \"%(task)s\" of %(complaint)s is done and belongs to its record.",
                        task=task.name,
                        complaint=task.complaint_name,
                    )
                )

    # ---- steps ----------------------------------------------------------------------------

    def _hand_out(self):
        """Put these tasks on the lists of their owners."""
        for task in self:
            task.activity_schedule(
                TASK, date_deadline=task.due_date, user_id=task.owner_id.id, summary=task.name
            )

    def action_done(self):
        """Note that these tasks are done, with what came of them.

        :raises UserError: naming the task that says no result, or is done already.
        """
        self.check_access("write")
        for task in self:
            if task.done_at or not (task.result or "").strip():
                raise UserError(
                    self.env._(
                        "Task \"%(task)s\" of %(complaint)s: write what came of it as its "
                        "result, then press Done. What is done stays.",
                        task=task.name,
                        complaint=task.complaint_name,
                    )
                )
        self._keep({"done_at": fields.Datetime.now(), "done_by_id": self.env.uid})
        self._after_done()
        return True

    def _after_done(self):
        """Hook: called once these tasks are done; tells who handles the complaint."""
        # A department's people may not read the complaint that their task is about.
        for task in self.sudo():
            task.activity_unlink([TASK, OVERDUE])
            task.complaint_id.message_post(
                body=self.env._(
                    "Task \"%(task)s\" of %(department)s is done: %(result)s",
                    task=task.name,
                    department=task.department_id.name,
                    result=task.result,
                ),
                author_id=self.env.user.partner_id.id,
                partner_ids=task.complaint_id.advisor_id.partner_id.ids,
                subtype_xmlid="mail.mt_note",
            )

    # ---- overdue --------------------------------------------------------------------------

    @api.model
    def _get_escalation_domain(self):
        """Hook: return the Domain of the tasks to escalate: open, past their day in the time of
        their company, not escalated yet."""
        waiting = Domain("done_at", "=", False) & Domain("escalated_at", "=", False)
        late = Domain.OR(
            Domain("company_id", "=", company.id) & Domain("due_date", "<", self._get_day(company))
            for [company] in self._read_group(waiting, ["company_id"])
        )
        return waiting & late & Domain("complaint_id.state", "not in", ("closed", "withdrawn"))

    @api.model
    def _get_day(self, company):
        """Return which day it is at ``company``."""
        local = self.with_context(tz=company.resource_calendar_id.tz or "UTC")
        return fields.Date.context_today(local)

    @api.model
    def _cron_escalate_tasks(self, limit=100):
        """Tell the leaders of the departments, and who handles the complaint, of overdue tasks:
        once each, in batches, on several workers at once."""
        cron, domain = self.env["ir.cron"], self._get_escalation_domain()
        cron._commit_progress(remaining=self.search_count(domain))
        while True:
            # loop: one batch per commit
            tasks = self.search(domain, limit=limit).try_lock_for_update()
            # What another worker has done since is seen once the rows are locked.
            tasks.invalidate_recordset(["escalated_at", "done_at", "due_date"])
            tasks = tasks.filtered_domain(domain)
            if not tasks:
                break
            tasks._escalate()
            if not cron._commit_progress(len(tasks)):
                break

    def _escalate(self):
        """Tell whom these overdue tasks concern besides their owners."""
        self._keep({"escalated_at": fields.Datetime.now()})
        told = {}
        for task in self:
            leader = task.department_id.manager_id.user_id
            for user in (leader | task.complaint_id.advisor_id) - task.owner_id:
                told[user] = told.get(user, self.browse()) | task
        for user, tasks in told.items():
            # loop: one set of activities for each person told
            tasks.with_context(mail_activity_quick_update=True).activity_schedule(
                OVERDUE, user_id=user.id, summary=self.env._("This task is overdue")
            )
