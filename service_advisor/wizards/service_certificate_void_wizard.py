from odoo import fields, models


class ServiceCertificateVoidWizard(models.TransientModel):
    """Why a certificate of completion is wrong."""

    _name = "service.certificate.void.wizard"
    _description = "Make Certificate Void"

    certificate_ids = fields.Many2many("service.certificate", required=True, readonly=True)
    reason = fields.Char(help="Kept on the certificate and in the history of the order.")

    def action_confirm(self):
        """Make the certificates void."""
        self.ensure_one()
        self.certificate_ids._void(self.reason)
        return {"type": "ir.actions.act_window_close"}
