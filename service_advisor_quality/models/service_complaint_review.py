from odoo import api, fields, models

# The colour of a verdict on screen.
BADGES = {"red": "danger", "yellow": "warning", "green": "success"}


class ServiceComplaint(models.Model):
    """The facts of the visit that is complained of, at one glance."""

    _inherit = "service.complaint"

    review = fields.Html(
        compute="_compute_review",
        sanitize=False,
        groups="service_advisor.group_reception,service_advisor_quality.group_inspector",
    )

    @api.depends("order_id", "vehicle_id")
    @api.depends_context("lang")
    def _compute_review(self):
        for complaint in self:
            complaint.review = self.env["ir.qweb"]._render(
                "service_advisor_quality.complaint_review", {"review": complaint._get_review()}
            )

    def _get_review(self, employee=None):
        """Return the facts of the visit, a dict in the language of the environment:

        ``order``: its number, or False;
        ``jobs``: dicts of ``name``, ``state``, ``workers`` (``[(name, hours)]``), ``concern``,
        ``cause``, ``correction``, ``parts`` (see ``_get_fitted_parts``), ``photos`` (addresses);
        ``checks``: dicts of ``name``, ``attempt``, ``day``, ``inspector``, ``badge``, ``label``,
        ``items`` (red and yellow ones in words);
        ``earlier``: dicts of ``day``, ``name``, ``text``, of comebacks and complaints of the car.

        :param employee: where given, only what this technician worked on, and nothing of
            other complaints.
        """
        self.ensure_one()
        # Whoever may read a complaint sees the facts of its visit: hours, parts and employees
        # are otherwise others' to read.
        known = self.sudo()
        jobs = known.order_id.job_ids.filtered(lambda job: job.state != "cancelled")
        if employee:
            jobs = jobs.filtered(lambda job: employee in job._get_workers())
        checks = known.order_id.inspection_ids.filtered(lambda check: check.state == "done")
        if employee:
            checks = checks.filtered(lambda check: check.kind != "final" or check.job_ids & jobs)
        return {
            "order": known.order_id.name,
            "jobs": [known._describe_job(job) for job in jobs],
            "checks": [known._describe_check(check) for check in checks.sorted("id")],
            "earlier": [] if employee else known._get_earlier(),
        }

    def _describe_job(self, job):
        return {
            "name": job.display_name,
            "state": job._get_state_label(),
            "workers": job._get_worked_hours(),
            "concern": job.concern,
            "cause": job.cause,
            "correction": job.correction,
            "parts": job._get_fitted_parts(),
            "photos": [f"/web/image/service.job.photo/{photo.id}/photo" for photo in job.photo_ids],
        }

    def _describe_check(self, check):
        kinds = dict(check._fields["kind"]._description_selection(self.env))
        results = dict(check._fields["result"]._description_selection(self.env))
        bad = check.line_ids.filtered(lambda line: line.result in ("red", "yellow"))
        return {
            "name": kinds[check.kind],
            "attempt": check.attempt,
            "day": self._format_moment(check.done_at),
            "inspector": check.inspector_id.name,
            "badge": BADGES.get(check.result, "light"),
            "label": results.get(check.result, ""),
            "items": [
                f"{line.name}: {line._get_finding()}"
                for line in bad.sorted(lambda line: line.result != "red")
            ],
        }

    def _get_earlier(self):
        """Return what else went wrong with this car: work done again, other complaints."""
        car = self.vehicle_id
        if not car:
            return []
        comebacks = self.env["service.job"].search_fetch(
            [("order_id.vehicle_id", "=", car.id), ("origin_job_id", "!=", False)],
            order="id desc",
            limit=10,
        )
        complaints = self.search(
            [("vehicle_id", "=", car.id), ("id", "!=", self._origin.id)], order="id desc", limit=10
        )
        found = [
            {
                "day": self._format_day(job.order_id.checked_in_at or job.create_date),
                "name": self.env._("Comeback, %s", job.order_id.name),
                "text": job.concern,
            }
            for job in comebacks
        ]
        return found + [
            {
                "day": self._format_day(complaint.received_at),
                "name": complaint.name,
                "text": f"{complaint._get_state_label()}: {complaint.description}",
            }
            for complaint in complaints
        ]
