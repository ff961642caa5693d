from datetime import timedelta

from odoo import fields, models


class ServiceJob(models.Model):
    """What makes it more likely that a job is checked while it is under way."""

    _inherit = "service.job"

    def _get_sampling_risks(self):
        """Hook: return ``{job: set of names of tools.sampling.RISKS}``, asked in a batch with a
        number of questions that does not grow; addons add what they know of the jobs."""
        risks = {job: set() for job in self}
        for job in self:
            if job.is_difficult:
                risks[job].add("difficult")
            if job.comeback_of_id:
                risks[job].add("comeback")
        for job in self._get_jobs_of_new_technicians():
            risks[job].add("new_technician")
        for job in self._get_jobs_with_failures():
            risks[job].add("failures")
        return risks

    def _get_jobs_of_new_technicians(self):
        """Return those of these jobs whose technician was first clocked a short time ago."""
        now = fields.Datetime.now()
        first = {
            employee.id: start
            for employee, start in self.env["service.clocking"]._read_group(
                [("employee_id", "in", self.technician_id.ids)],
                ["employee_id"],
                ["start_at:min"],
            )
        }

        def is_new(job):
            days = timedelta(days=job.company_id.service_sampling_new_days)
            return job.technician_id and first.get(job.technician_id.id, now) > now - days

        return self.filtered(is_new)

    def _get_jobs_with_failures(self):
        """Return those of these jobs whose technician or operation has failed an inspection
        lately."""
        now, companies = fields.Datetime.now(), self.company_id
        since = {
            company: now - timedelta(days=company.service_sampling_failure_days)
            for company in companies
        }
        failed = self.env["service.inspection"].search(
            [
                ("kind", "in", ("process", "final")),
                ("state", "=", "done"),
                ("result", "=", "red"),
                ("company_id", "in", companies.ids),
                ("done_at", ">", min(since.values(), default=now)),
            ]
        )
        found = set()
        for inspection in failed:
            if inspection.done_at > since[inspection.company_id]:
                for job in inspection._get_failed_jobs():
                    found |= {job.technician_id, (job.company_id, job.operation_id)}
        return self.filtered(
            lambda job: (job.technician_id and job.technician_id in found)
            or (job.operation_id and (job.company_id, job.operation_id) in found)
        )
