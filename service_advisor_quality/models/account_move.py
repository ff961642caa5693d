from odoo import fields, models


class AccountMove(models.Model):
    """Credit notes that make good what a customer complained of."""

    _inherit = "account.move"

    service_remedy_id = fields.Many2one(
        "service.complaint.remedy",
        "Remedy of a Complaint",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    def _post(self, soft=True):
        # Accountants may not read complaints; that their credit note is allowed is asked of it.
        remedies = self.sudo().service_remedy_id
        if remedies:
            remedies._check_allowed()
        posted = super()._post(soft=soft)
        if remedies:
            remedies._hand_on_refunds()
        return posted

    def button_draft(self):
        result = super().button_draft()
        # As above: what is credited no longer is to be credited again.
        remedies = self.sudo().service_remedy_id
        if remedies:
            remedies._hand_on_refunds()
        return result
