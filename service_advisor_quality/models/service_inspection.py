from odoo import api, fields, models


class ServiceInspection(models.Model):
    """The final inspection: another person looks at the work before the car is ready."""

    _inherit = "service.inspection"

    kind = fields.Selection(
        selection_add=[("final", "Final Inspection")], ondelete={"final": "cascade"}
    )
    job_ids = fields.Many2many(
        "service.job", string="Inspected Jobs", readonly=True, copy=False
    )
    attempt = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="1 is the first final inspection of these jobs; each rework adds one.",
    )

    @api.model
    def _prepare_inspection_vals(self, order, kind, checklist):
        vals = super()._prepare_inspection_vals(order, kind, checklist)
        if kind == "final":
            jobs = order._get_jobs_to_inspect()
            vals.update(job_ids=jobs.ids, attempt=self._get_attempt(order, jobs))
        return vals

    def _prepare_done_vals(self):
        vals = super()._prepare_done_vals()
        if self.kind == "final":
            # Counted once more: the number that is signed is nobody's choice.
            vals["attempt"] = self._get_attempt(self.order_id, self.job_ids)
        return vals

    @api.model
    def _get_attempt(self, order, jobs):
        """Return the number of the next final inspection of ``jobs``."""
        earlier = order.inspection_ids.filtered(
            lambda final: final.state == "done" and final.job_ids & jobs
        )
        return max(earlier.mapped("attempt"), default=0) + 1

    # ---- who may sign ---------------------------------------------------------------------

    def _check_can_finish_inspection(self):
        result = super()._check_can_finish_inspection()
        for final in self.filtered(lambda inspection: inspection.kind == "final"):
            final.job_ids._check_independent(final.inspector_id)
            # Nor may whoever did the work sign in the name of somebody else.
            user = self.env.user.with_company(final.company_id)
            final.job_ids._check_independent(user.employee_id)
            final._check_jobs_unchanged()
        return result

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
