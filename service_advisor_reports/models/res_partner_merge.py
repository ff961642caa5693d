from odoo import fields, models


class ResPartner(models.Model):
    """Customers who may be there twice."""

    _inherit = "res.partner"

    service_duplicate_count = fields.Integer(
        compute="_compute_service_duplicate_count", groups="service_advisor.group_advisor"
    )

    def _compute_service_duplicate_count(self):
        counts = self.env["service.duplicate"]._count_open("partner", self)
        for partner in self:
            partner.service_duplicate_count = counts[partner._origin.id]

    def action_view_service_duplicates(self):
        """Open the pairs of these customers that may be one."""
        return self.env["service.duplicate"]._open_list("partner", self)

    def _before_merge(self, target):
        # Whoever may merge customers answers the pairs of both by it.
        self.env["service.duplicate"].sudo()._follow_merge("partner", self, target)
        # What is wrong is found anew on the record that is left.
        findings = self.env["service.data.issue"].sudo()
        findings.search([("partner_id", "in", self.ids)]).unlink()
        return super()._before_merge(target)

    def _after_merge(self):
        result = super()._after_merge()
        self.env["service.data.score"]._changed(self)
        return result
