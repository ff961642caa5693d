from odoo import api, fields, models


class ServiceJob(models.Model):
    """Parts the workshop asks for while it works on a job."""

    _inherit = "service.job"

    request_ids = fields.One2many("service.part.request", "job_id", "Part Requests")
    answered_request_ids = fields.One2many(
        "service.part.request",
        "answer_job_id",
        "From Request",
        help="What the workshop asked for and the warehouse answered with parts of this job.",
    )
    request_count = fields.Integer(compute="_compute_request_count")
    open_request_count = fields.Integer("Parts Asked For", compute="_compute_request_count")

    @api.depends("request_ids.state")
    def _compute_request_count(self):
        counts = self.env["service.part.request"]._count_by_state("job_id", self)
        for job in self:
            job.request_count, job.open_request_count = counts[job._origin.id]

    def action_ask_part(self):
        """Open the short form in which a technician asks the warehouse for a part."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor.service_part_request_action_ask"
        )
        return dict(action, context={"default_job_id": self.id})

    def action_view_requests(self):
        """Open the part requests of these jobs."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor.service_part_request_action"
        )
        return dict(action, domain=[("job_id", "in", self.ids)], context={"create": False})
