from odoo import fields, models


class ServiceJobPhoto(models.Model):
    """A photo of what the technician found or did."""

    _name = "service.job.photo"
    _description = "Photo of a Job"
    _order = "job_id, id"
    _rec_name = "note"

    job_id = fields.Many2one("service.job", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(
        related="job_id.company_id", store=True, precompute=True, index=True
    )
    photo = fields.Image(required=True, max_width=1920, max_height=1920)
    note = fields.Char(help="What is to be seen.")
