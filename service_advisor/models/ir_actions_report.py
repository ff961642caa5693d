from odoo import models
from odoo.exceptions import AccessError

CONFIRMATION = "service_advisor.report_service_confirmation"
CERTIFICATE = "service_advisor.report_service_certificate"


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_rendering_context(self, report, docids, data):
        """As in Odoo; documents of the department are for those who may read what they are about.
        Customers get theirs by the pages of the portal only, which know what is meant for them."""
        if report.report_name.startswith("service_advisor") and not self.env.su:
            self.env[report.model].browse(docids).check_access("read")
            if not self.env.user._is_internal():
                raise AccessError(
                    self.env._("You find your documents on the page of your service order.")
                )
        return super()._get_rendering_context(report, docids, data)

    def retrieve_attachment(self, record):
        """As in Odoo; a confirmation sheet that was signed and filed, or a valid certificate, is
        handed out as it was filed, however often it is printed."""
        if self.report_name == CERTIFICATE:
            record.check_access("read")
            # A void one says so; who may print it may have the one that was filed.
            return record.state == "valid" and record.sudo().document_id or None
        if self.report_name != CONFIRMATION:
            return super().retrieve_attachment(record)
        # Odoo asks for what is filed before it asks who may see the order.
        record.check_access("read")
        # Who may print the order's sheet may have the one that was signed.
        return record.sudo().handover_ids.document_id[:1] or None
