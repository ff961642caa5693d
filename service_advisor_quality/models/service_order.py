from odoo import api, fields, models
from odoo.fields import Domain

from .service_job_process import PENDING

# So many inspectors are named in an error.
NAMED_INSPECTORS = 3


class ServiceOrder(models.Model):
    """The quality gate: no car is ready before its final inspection."""

    _inherit = "service.order"

    needs_final_inspection = fields.Boolean(
        "To Inspect",
        compute="_compute_needs_final_inspection",
        search="_search_needs_final_inspection",
    )

    @api.depends("state", "job_ids.state")
    def _compute_needs_final_inspection(self):
        for order in self:
            order.needs_final_inspection = bool(
                order.state == "quality_check" and order._get_jobs_to_inspect()
            )

    def _search_needs_final_inspection(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "=", "quality_check") & Domain("job_ids.state", "=", "qc")

    def _get_jobs_to_inspect(self):
        """Return the finished jobs that wait for their final inspection."""
        return self.job_ids.filtered(lambda job: job.state == "qc")

    def action_final_inspection(self):
        """Open the final inspection of this order, started where there is none.

        :raises UserError: where nothing waits for it, or the user has done the work.
        """
        self.ensure_one()
        final = self._start_inspections("final")
        jobs = self._get_jobs_to_inspect()
        if final.job_ids != jobs:
            final._set_jobs(jobs)
        return final.action_inspect()

    def _get_checklists(self, kind):
        if kind != "final":
            return super()._get_checklists(kind)
        jobs = {order: order._get_jobs_to_inspect() for order in self}
        every = self.env["service.job"].concat(*jobs.values())
        found = self.env["service.checklist"]._get_by_job(kind, every)
        return {
            order: self.env["service.checklist"].union(*[found[job] for job in jobs[order]])
            for order in self
        }

    def _check_can_inspect(self, kind):
        super()._check_can_inspect(kind)
        if kind != "final":
            return
        for order in self:
            order._check_state_is(("quality_check",), self.env._("inspect the work"))
            jobs = order._get_jobs_to_inspect()
            if not jobs:
                order._refuse(self.env._("No finished job waits for its final inspection."))
            order._check_may_open_final(jobs)

    def _check_may_open_final(self, jobs):
        """Raise where the user has done ``jobs``; where the company has exceptions, managers open
        the inspection to sign one, and others find it signed."""
        company = self.company_id
        if company.service_allow_own_inspection:
            signed = self.inspection_ids.filtered(
                lambda final: final.kind == "final"
                and final.state == "draft"
                and final.independence_reason
            )
            if signed or self.env.user.has_group("service_advisor.group_manager"):
                return
        employee = self.env.user.with_company(company).employee_id
        jobs._check_is_employee(employee)
        jobs._check_independent(employee)

    # ---- the gate -------------------------------------------------------------------------

    def _check_can_be_ready(self):
        result = super()._check_can_be_ready()
        for order in self:
            for job in order._get_jobs_to_inspect():
                order._refuse_uninspected(job)
            for job in order._get_pending_jobs():
                order._refuse_unchecked(job)
        return result

    def _refuse_unchecked(self, job):
        self._refuse(
            self.env._(
                "The in-process check of job \"%(job)s\" is still to be done. It is done by: "
                "%(inspectors)s.",
                job=job.display_name,
                inspectors=self._get_inspector_names(),
            )
        )

    def _refuse_uninspected(self, job):
        self._refuse(
            self.env._(
                "Job \"%(job)s\" has not passed its final inspection. It is done by: "
                "%(inspectors)s.",
                job=job.display_name,
                inspectors=self._get_inspector_names(),
            )
        )

    def _get_inspector_names(self):
        """Return the names of people who may inspect this order's work."""
        # Anybody may be told whom to ask; groups are read by administrators only.
        users = self.env.ref("service_advisor_quality.group_inspector").sudo().all_user_ids
        workers = self.job_ids._get_workers().user_id
        users = users.filtered(lambda user: self.company_id in user.company_ids) - workers
        names = users[:NAMED_INSPECTORS].mapped("name")
        return ", ".join(names) or self.env._("a service manager")

    @api.depends("job_ids.process_state")
    def _compute_next_step(self):
        return super()._compute_next_step()

    def _get_next_step(self):
        if self.needs_final_inspection:
            return self.env._("Inspector: do the final inspection.")
        if self.state == "quality_check" and self._get_pending_jobs():
            return self.env._("Inspector: do the in-process check.")
        return super()._get_next_step()

    def _get_pending_jobs(self):
        """Return the jobs whose in-process check is still to be done."""
        return self.job_ids.filtered(lambda job: job.process_state in PENDING)
