from datetime import datetime, timedelta

from odoo.addons.service_advisor_quality.tests.common import ServiceAdvisorQualityCommon

MONDAY = datetime(2026, 3, 2, 8)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class AnalysisCommon(ServiceAdvisorQualityCommon):
    """Visits with known hours, money and outcome, and what analyses say of them."""

    def _model(self, name, user=None):
        return self.env[name].with_user(user or self.manager)

    def _sum(self, name, domain, *specs, groupby=()):
        """Return the groups of the analysis ``name``: tuples of groups and figures."""
        return self._model(name)._read_group(domain, groupby, specs)

    def _figures(self, name, domain, *specs):
        [row] = self._sum(name, domain, *specs)
        return row

    def _clock(self, job, hours, start=MONDAY, employee=None):
        return self.env["service.clocking"].create(
            {
                "job_id": job.id,
                "employee_id": (employee or self.employee).id,
                "start_at": start,
                "stop_at": start + hours * HOUR,
            }
        )

    def _left(self, order, came=MONDAY, left=MONDAY + 2 * DAY):
        """Let the car have come and left at these moments."""
        order.sudo().write({"checked_in_at": came, "ready_at": left, "delivered_at": left})

    def _finish(self, jobs, at=MONDAY, state="qc"):
        jobs.sudo()._keep({"state": state, "finished_at": at})
