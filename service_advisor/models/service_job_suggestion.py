from odoo import fields, models


class ServiceJob(models.Model):
    """Jobs that came from suggested work."""

    _inherit = "service.job"

    origin_job_id = fields.Many2one(
        "service.job",
        "Comeback Of",
        index="btree_not_null",
        copy=False,
        check_company=True,
        help="The earlier job whose repair warranty covers this one.",
    )

    def unlink(self):
        # Whoever may delete a job need not be allowed to write suggestions.
        added = self.env["service.suggestion"].sudo().search([("job_id", "in", self.ids)])
        result = super().unlink()
        added.exists()._reopen()
        return result
