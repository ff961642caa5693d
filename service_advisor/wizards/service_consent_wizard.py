from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.service_consent import CHANNELS

# The others are recorded by the portal, a survey, a switch or the calendar.
ASKED_BY = ("counter", "paper", "phone", "email")


class ServiceConsentWizard(models.TransientModel):
    """What a customer answers, purpose by purpose, and how that can be shown later."""

    _name = "service.consent.wizard"
    _description = "Record Consents"

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, ondelete="cascade"
    )
    channel = fields.Selection(
        [channel for channel in CHANNELS if channel[0] in ASKED_BY],
        "How",
        required=True,
        default="counter",
    )
    evidence = fields.Text(help="The customer's words, or which form was signed.")
    scan = fields.Binary(help="The signed form, as a photo or PDF.")
    scan_name = fields.Char()
    expires_on = fields.Date("Until", help="Empty: until it is withdrawn.")
    line_ids = fields.One2many("service.consent.wizard.line", "wizard_id", "Answers")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        partner = self.env["res.partner"].browse(values.get("partner_id"))
        if "line_ids" in fields and partner:
            consents = partner._get_consents()
            values["line_ids"] = [
                Command.create(
                    {
                        "purpose": purpose,
                        "text": text,
                        "current": consents[partner.id, purpose].state
                        if (partner.id, purpose) in consents
                        else False,
                    }
                )
                for purpose, text in self.env["service.consent"]._get_texts().items()
            ]
        return values

    def action_confirm(self):
        """Record the answers that were entered.

        :raises UserError: where nothing was answered, or consent is given without evidence.
        """
        self.ensure_one()
        answered = self.line_ids.filtered("answer")
        self._check_evidence(answered)
        common = self._prepare_consent_vals()
        self.env["service.consent"]._record(
            [dict(common, **line._prepare_answer_vals()) for line in answered]
        )
        return {"type": "ir.actions.act_window_close"}

    def _check_evidence(self, answered):
        if not answered:
            raise UserError(
                self.env._(
                    "%s: no answer was entered. Choose one beside each purpose the customer was "
                    "asked about.",
                    self.partner_id.display_name,
                )
            )
        proven = bool((self.evidence or "").strip()) or bool(self.scan)
        if not proven and "given" in answered.mapped("answer"):
            raise UserError(
                self.env._(
                    "%s: a consent needs evidence. Write down the customer's words, or attach the "
                    "signed form.",
                    self.partner_id.display_name,
                )
            )

    def _prepare_consent_vals(self):
        """Hook: return the values that the answers of this dialog have in common."""
        return {
            "partner_id": self.partner_id.id,
            "channel": self.channel,
            "evidence": self.evidence,
            "scan": self.scan,
            "scan_name": self.scan_name,
        }
