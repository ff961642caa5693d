from odoo import api, fields, models

CORRECT = "service_advisor_quality.mail_activity_type_correct"
# A car is not ready while its work has one of these.
PENDING = ("planned", "failed", "recheck")


class ServiceJob(models.Model):
    """The in-process check of a job: planned, failed, corrected, passed or missed."""

    _inherit = "service.job"
    _kept_fields = frozenset({"process_state"})

    # Kept with the job, so that the plain steps of a job that is not checked ask nobody.
    process_state = fields.Selection(
        [
            ("planned", "Check Planned"),
            ("failed", "To Correct"),
            ("recheck", "To Check Again"),
            ("passed", "Passed"),
            ("missed", "Missed"),
        ],
        "In-process Check",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    to_correct = fields.Char(compute="_compute_to_correct")
    sampling_ids = fields.One2many(
        "service.sampling",
        "job_id",
        groups="service_advisor_quality.group_inspector,service_advisor.group_manager",
    )

    @api.depends("process_state")
    @api.depends_context("lang")
    def _compute_to_correct(self):
        checks = self.filtered(lambda job: job.process_state in ("failed", "recheck"))
        found = checks._get_open_checks()
        for job in self:
            failed = found[job].failed_id if job in found else None
            job.to_correct = failed and failed._get_redo_text(job)

    def _get_open_checks(self):
        """Return ``{job: its in-process check that is planned or under way}``; jobs without any
        are not in it."""
        # Whoever sees the job may know what is to be corrected on it.
        checks = self and self.env["service.inspection"].sudo().search(
            [
                ("kind", "=", "process"),
                ("state", "in", ("planned", "draft")),
                ("job_ids", "in", self.ids),
            ]
        )
        by_job = {check.job_ids[:1].id: check for check in checks}
        return {job: by_job[job._origin.id] for job in self if job._origin.id in by_job}

    # ---- to correct -----------------------------------------------------------------------

    def _correct(self, check):
        """Tell the technicians of these jobs what ``check`` has found, and keep the jobs from
        being finished before somebody has looked again. Work that was over goes on."""
        for job in self:
            what = check._get_redo_text(job)
            job.message_post(
                body=self.env._(
                    "In-process check %(attempt)s by %(inspector)s failed. Correct: %(what)s",
                    attempt=check.attempt,
                    inspector=check.inspector_id.name,
                    what=what,
                )
            )
            job.activity_schedule(
                CORRECT,
                user_id=(job.technician_id.user_id or job.order_id.advisor_id).id,
                summary=self.env._("Correct what the check has found"),
                note=what,
            )
        self._keep({"process_state": "failed"})
        over = self.filtered(lambda job: job.state in ("qc", "done"))
        if over:
            over._send_back_to_work()

    def action_corrected(self):
        """Say that what the check has found is corrected: the inspector looks again.

        :raises UserError: naming the job on which nothing is to be corrected.
        """
        self.check_access("write")
        for job in self:
            if job.process_state != "failed":
                job.order_id._refuse(
                    self.env._(
                        "Nothing is to be corrected on job \"%(job)s\".", job=job.display_name
                    )
                )
        for check in self._get_open_checks().values():
            check._keep(
                {"corrected_at": fields.Datetime.now(), "corrected_by_id": self.env.uid}
            )
        self._keep({"process_state": "recheck"})
        self.activity_feedback([CORRECT])
        return True

    def _check_can_finish(self):
        result = super()._check_can_finish()
        for job in self:
            if job.process_state == "failed":
                job.order_id._refuse(
                    self.env._(
                        "Job \"%(job)s\" has failed its in-process check. Correct it and press "
                        "Corrected: %(what)s",
                        job=job.display_name,
                        what=job.to_correct or "",
                    )
                )
            if job.process_state == "recheck":
                job.order_id._refuse(
                    self.env._(
                        "What was corrected on job \"%(job)s\" has to be looked at before it is "
                        "finished. It is done by: %(inspectors)s.",
                        job=job.display_name,
                        inspectors=job.order_id._get_inspector_names(),
                    )
                )
        return result

    # ---- the work is over -----------------------------------------------------------------

    def _is_always_checked(self):
        """Tell whether this is work on brakes, steering or high voltage."""
        self.ensure_one()
        return self.is_high_voltage or self.operation_id.is_always_checked

    def _after_finish(self):
        result = super()._after_finish()
        self._decide_late()
        self._miss_checks(begun=False)
        return result

    def _decide_late(self):
        """Work that was finished before the scheduled action came by has its decision now, where
        it is on brakes, steering or high voltage, which are never left out, or where the company
        wants so of all work. Other work is decided on by the next run, a few minutes later."""
        late = self.filtered(
            lambda job: not job.process_state
            and (job._is_always_checked() or job.company_id.service_sampling_at_finish)
        )
        if late:
            # Nobody decides by hand; technicians do not even read the decisions.
            late = late.sudo().filtered(lambda job: not job.sampling_ids)
            late.env["service.sampling"]._decide(late)

    def _miss_checks(self, begun=True):
        """Keep it as missed where nobody came to check these jobs; what has to be done before
        the car is ready stays planned.

        :param begun: also checks that somebody has begun and not finished.
        """
        planned = self.filtered(lambda job: job.process_state == "planned")
        for job, check in planned._get_open_checks().items():
            if not check.is_mandatory and (begun or check.state == "planned"):
                check._keep({"state": "missed"})
                # Neither technicians nor inspectors write what became of a check.
                job.sudo()._keep({"process_state": "missed"})
