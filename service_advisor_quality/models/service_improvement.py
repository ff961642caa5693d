from odoo import api, fields, models
from odoo.exceptions import UserError

SEQUENCE = "service.improvement"
# Somebody still has to act; the others are over.
OPEN_STATES = ("draft", "progress", "done", "verify")


class ServiceImprovement(models.Model):
    """From a failure to a check that it does not happen again: problem, root cause, actions and
    their effectiveness (CAPA)."""

    _name = "service.improvement"
    _description = "Improvement"
    _inherit = ["service.kept.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "deadline, id desc"
    _rec_names_search = ["name", "problem"]
    _check_company_auto = True
    _kept_fields = frozenset(
        {
            "state", "started_at", "closed_at", "reopened_at", "reopen_count", "escalation",
            "check_result", "check_evidence", "checked_at", "checked_by_id", "cancel_reason",
        }
    )

    name = fields.Char("Number", required=True, readonly=True, copy=False, default="New")
    problem = fields.Char(required=True, tracking=True, help="What went wrong, in one sentence.")
    details = fields.Text(help="What was seen, where and how often.")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    warehouse_id = fields.Many2one("stock.warehouse", "Branch", check_company=True)
    source = fields.Selection(
        [("inspection", "Inspection"), ("comeback", "Comeback"), ("manual", "Own Observation")],
        required=True,
        default="manual",
        readonly=True,
    )
    inspection_id = fields.Many2one(
        "service.inspection", "Failed Inspection", readonly=True, index="btree_not_null",
        copy=False, check_company=True,
    )
    job_id = fields.Many2one(
        "service.job", "Comeback Job", readonly=True, index="btree_not_null",
        copy=False, check_company=True,
    )
    order_id = fields.Many2one("service.order", "Service Order", index="btree_not_null",
                               check_company=True)
    operation_id = fields.Many2one(
        "service.operation",
        "About Operation",
        check_company=True,
        help="A new failure of this operation after closing opens the improvement again.",
    )
    technician_id = fields.Many2one(
        "hr.employee",
        "About Technician",
        check_company=True,
        index="btree_not_null",
        help="Only failures of this technician count as the fault's return. Empty: of anybody.",
    )
    severity = fields.Selection(
        [("minor", "Minor"), ("major", "Major")], required=True, default="minor", tracking=True
    )
    owner_id = fields.Many2one(
        "res.users",
        index=True,
        tracking=True,
        default=lambda self: self.env.user,
        help="Answers for the improvement and may change it.",
    )
    due_date = fields.Date("Due", tracking=True, help="When all actions are to be done.")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("progress", "In Progress"),
            ("done", "Actions Done"),
            ("verify", "To Verify"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    why_ids = fields.One2many("service.improvement.why", "improvement_id", "5 Whys")
    root_cause = fields.Text(
        compute="_compute_root_cause",
        store=True,
        readonly=False,
        precompute=True,
        help="Proposed from the last answer of the whys.",
    )
    action_ids = fields.One2many("service.improvement.action", "improvement_id", "Actions")
    started_at = fields.Datetime("Started On", readonly=True, copy=False)
    closed_at = fields.Datetime("Closed On", readonly=True, copy=False)
    cancel_reason = fields.Char("Reason for Cancelling", readonly=True, copy=False)

    _inspection_uniq = models.UniqueIndex(
        "(inspection_id) WHERE inspection_id IS NOT NULL AND state != 'cancelled'",
        "Somebody has just begun an improvement of this inspection. Reload it and open that one.",
    )
    _job_uniq = models.UniqueIndex(
        "(job_id) WHERE job_id IS NOT NULL AND state != 'cancelled'",
        "Somebody has just begun an improvement of this comeback. Reload it and open that one.",
    )

    @api.depends("why_ids.answer", "why_ids.sequence")
    def _compute_root_cause(self):
        for improvement in self:
            last = improvement.why_ids.sorted(lambda why: (why.sequence, why._origin.id))[-1:]
            improvement.root_cause = last.answer or improvement.root_cause

    @api.depends("name", "problem")
    def _compute_display_name(self):
        for improvement in self:
            improvement.display_name = f"{improvement.name} {improvement.problem or ''}".strip()

    # ---- records --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        sequences = {}
        for vals in vals_list:
            if vals.get("name", "New") == "New":
                company = vals.get("company_id") or self.env.company.id
                if company not in sequences:
                    owner = self.env["res.company"].browse(company)
                    sequences[company] = owner._get_number_sequence(SEQUENCE)
                vals["name"] = sequences[company].next_by_id()
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for improvement in self:
            if improvement.state != "draft":
                improvement._refuse(
                    self.env._("It has begun and is kept. Cancel it with a reason instead.")
                )

    # ---- where they come from -------------------------------------------------------------

    @api.model
    def _improve(self, record):
        """Return the improvement of ``record``, made where there is none yet.

        :param record: one record that :meth:`_prepare_from` knows.
        :raises UserError: where nothing went wrong on it.
        """
        vals = self._prepare_from(record)
        link = self._get_source_fields()[record._name]
        known = self.search(
            [(link, "=", record.id), ("state", "!=", "cancelled")], order="id desc", limit=1
        )
        return known or self.create(vals)

    @api.model
    def _get_source_fields(self):
        """Hook: return ``{model name: field}``: which field refers to what improvements are made
        from. A model that is added here needs a ``_prepare_from_<model with underscores>``."""
        return {"service.inspection": "inspection_id", "service.job": "job_id"}

    @api.model
    def _prepare_from(self, record):
        """Return the values of an improvement from what went wrong on ``record``.

        Hook: the method ``_prepare_from_<model with underscores>`` makes them, so another addon
        adds a method (for a complaint, ``_prepare_from_service_complaint``), its model to
        :meth:`_get_source_fields` and its source to the field ``source``.

        :param record: one record; it has to be readable by the user.
        :raises UserError: where nothing went wrong on it.
        """
        record.ensure_one()
        record.check_access("read")
        return getattr(self, f"_prepare_from_{record._name.replace('.', '_')}")(record)

    def _prepare_from_service_inspection(self, inspection):
        failed = inspection._get_failed_jobs() if inspection.result == "red" else None
        if not failed:
            inspection.order_id._refuse(
                self.env._("The %s found nothing to improve: no item is red.",
                           inspection.display_name)
            )
        red = inspection.line_ids.filtered(lambda line: line.result == "red")
        return {
            **self._prepare_common_vals(failed),
            "source": "inspection",
            "inspection_id": inspection.id,
            "problem": red[0]._get_redo_text(),
            "details": "\n".join(line._get_redo_text() for line in red),
        }

    def _prepare_from_service_job(self, job):
        earlier = job.comeback_of_id
        if not earlier:
            job.order_id._refuse(
                self.env._("Job \"%s\" is no comeback. Link the earlier job first.",
                           job.display_name)
            )
        return {
            **self._prepare_common_vals(earlier),
            "order_id": job.order_id.id,
            "source": "comeback",
            "job_id": job.id,
            "problem": self.env._("Comeback: %s", job.concern),
            "details": job.comeback_note,
        }

    def _prepare_common_vals(self, jobs):
        """Return what an improvement takes over from the jobs that went wrong: what they have in
        common."""
        orders, operations, technicians = jobs.order_id, jobs.operation_id, jobs.technician_id
        return {
            "company_id": orders[:1].company_id.id,
            "order_id": orders[:1].id,
            "warehouse_id": orders[:1].warehouse_id.id,
            "operation_id": operations.id if len(operations) == 1 else False,
            "technician_id": technicians.id if len(technicians) == 1 else False,
        }

    # ---- errors ---------------------------------------------------------------------------

    def _refuse(self, why):
        """Raise the error that names this improvement and says why and what to do."""
        self.ensure_one()
        raise UserError(
            self.env._("%(improvement)s: %(why)s", improvement=self.display_name, why=why)
        )

    def _check_state_is(self, states, what):
        """Refuse ``what`` unless these improvements are in one of ``states``."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for improvement in self:
            if improvement.state not in states:
                improvement._refuse(
                    self.env._(
                        "It is %(state)s, so you can not %(what)s.",
                        state=labels[improvement.state],
                        what=what,
                    )
                )
