from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_complaint_count = fields.Integer(
        "Complaints",
        compute="_compute_service_complaint_count",
        groups="service_advisor.group_reception",
    )

    @api.depends_context("uid")
    def _compute_service_complaint_count(self):
        counts = self.env["service.complaint"]._count_by("partner_id", self)
        for partner in self:
            partner.service_complaint_count = counts.get(partner._origin.id, 0)

    def action_view_service_complaints(self):
        """Open the complaints of these customers."""
        return self.env["service.complaint"]._open_list([("partner_id", "in", self.ids)])
