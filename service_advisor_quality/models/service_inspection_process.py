from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command

OPEN_STATES = ("planned", "draft")
# Copied from a failed check to the one that follows it.
ITEM_FIELDS = (
    "sequence", "section", "name", "method", "answer", "unit", "min_limit", "max_limit"
)


class ServiceInspection(models.Model):
    """In-process checks: drawn, planned, done while the work is under way, or missed.

    A failed one is followed by another of its red items once the technician has corrected them.
    """

    _inherit = "service.inspection"
    _kept_fields = frozenset(
        {
            "sampling_id", "planned_at", "failed_id", "corrected_at", "corrected_by_id",
            "is_mandatory",
        }
    )

    sampling_id = fields.Many2one(
        "service.sampling", readonly=True, copy=False, index="btree_not_null", ondelete="restrict",
        groups="service_advisor_quality.group_inspector,service_advisor.group_manager",
    )
    planned_at = fields.Datetime("Planned On", readonly=True, copy=False)
    planned_reason = fields.Char("Why", compute="_compute_planned_reason")
    is_mandatory = fields.Boolean(
        "Before Ready",
        readonly=True,
        copy=False,
        help="Brakes, steering, high voltage, work that was over when it was drawn, or to be "
        "checked again: the car is not ready without it.",
    )
    failed_id = fields.Many2one(
        "service.inspection", "Failed Before", readonly=True, copy=False, index="btree_not_null"
    )
    corrected_at = fields.Datetime("Corrected On", readonly=True, copy=False)
    corrected_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    turn = fields.Selection(
        [("inspector", "Inspector"), ("technician", "Technician")],
        "Whose Turn",
        compute="_compute_turn",
    )

    _open_process_idx = models.Index(
        "(id) WHERE kind = 'process' AND state IN ('planned', 'draft')"
    )

    @api.depends("sampling_id.reason", "failed_id")
    @api.depends_context("lang")
    def _compute_planned_reason(self):
        for inspection in self:
            inspection.planned_reason = False
            if inspection.failed_id:
                inspection.planned_reason = self.env._(
                    "Failed before: %s",
                    inspection.failed_id._get_redo_text(inspection.job_ids[:1]),
                )
            elif inspection.kind == "process":
                # Why it is checked is no secret any more once the inspector stands there.
                inspection.planned_reason = inspection.sudo().sampling_id.reason

    @api.depends("state", "failed_id", "corrected_at")
    def _compute_turn(self):
        for inspection in self:
            correcting = inspection.failed_id and not inspection.corrected_at
            inspection.turn = inspection.state in OPEN_STATES and (
                "technician" if correcting else "inspector"
            )

    # ---- records --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.get("kind") == "process" for vals in vals_list):
            raise AccessError(
                self.env._("In-process checks are planned by drawing; nobody adds one by hand.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if "job_ids" in vals and not self.env.su and "process" in self.mapped("kind"):
            raise AccessError(self.env._("The job that was drawn is the one to be checked."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_drawn(self):
        if not self.env.su and "process" in self.mapped("kind"):
            raise AccessError(self.env._("A check that was drawn is done or missed, not deleted."))

    @api.model
    def _prepare_process_vals(self, decision, checklist):
        """Return the values of the check that ``decision`` (service.sampling) has drawn."""
        job = decision.job_id
        return self._prepare_inspection_vals(job.order_id, "process", checklist) | {
            "state": "planned",
            "job_ids": job.ids,
            "attempt": 1,
            "sampling_id": decision.id,
            "planned_at": fields.Datetime.now(),
            "started_at": False,
            # After the work is over nobody comes by any more, unless it has to be.
            "is_mandatory": decision.risk == "critical" or job.state != "in_work",
        }

    def _prepare_recheck_vals(self):
        """Return the values of the check that follows this failed one: its red items."""
        red = self.line_ids.filtered(lambda line: line.result == "red")
        return {
            "order_id": self.order_id.id,
            "kind": "process",
            "checklist_id": self.checklist_id.id,
            "state": "planned",
            "job_ids": self.job_ids.ids,
            "attempt": self.attempt + 1,
            "sampling_id": self.sampling_id.id,
            "failed_id": self.id,
            "planned_at": fields.Datetime.now(),
            "started_at": False,
            "is_mandatory": True,
            "line_ids": [
                Command.create(
                    {name: line[name] for name in ITEM_FIELDS}
                    | {"operation_id": line.operation_id.id}
                )
                for line in red
            ],
        }

    # ---- steps ----------------------------------------------------------------------------

    def _begin(self):
        """Begin these planned checks; others are left alone."""
        planned = self.filtered(lambda inspection: inspection.state == "planned")
        planned._check_can_begin()
        if planned:
            planned._keep({"state": "draft", "started_at": fields.Datetime.now()})

    def _check_can_begin(self):
        """Raise where a check can not be done: the work is given up, or is the user's own."""
        self._check_work_is_there()
        for inspection in self:
            user = self.env.user.with_company(inspection.company_id)
            if not inspection._may_be_excepted():
                inspection._check_inspector(user.employee_id)

    def _check_work_is_there(self):
        """Raise where the work on the job is not begun or given up."""
        for job in self.job_ids:
            if job.state not in ("in_work", "qc", "done"):
                job.order_id._refuse(
                    self.env._(
                        "Job \"%(job)s\" is %(state)s: there is no work to check.",
                        job=job.display_name,
                        state=job._get_state_label(),
                    )
                )

    def _check_can_finish_inspection(self):
        result = super()._check_can_finish_inspection()
        for inspection in self.filtered(lambda found: found.kind == "process"):
            inspection._check_work_is_there()
            inspection._refuse_items(
                inspection.line_ids.filtered(
                    lambda line: line.result == "red"
                    and line.answer == "colour"
                    and not line.note
                ),
                self.env._("Say in the note what has to be corrected: %(items)s."),
            )
        return result

    def _after_inspection_done(self):
        result = super()._after_inspection_done()
        for check in self.filtered(lambda inspection: inspection.kind == "process"):
            if check.result == "red":
                check._ask_to_correct()
            else:
                # Inspectors have no right to change jobs: only their verdict does.
                check.job_ids.sudo()._keep({"process_state": "passed"})
        (self - self.filtered(lambda found: found.kind == "process")).job_ids._miss_checks()
        return result

    def _ask_to_correct(self):
        """Tell the technicians what to correct, and plan the check that follows."""
        self.ensure_one()
        check = self.sudo()  # nobody plans by hand, and inspectors do not change jobs
        # loop: an inspector signs one check at a time
        check.create(check._prepare_recheck_vals())
        check.job_ids._correct(check)
