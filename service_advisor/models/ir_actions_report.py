from odoo import models

CONFIRMATION = "service_advisor.report_service_confirmation"
CERTIFICATE = "service_advisor.report_service_certificate"


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def retrieve_attachment(self, record):
        """As in Odoo; a confirmation sheet that was signed and filed, or a valid certificate, is
        handed out as it was filed, however often it is printed."""
        if self.report_name == CERTIFICATE:
            # A void one says so.
            return record.state == "valid" and record.sudo().document_id or None
        if self.report_name != CONFIRMATION:
            return super().retrieve_attachment(record)
        # Who may print the order's sheet may have the one that was signed.
        return record.sudo().handover_ids.document_id[:1] or None
