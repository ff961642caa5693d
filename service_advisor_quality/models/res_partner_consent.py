from odoo import api, models

# The switches people see: purpose: (field of the customer, whether it is set by a refusal).
SWITCHES = {
    "survey": ("service_no_survey", True),
    "quality_call": ("service_no_quality_call", True),
    "offer_call": ("service_no_offer_call", True),
    "marketing": ("service_shares_results", False),
}


class ResPartner(models.Model):
    """Whoever moves a switch leaves a dated consent, and a consent moves the switch."""

    _inherit = "res.partner"
    _audited_fields = {switch: "consent" for switch, _refuses in SWITCHES.values()}

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        vals_list = [
            partner._prepare_switch_vals(purpose)
            for partner, vals in zip(partners, vals_list, strict=True)
            for purpose, (switch, _refuses) in SWITCHES.items()
            if vals.get(switch, self.env.context.get(f"default_{switch}"))
        ]
        if vals_list:
            self.env["service.consent"]._record(vals_list)
        return partners

    def write(self, vals):
        moved = {
            purpose: self.filtered(lambda partner, s=switch: partner[s] != bool(vals[s]))
            for purpose, (switch, _refuses) in SWITCHES.items()
            if switch in vals
        }
        result = super().write(vals)
        if any(moved.values()):
            self._keep_moved_switches(moved)
        return result

    def _keep_moved_switches(self, moved):
        """Record what a switch now says, where the newest consent does not say so already.

        :param moved: ``{purpose: partners}``.
        """
        consents = self._get_consents()
        vals_list = []
        for purpose, partners in moved.items():
            for partner in partners:
                vals = partner._prepare_switch_vals(purpose)
                before = consents.get((partner.id, purpose))
                if before and (before.state == "given") == (vals["state"] == "given"):
                    continue
                if before and vals["state"] == "refused":
                    vals["state"] = "withdrawn"
                vals_list.append(vals)
        if vals_list:
            self.env["service.consent"]._record(vals_list)

    def _prepare_switch_vals(self, purpose):
        """Return the values of the consent that the switch of ``purpose`` stands for."""
        self.ensure_one()
        switch, refuses = SWITCHES[purpose]
        given = self[switch] != refuses
        return {
            "partner_id": self.id,
            "purpose": purpose,
            "state": "given" if given else "refused",
            "channel": "switch",
            "evidence": self.env._("\"%s\" changed", self._fields[switch].string),
        }
