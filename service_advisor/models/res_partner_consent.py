from odoo import fields, models
from odoo.tools import SQL


class ResPartner(models.Model):
    """What the customer's data may be used for."""

    _inherit = "res.partner"

    service_consent_ids = fields.One2many(
        "service.consent", "partner_id", "Consents", groups="service_advisor.group_reception"
    )

    def _record_consent(self, purpose, state, channel, evidence=None, **vals):
        """Add the answer of these customers for one purpose.

        :param purpose: a purpose of ``service.consent``.
        :param state: ``given``, ``refused`` or ``withdrawn``.
        :param channel: how the answer came, a channel of ``service.consent``.
        :param evidence: the customer's words, or what was signed.
        :param vals: more values of ``service.consent``: ``expires_on``, ``scan``, ``scan_name``.
        :raises AccessError: for whoever may not write the customer.
        """
        return self.env["service.consent"]._record(
            [
                {
                    "partner_id": partner.id,
                    "purpose": purpose,
                    "state": state,
                    "channel": channel,
                    "evidence": evidence,
                    **vals,
                }
                for partner in self
            ]
        )

    def _get_latest_consents(self):
        """Return ``{(partner id, purpose): id of the newest answer}`` of these customers.

        One query, whoever asks: it tells which row, not what is in it.
        """
        if not self.ids:
            return {}
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (partner_id, purpose) partner_id, purpose, id
                     FROM service_consent WHERE partner_id = ANY(%s)
                 ORDER BY partner_id, purpose, at DESC, id DESC""",
                self.ids,
            )
        )
        return {(partner_id, purpose): consent for partner_id, purpose, consent in rows}

    def _get_consents(self):
        """Return ``{(partner id, purpose): newest answer}``, read with all rights: what may be
        done with a customer's data holds for everybody."""
        latest = self._get_latest_consents()
        # Callers decide by the answer and need not be people of the desk.
        Consent = self.env["service.consent"].sudo()
        return dict(zip(latest, Consent.browse(latest.values()), strict=True))

    def _get_consenting(self, purpose):
        """Return those of these customers who have given their consent to ``purpose``, and it is
        in force."""
        consents = self._get_consents()
        today = fields.Date.context_today(self)
        return self.filtered(
            lambda partner: (consent := consents.get((partner._origin.id, purpose)))
            and consent.state == "given"
            and (not consent.expires_on or consent.expires_on >= today)
        )

    def _get_refusing(self, purpose):
        """Return those of these customers who refused ``purpose`` or withdrew their consent."""
        consents = self._get_consents()
        return self.filtered(
            lambda partner: (consent := consents.get((partner._origin.id, purpose)))
            and consent.state != "given"
        )

    def action_record_consent(self):
        """Open the dialog that records what this customer agrees to."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Consents of %s", self.display_name),
            "res_model": "service.consent.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_id": self.id},
        }
