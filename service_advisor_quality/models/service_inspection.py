from odoo import api, fields, models
from odoo.fields import Command

# What is said of somebody's work: another person says it.
WORK_KINDS = ("process", "final")


class ServiceInspection(models.Model):
    """In-process and final inspections: another person looks at the work."""

    _inherit = "service.inspection"

    kind = fields.Selection(
        selection_add=[("process", "In-process Check"), ("final", "Final Inspection")],
        ondelete={"process": "cascade", "final": "cascade"},
    )
    state = fields.Selection(
        selection_add=[
            ("planned", "Planned"), ("draft",), ("done",), ("missed", "Missed"),
        ],
        ondelete={"planned": "cascade", "missed": "cascade"},
    )
    job_ids = fields.Many2many(
        "service.job", string="Inspected Jobs", readonly=True, copy=False
    )
    attempt = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="1 is the first inspection of this kind of these jobs; each rework adds one.",
    )

    # Several jobs of an order may be checked in process at the same time.
    _open_uniq = models.UniqueIndex(
        "(order_id, kind) WHERE state = 'draft' AND kind != 'process'",
        "Somebody has just started this inspection. Reload the order and open it.",
    )

    @api.model
    def _prepare_inspection_vals(self, order, kind, checklist):
        vals = super()._prepare_inspection_vals(order, kind, checklist)
        if kind == "final":
            jobs = order._get_jobs_to_inspect()
            vals.update(job_ids=jobs.ids, attempt=self._get_attempt(order, kind, jobs))
        return vals

    def _prepare_done_vals(self):
        vals = super()._prepare_done_vals()
        if self.kind in WORK_KINDS:
            # Counted once more: the number that is signed is nobody's choice.
            vals["attempt"] = self._get_attempt(self.order_id, self.kind, self.job_ids)
        return vals

    @api.model
    def _get_attempt(self, order, kind, jobs):
        """Return the number of the next inspection of ``jobs`` of this ``kind``."""
        earlier = order.inspection_ids.filtered(
            lambda found: found.kind == kind and found.state == "done" and found.job_ids & jobs
        )
        return max(earlier.mapped("attempt"), default=0) + 1

    def _set_jobs(self, jobs):
        """Let this final inspection be about ``jobs``: work was added or finished since it was
        opened. Items of checklists that were not needed before are added."""
        self.job_ids = jobs
        known = {(line.section, line.name) for line in self.line_ids}
        checklists = self.order_id._get_checklists("final")[self.order_id]
        self.line_ids = [
            Command.create(item._prepare_line_vals())
            for item in checklists.item_ids
            if (item.section, item.name) not in known
        ]

    def _check_not_done(self):
        result = super()._check_not_done()
        for inspection in self:
            if inspection.state == "missed":
                inspection.order_id._refuse(
                    self.env._(
                        "This check was missed: the work was finished before anybody came. The "
                        "final inspection says so."
                    )
                )
        return result

    # ---- who may sign ---------------------------------------------------------------------

    def _check_can_finish_inspection(self):
        result = super()._check_can_finish_inspection()
        for inspection in self.filtered(lambda inspection: inspection.kind in WORK_KINDS):
            inspection._check_inspector(inspection.inspector_id)
            # Nor may whoever did the work sign in the name of somebody else.
            user = self.env.user.with_company(inspection.company_id)
            inspection._check_inspector(user.employee_id)
            if inspection.kind == "final":
                inspection._check_jobs_unchanged()
        return result

    def _check_inspector(self, employee):
        """Raise unless ``employee`` may inspect these jobs."""
        self.job_ids._check_is_employee(employee)
        if not self.independence_reason:
            self.job_ids._check_independent(employee)

    def _check_may_answer(self):
        """Raise where the user has worked on the jobs: what is seen is another one's to say."""
        if self.env.su:
            return
        for inspection in self:
            if inspection.kind in WORK_KINDS and not inspection.independence_reason:
                user = self.env.user.with_company(inspection.company_id)
                inspection.job_ids._check_independent(user.employee_id)

    def _check_jobs_unchanged(self):
        if self.job_ids != self.order_id._get_jobs_to_inspect():
            self.order_id._refuse(
                self.env._(
                    "The finished jobs are no longer those of this inspection. Press Final "
                    "Inspection on the order once more."
                )
            )

    # ---- what the verdict does ------------------------------------------------------------

    def _after_inspection_done(self):
        result = super()._after_inspection_done()
        for final in self.filtered(lambda inspection: inspection.kind == "final"):
            # Inspectors have no right to change jobs: only their verdict moves them.
            jobs, failed = final.job_ids.sudo(), final._get_failed_jobs().sudo()
            (jobs - failed)._set_quality_passed()
            failed._rework(final)
        return result

    def _get_failed_jobs(self):
        """Return the inspected jobs to be done again: those named on the red items, or all of
        them where a red item names none."""
        self.ensure_one()
        red = self.line_ids.filtered(lambda line: line.result == "red")
        return red.failed_job_id if all(line.failed_job_id for line in red) else self.job_ids

    def _get_redo_text(self, job):
        """Return the red items that concern ``job``, in words."""
        return "; ".join(
            line._get_redo_text()
            for line in self.line_ids
            if line.result == "red" and line.failed_job_id in (job, job.browse())
        )

    # ---- screens --------------------------------------------------------------------------

    def action_inspect(self):
        """Open this inspection on the inspector's screen; a planned one begins.

        :raises UserError: where the user has worked on the job, or the car is gone.
        """
        self.ensure_one()
        self._begin()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor_quality.service_inspection_action_inspector"
        )
        return dict(action, res_id=self.id, name=self.display_name)
