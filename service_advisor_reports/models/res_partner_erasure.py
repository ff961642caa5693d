from odoo import models


class ResPartner(models.Model):
    """Sales, and reports that were made, forget whom the workshop has erased."""

    _inherit = "res.partner"

    def _erase_personal_data(self):
        if self.service_erased_at:
            return super()._erase_personal_data()
        proposals = self.env["service.lead.proposal"].search([("partner_id", "=", self.id)])
        handed = proposals.filtered("lead_id")
        handed._forget_customer()
        open_ones = proposals.filtered(lambda proposal: proposal.state == "proposed")
        if open_ones:
            open_ones._drop(self.env._("The customer was erased on request"))
        # Lists of customers that were made before name the person, too.
        self.env["service.report.job"]._expire_personal()
        lines = super()._erase_personal_data()
        return [*lines, *([self._erased("leads", len(handed))] if handed else [])]
