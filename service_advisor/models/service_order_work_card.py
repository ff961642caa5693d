from odoo import models

from .service_job import AUTHORISED_STATES


class ServiceOrder(models.Model):
    """The sheet that goes with the car through the workshop."""

    _inherit = "service.order"

    def _get_workshop_url(self):
        """Return the address behind the code on the work card: short, so that the code stays
        coarse enough for an oily phone."""
        self.ensure_one()
        return f"{self.get_base_url()}/workshop/{self.id}"

    def _get_work_card_jobs(self):
        """Return the jobs to work on; before the customer has answered, those that were asked."""
        self.ensure_one()
        agreed = self._get_authorised_jobs()
        return agreed or self.job_ids.filtered(
            lambda job: job.state not in ("declined", "cancelled", *AUTHORISED_STATES)
        )
