from odoo import fields, models

from .service_parts_mixin import PART_READERS


class ServiceJob(models.Model):
    """The parts of a job: are they there, on their way, issued."""

    _name = "service.job"
    _inherit = ["service.job", "service.parts.mixin"]

    part_line_ids = fields.One2many(
        "sale.order.line",
        "service_job_id",
        "Parts of the Job",
        domain=lambda self: list(self.env["sale.order.line"]._get_parts_domain()),
        groups=PART_READERS,
    )

    def _compute_has_parts(self):
        # An inspector sees that there are parts, and their status, not their prices.
        for job, record in zip(self, self.sudo(), strict=True):
            job.has_parts = bool(record.part_line_ids)
