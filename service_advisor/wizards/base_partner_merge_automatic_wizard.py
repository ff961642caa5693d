from odoo import api, models
from odoo.exceptions import LockError, UserError

from ..exceptions import BusyError


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Odoo's own merge of contacts, at a desk where two people work on the same list."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Merge customers: one of two people goes first, and the other is told so."""
        partners = self.env["res.partner"].browse(partner_ids)
        gone = len(partners.exists()) < len(partners)
        try:
            partners.exists().lock_for_update()
        except LockError as error:
            raise BusyError(
                self.env._(
                    "Somebody else is changing one of these customers at this moment. Wait a "
                    "moment and look again."
                )
            ) from error
        if gone:
            raise UserError(
                self.env._(
                    "Somebody else has merged or deleted one of these customers already. Close "
                    "this window and look at the list again."
                )
            )
        # A customer without an e-mail contradicts nobody; two different ones stay a matter for
        # the administrator, since whoever reads one could get the portal account of the other.
        addresses = {partner.email_normalized or partner.email for partner in partners}
        if len(addresses - {False}) < 2:
            extra_checks = False
        return super()._merge(partner_ids, dst_partner, extra_checks)

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        src_partners._before_merge(dst_partner)
        # Whoever may merge need not have a right to all that hangs on a customer.
        self.env["service.reference.mover"].sudo()._move_of_service(src_partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        dst_partner._after_merge()
        return result
