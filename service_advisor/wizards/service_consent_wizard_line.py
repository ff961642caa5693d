from odoo import fields, models

from ..models.service_consent import ANSWERS, PURPOSES


class ServiceConsentWizardLine(models.TransientModel):
    """One purpose that the customer is asked about."""

    _name = "service.consent.wizard.line"
    _description = "Consent Asked For"

    wizard_id = fields.Many2one(
        "service.consent.wizard", required=True, index=True, ondelete="cascade"
    )
    purpose = fields.Selection(PURPOSES, required=True)
    text = fields.Char("The Customer Agrees To")
    current = fields.Selection(ANSWERS, "Until Now")
    answer = fields.Selection(ANSWERS)

    def _prepare_answer_vals(self):
        """Return the values of the consent that this line answers."""
        self.ensure_one()
        given = self.answer == "given"
        return {
            "purpose": self.purpose,
            "state": self.answer,
            "expires_on": given and self.wizard_id.expires_on,
        }
